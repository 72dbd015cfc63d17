import { execFile, spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import jpeg from "jpeg-js";
import { describe, expect, it, vi } from "vitest";
import type { ClipInspection } from "../../src/api/inspect-clip.ts";
import { inspect } from "../../src/api/inspect.ts";
import { runOne } from "../../src/api/run.ts";
import type { Colour, Picture } from "../../src/core/picture.ts";
import { encodePng } from "../../src/core/png.ts";
import { box, draw, type Shape } from "../perception/pictures.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const GROUND: Colour = [90, 95, 100];
const ORANGE: Colour = [230, 154, 30];
const VIOLET: Colour = [120, 40, 160];
const forklift = (frame: number, colour = ORANGE): Shape[] => [box(colour, 10 + 4 * frame, 25, 20, 12)];
/** Lost in the fourth of five. */
const LOST = [0, 1, 2, 3, 4].map((frame) => draw(GROUND, frame === 3 ? [] : forklift(frame)));

async function clipOf(
  frames: readonly Picture[],
  encode: (picture: Picture) => Uint8Array = encodePng,
  card?: string,
): Promise<string> {
  const folder = join(await temporaryFolder(), "clip");
  await mkdir(folder);
  for (const [i, frame] of frames.entries()) {
    const bytes = encode(frame);
    await writeFile(join(folder, `frame${i + 8}.${bytes[0] === 0xff ? "jpg" : "png"}`), bytes);
  }
  if (card !== undefined) await writeFile(join(folder, "clip.yaml"), card);
  return folder;
}

async function look(path: string): Promise<ClipInspection> {
  const inspection = await inspect({ path });
  if (inspection.kind !== "clip") throw new Error(`taken for a ${inspection.kind}`);
  return inspection;
}

function toJpeg({ width, height, rgb }: Picture): Uint8Array {
  const data = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) data.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  return jpeg.encode({ width, height, data }, 92).data;
}

const noFfmpeg =
  spawnSync("ffmpeg", ["-version"]).error === undefined ? undefined : "ffmpeg is not installed";

describe("a clip", () => {
  it("whose object is lost in the fourth of five frames has persistence 0.8, first break at frame 3", async () => {
    for (const encode of [encodePng, toJpeg]) {
      expect(await look(await clipOf(LOST, encode))).toMatchObject({
        frames: 5,
        declaredIn: null,
        persistenceRate: 0.8,
        firstBreakStep: 3,
        objects: [
          {
            id: "orange",
            persistenceRate: 0.8,
            firstBreakStep: 3,
            events: [{ kind: "vanished", step: 3, steps: 1 }],
          },
        ],
        claim: { granted: "C0", refused: { claim: "C1" } },
        problems: [],
      });
    }
  });

  it("whose object turns into something else says so", async () => {
    const turned = LOST.map((frame, i) => (i === 3 ? draw(GROUND, forklift(3, VIOLET)) : frame));
    const { objects, persistenceRate } = await look(await clipOf(turned));
    expect(persistenceRate).toBe(0.8);
    expect(objects[0]!.events).toMatchObject([{ kind: "reappeared-as-another", as: "unknown", step: 3 }]);
  });

  it("that keeps everything is granted C1 and never more, because it takes no actions", async () => {
    const { claim, temporalConsistency } = await look(
      await clipOf([0, 1, 2, 3, 4].map((frame) => draw(GROUND, forklift(frame)))),
    );
    expect(temporalConsistency).toMatchObject({ score: 1, n: 4 });
    expect(claim).toMatchObject({ granted: "C1", refused: { claim: "C2" }, cap: "C1" });
    expect(claim.refused.reason).toContain("takes no actions");
  });

  it("says of its objects what its card declares: names, and when they are rightly hidden", async () => {
    const card = [
      "schema: simgate/clip@1",
      "periodSec: 0.1",
      "claims: [{ by: the vendor, text: nothing is ever lost }]",
      'objects: { forklift: { label: a forklift, colour: "#e69a1e", hidden: [[3, 3]] } }',
    ].join("\n");
    const found = await look(await clipOf(LOST, encodePng, card));
    expect(found).toMatchObject({ periodSec: 0.1, persistenceRate: 1, claim: { granted: "C1" } });
    expect(found.objects).toMatchObject([{ id: "forklift", label: "a forklift", counted: 4, kept: 4 }]);
    expect(found.claims).toEqual([{ by: "the vendor", text: "nothing is ever lost" }]);
  });

  it("that flickers as a whole is not consistent in time", async () => {
    const frames = Array.from({ length: 9 }, (_, frame) => draw(GROUND, forklift(frame)));
    frames[4]!.rgb.forEach((value, i, rgb) => (rgb[i] = Math.min(255, value + 25)));
    const { temporalConsistency, claim, persistenceRate } = await look(await clipOf(frames));
    expect(persistenceRate).toBe(1);
    expect(temporalConsistency).toMatchObject({ score: 0.75, flickers: [4, 5] });
    expect(claim.refused.reason).toContain("temporal consistency");
  });

  it("in which nothing can be told apart is a problem, not a perfect score", async () => {
    const { persistenceRate, problems } = await look(await clipOf([draw(GROUND, []), draw(GROUND, [])]));
    expect(persistenceRate).toBeNull();
    expect(problems).toEqual([expect.stringContaining("say in clip.yaml which objects there are")]);
  });

  it("is refused where a frame is damaged, of another size, or its card has no such key", async () => {
    const folder = await clipOf(LOST);
    await writeFile(join(folder, "frame9.png"), "hello");
    await expect(look(folder)).rejects.toThrow(/frame9\.png: this is neither/);
    await expect(look(await clipOf([...LOST, draw(GROUND, [], 10, 10)]))).rejects.toThrow(/one size/);
    const card = "schema: simgate/clip@1\nobjects: { a: { color: red } }";
    await expect(look(await clipOf(LOST, encodePng, card))).rejects.toThrow(/did you mean "colour"/);
    const twins = 'schema: simgate/clip@1\nobjects: { a: { colour: "#ff0000" }, b: { colour: "#fe0505" } }';
    await expect(look(await clipOf(LOST, encodePng, twins))).rejects.toThrow(/does not tell "a" from "b"/);
  });

  it("answers no counterfactual question", async () => {
    const folder = await clipOf(LOST);
    await expect(runOne({ scenario: "tabletop-push", world: folder, policy: "careful" })).rejects.toThrow(
      /no world to act in.*takes no actions/s,
    );
  });

  it("may be a video", async ({ skip }) => {
    skip(noFfmpeg !== undefined, noFfmpeg);
    const folder = await clipOf(LOST);
    const video = join(folder, "..", "clip.mp4");
    const input = ["-framerate", "10", "-start_number", "8", "-i", join(folder, "frame%d.png")];
    await promisify(execFile)("ffmpeg", ["-v", "error", ...input, "-pix_fmt", "yuv420p", video]);
    expect(await look(video)).toMatchObject({
      source: "video",
      frames: 5,
      periodSec: 0.1,
      persistenceRate: 0.8,
      firstBreakStep: 3,
    });
    await writeFile(video, "this is no video");
    await expect(look(video)).rejects.toThrow(/ffmpeg cannot read the video/);
  });

  it("that is a video says how to get ffmpeg where it is not installed", async () => {
    const video = join(await temporaryFolder(), "clip.mp4");
    await writeFile(video, "any bytes");
    vi.stubEnv("PATH", "/nowhere");
    try {
      await expect(look(video)).rejects.toThrow(/ffmpeg, which is not installed.*apt-get install ffmpeg/s);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
