import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { inspect } from "../../src/api/inspect.ts";
import type { SessionInspection } from "../../src/api/inspect-session.ts";
import type { Colour } from "../../src/core/picture.ts";
import { encodePng } from "../../src/core/png.ts";
import { importSession } from "../../src/record/import-session.ts";
import { readImages } from "../../src/record/read-images.ts";
import { readRecording } from "../../src/record/read-recording.ts";
import { box, draw } from "../perception/pictures.ts";
import { recordSession } from "./record-session.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const EXAMPLE = resolve(import.meta.dirname, "../../examples/session");
const GROUND: Colour = [90, 95, 100];
const ORANGE: Colour = [230, 154, 30];
const BLUE: Colour = [40, 90, 200];

async function audit(folder: string): Promise<SessionInspection> {
  const inspection = await inspect({ path: folder });
  if (inspection.kind !== "session") throw new Error(`taken for a ${inspection.kind}`);
  return inspection;
}

interface Moves {
  /** Pixels that the cart moves in the interval from frame t. */
  readonly cart: (t: number) => number;
  readonly puck?: (t: number) => number;
  readonly actions: string;
  readonly card?: string;
  readonly file?: string;
}

const FRAMES = 161;

/** A cart that runs along x, and a puck beside its way. */
async function sessionOf({
  cart,
  puck = () => 0,
  actions,
  card = "",
  file = "actions.csv",
}: Moves): Promise<string> {
  const folder = join(await temporaryFolder(), "session");
  await mkdir(folder);
  let [at, other] = [40, 100];
  for (let t = 0; t < FRAMES; t++) {
    const frame = draw(GROUND, [box(ORANGE, at, 12, 12, 8), box(BLUE, other, 44, 8, 8)], 160, 60);
    await writeFile(join(folder, `${t}.png`), encodePng(frame));
    at += cart(t);
    other += puck(t);
  }
  await writeFile(join(folder, file), actions);
  await writeFile(
    join(folder, "session.yaml"),
    card.startsWith("schema")
      ? card
      : [
          "schema: simgate/session@1",
          "periodSec: 0.1",
          `actions: { file: ${file}, frame: frame }`,
          'objects: { cart: { colour: "#e69a1e" }, puck: { colour: "#285ac8" } }',
          "controls: { cart: { x: { action: push } } }",
          card,
        ].join("\n"),
  );
  return folder;
}

/** −1, 0 or 1, as a key that is held for a while. */
const key = (t: number): number => Math.round(Math.sin(t / 4) + Math.sin(t / 11.3) / 2);
const csv = (push: (t: number) => number): string =>
  `frame,push\n${Array.from({ length: FRAMES - 1 }, (_, t) => `${t},${push(t)}`).join("\n")}\n`;

describe("a session", () => {
  it("of the table's physics responds with the gain that the scenario has, and is C1 with C2 refused", async () => {
    const found = await audit(EXAMPLE);
    expect(found).toMatchObject({ frames: 161, persistenceRate: 1, firstBreakStep: null, problems: [] });
    expect(found.controls.map(({ responds, response }) => [responds, response!.lagFrames])).toEqual([
      ["yes", 0],
      ["yes", 0],
    ]);
    // 128 pixels for 1.28 m, 0.05 s a frame: a metre a second is 5 pixels a frame, less where a puck brakes it.
    for (const { response } of found.controls) expect(Math.abs(response!.gain - 5)).toBeLessThan(0.3);
    expect(found.contact).toMatchObject({ begins: 1, uncaused: 0, pierced: 0 });
    expect(found.claim).toMatchObject({ granted: "C1", refused: { claim: "C2" }, cap: "C1" });
    expect(found.claim.refused.reason).toMatch(/for the actions that were taken.*Served live/);
  });

  it("in a model that is never told the action does not respond, and in the dreamer it does", async () => {
    const folder = await temporaryFolder();
    const verdicts: Record<string, unknown> = {};
    for (const world of ["dreamer", "action-blind"]) {
      const own = join(folder, world);
      await recordSession(own, { world, policy: "careful", image: "coarse", start: 7 });
      const { controls, claim } = await audit(own);
      verdicts[world] = [
        controls.map(({ responds }) => responds),
        /controllability/.test(claim.refused.reason),
      ];
    }
    expect(verdicts).toEqual({
      dreamer: [["yes", "yes"], false],
      "action-blind": [["no", "no"], true],
    });
  });

  it("is told with the lag and the sign that its world has", async () => {
    const folder = await sessionOf({ cart: (t) => (t < 2 ? 0 : -2 * key(t - 2)), actions: csv(key) });
    const { controls } = await audit(folder);
    expect(controls[0]).toMatchObject({ object: "cart", axis: "x", responds: "no" });
    const turned = (await readFile(join(folder, "session.yaml"), "utf8")).replace(
      "push }",
      "push, sign: -1 }",
    );
    await writeFile(join(folder, "session.yaml"), turned);
    const [control] = (await audit(folder)).controls;
    expect(control).toMatchObject({ responds: "yes", response: { lagFrames: 2 } });
    expect(control!.response!.gain).toBeCloseTo(2, 1);
  });

  it("whose player follows what a film shows is not taken for one whose world follows the player", async () => {
    const folder = await sessionOf({
      cart: (t) => 2 * key(t),
      actions: csv((t) => (t < 3 ? 0 : key(t - 3))),
    });
    expect((await audit(folder)).controls[0]).toMatchObject({ responds: "actions-follow" });
  });

  it("in which a puck sets itself in motion and the cart moves untold says so", async () => {
    const folder = await sessionOf({
      cart: (t) => (t < 60 ? 2 * key(t) : t < 90 ? 0 : 0.5),
      puck: (t) => (t >= 40 && t < 60 ? 1 : 0),
      actions: csv((t) => (t < 60 ? key(t) : 0)),
    });
    const { contact } = await audit(folder);
    expect(contact).toMatchObject({ begins: 1, uncaused: 1 });
    // Untold from 60 on; 5 frames to settle; from 90 on it creeps, seen once it is 1.5 pixels in 6 frames.
    expect(contact.idle).toBeGreaterThan(90);
    expect(contact.movedIdle / contact.idle).toBeCloseTo(68 / 95, 1);
  });

  it("reads keys and lists out of JSON lines by time, and holds what goes on", async () => {
    const lines = [0, 20, 40, 60, 80, 100, 120, 140].map((t, i) =>
      JSON.stringify({ t: 12.5 + t / 10 + 0.04, move: [i % 2, 0], jump: i % 2 === 1 }),
    );
    const card = [
      "schema: simgate/session@1",
      "periodSec: 0.1",
      "actions: { file: keys.jsonl, time: t, firstFrameSec: 12.5 }",
      'objects: { cart: { colour: "#e69a1e" } }',
      'controls: { cart: { x: { action: "move[0]" } } }',
      "maxLagFrames: 2",
    ].join("\n");
    const folder = await sessionOf({
      cart: (t) => (Math.floor(t / 20) % 2 === 1 ? 1 : 0),
      actions: `${lines.join("\n")}\n`,
      card,
      file: "keys.jsonl",
    });
    const { actions, controls } = await audit(folder);
    expect(actions).toMatchObject({ rows: 8, columns: ["move[0]", "move[1]", "jump"], held: 152 });
    expect(controls[0]!.response).toMatchObject({ lagFrames: 0 });
    expect(controls[0]!.response!.correlation).toBeGreaterThan(0.9);
  });

  it("becomes a recording with every frame and action as they were", async () => {
    const out = join(await temporaryFolder(), "session.mcap");
    expect(await importSession({ folder: EXAMPLE, outPath: out })).toMatchObject({
      frames: 161,
      durationSec: 8,
      channels: ["frames", "frame", "forward", "left"],
    });
    const image = { name: "frames", size: [64, 128] } as const;
    const read = await readImages(out, { images: [image], originNs: 0n, rows: 161, periodSec: 0.05 });
    const folder = await temporaryFolder();
    await recordSession(folder, { world: "mujoco", policy: "careful", image: "overhead", start: 7 });
    expect(read["frames"]).toHaveLength(161 * 3 * 64 * 128);
    const channel = { name: "forward", unit: "1", kind: "linear", shape: [], size: 1, tolerance: 1 } as const;
    const { applied } = await readRecording(out, { channels: { observation: [], action: [channel] } });
    const rows = (await readFile(join(EXAMPLE, "actions.csv"), "utf8")).trim().split("\n").slice(1);
    expect([...applied["forward"]!.values]).toEqual(rows.map((row) => Number(row.split(",")[1])));
    // The bundled example is what its origin says.
    for (const name of await readdir(EXAMPLE)) {
      const [ours, again] = await Promise.all([EXAMPLE, folder].map((from) => readFile(join(from, name))));
      expect(Buffer.compare(ours!, again!), name).toBe(0);
    }
  });
});

describe("a session that does not hold together", () => {
  const broken: readonly (readonly [what: string, files: Record<string, string>, why: RegExp])[] = [
    [
      "an action column that is not there",
      { card: "push }|shove }" },
      /session\.yaml:\d+:\d+ controls\.cart\.x\.action.*no column "shove".*push/s,
    ],
    [
      "an object that is not declared",
      { card: "cart: { x|card: { x" },
      /no object "card" is declared.*cart/s,
    ],
    ["no way to say when", { card: "frame: frame }|}" }, /one column when/],
    ["a control without an axis", { card: "x: { action: push }|commands: velocity" }, /x or y/],
    [
      "a cell that is no number",
      { actions: "frame,push\n0,1\n1,left\n" },
      /actions\.csv:3.*"push" is not a finite number.*left/s,
    ],
    ["frames that go back", { actions: "frame,push\n3,1\n3,1\n" }, /:3.*does not increase/s],
    [
      "a frame that is not there",
      { actions: "frame,push\n400,1\n" },
      /names a frame that is not there.*0 to 160/s,
    ],
    ["no action", { actions: "frame,push\n" }, /no action in the file/],
    [
      "a row of other columns",
      { actions: '{"frame":0,"push":1}\n{"frame":1,"x":1}\n', file: "jsonl" },
      /:2.*other columns/s,
    ],
  ];
  for (const [what, { card, actions, file }, why] of broken) {
    it(`is refused: ${what}`, async () => {
      const folder = await sessionOf({
        cart: () => 0,
        actions: actions ?? csv(key),
        file: `actions.${file ?? "csv"}`,
      });
      const path = join(folder, "session.yaml");
      const [from, to] = (card ?? "|").split("|") as [string, string];
      await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
      await expect(inspect({ path: folder })).rejects.toMatchObject({ code: "input" });
      await expect(inspect({ path: folder })).rejects.toThrow(why);
    });
  }

  it("is not held against a scenario, and is one though its recording lies in it", async () => {
    const folder = await temporaryFolder();
    await cp(EXAMPLE, folder, { recursive: true });
    await importSession({ folder, outPath: join(folder, "session.mcap") });
    expect((await audit(folder)).frames).toBe(161);
    await expect(inspect({ path: folder, scenario: "tabletop-push" })).rejects.toThrow(
      /says itself which objects/,
    );
  });

  it("is refused: actions beside frames without session.yaml", async () => {
    const folder = await temporaryFolder();
    await cp(EXAMPLE, folder, { recursive: true });
    await rm(join(folder, "session.yaml"));
    await expect(inspect({ path: folder })).rejects.toThrow(/nothing says what they move.*session\.yaml/s);
  });
});
