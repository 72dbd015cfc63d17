import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import jpeg from "jpeg-js";
import { describe, expect, it } from "vitest";
import { inspect } from "../../src/api/inspect.ts";
import type { SessionInspection } from "../../src/api/inspect-session.ts";
import { runOne } from "../../src/api/run.ts";
import type { Colour, Picture } from "../../src/core/picture.ts";
import { importSession } from "../../src/record/import-session.ts";
import { box, draw } from "../perception/pictures.ts";
import { type ForeignMessage, writeForeign } from "../record/foreign-recording.ts";
import { recordSession } from "./record-session.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const EXAMPLE = resolve(import.meta.dirname, "../../examples/session");

async function audit(folder: string): Promise<SessionInspection> {
  const inspection = await inspect({ path: folder });
  if (inspection.kind !== "session") throw new Error(`taken for a ${inspection.kind}`);
  return inspection;
}

/** The card of a session of files, for the same session in a recording. */
async function cardOf(folder: string, lines: Readonly<Record<string, string>>): Promise<string> {
  const text = await readFile(join(folder, "session.yaml"), "utf8");
  const { forward = "forward", left = "left", ...keys } = lines;
  return text
    .replace("action: forward", `action: "${forward}"`)
    .replace("action: left", `action: "${left}"`)
    .replace(/^periodSec:.*\n/m, "")
    .replace(
      /^actions:.*$/m,
      Object.entries(keys)
        .map(([key, value]) => `${key}: ${value}`)
        .join("\n"),
    );
}

async function session(folder: string, card: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "session.yaml"), card);
  return folder;
}

describe("a session in a recording", { timeout: 120_000 }, () => {
  it("has the very findings of the files that it was made of, from one topic an action", async () => {
    const folder = await temporaryFolder();
    await importSession({ folder: EXAMPLE, outPath: join(folder, "session.mcap") });
    const card = await cardOf(EXAMPLE, {
      recording: "../session.mcap",
      frames: "{ topic: /frames/compressed }",
      actions: "{ topic: [/forward, /left] }",
      forward: "/forward.data[0]",
      left: "/left.data[0]",
    });
    const recorded = await audit(await session(join(folder, "recorded"), card));
    const files = await audit(EXAMPLE);
    for (const key of [
      "objects",
      "persistenceRate",
      "temporalConsistency",
      "contact",
      "claim",
      "size",
      "probe",
    ] as const) {
      expect(recorded[key], key).toEqual(files[key]);
    }
    expect(recorded.controls.map(({ response }) => response)).toEqual(
      files.controls.map(({ response }) => response),
    );
    expect(recorded).toMatchObject({
      ...{ frames: 161, source: "recording", problems: [] },
      actions: { topics: ["/forward", "/left"], columns: ["/forward.data[0]", "/left.data[0]"], held: 0 },
      recording: { topic: "/frames/compressed", uneven: 0 },
    });
    expect(recorded.periodSec).toBeCloseTo(0.05, 9);
  });

  it("as simgate run records it responds as its frames and actions in files do", async () => {
    const folder = await temporaryFolder();
    const file = join(folder, "trial.mcap");
    await runOne({
      ...{ scenario: "tabletop-push", world: "dreamer", policy: "careful", start: "#7" },
      ...{ record: file, images: true },
    });
    expect(await inspect({ path: file })).toMatchObject({
      session: { frames: ["/coarse/compressed"], actions: ["/velocity"] },
    });
    await recordSession(join(folder, "files"), {
      world: "dreamer",
      policy: "careful",
      image: "coarse",
      start: 7,
    });
    const card = await cardOf(join(folder, "files"), {
      recording: "../trial.mcap",
      frames: "{ topic: /coarse/compressed }",
      actions: "{ topic: /velocity/requested }",
      forward: "data[0]",
      left: "data[1]",
    });
    const recorded = await audit(await session(join(folder, "recorded"), card));
    const files = await audit(join(folder, "files"));
    expect(recorded.objects).toEqual(files.objects);
    expect(recorded.claim).toEqual(files.claim);
    // In the files the actions are rounded to six digits.
    for (const [i, { responds, response }] of recorded.controls.entries()) {
      const other = files.controls[i]!;
      expect([responds, response!.lagFrames]).toEqual(["yes", other.response!.lagFrames]);
      expect(response!.gain).toBeCloseTo(other.response!.gain, 4);
      expect(response!.correlation).toBeCloseTo(other.response!.correlation, 5);
    }
  });
});

const GROUND: Colour = [90, 95, 100];
const ORANGE: Colour = [230, 154, 30];
const FRAMES = 161;
const PERIOD_NS = 100_000_000n;
/** Of the wall clock, ns. */
const BEGIN = 1_790_000_000_000_000_000n;

/** −1, 0 or 1, as a key that is held for a while. */
const key = (t: number): number => Math.round(Math.sin(t / 4) + Math.sin(t / 11.3) / 2);

interface Bag {
  readonly picture?: (picture: Picture, stampNs: bigint) => Readonly<Record<string, unknown>>;
  readonly pictureType?: string;
  /** Of frame t. */
  readonly stampNs?: (t: number) => bigint;
  readonly dropped?: (t: number) => boolean;
  /** What the cart is told at frame t and half a frame later, m/s. */
  readonly told?: (t: number) => readonly [number, number];
  readonly more?: readonly ForeignMessage[];
}

const stamped = (stampNs: bigint): Readonly<Record<string, unknown>> => ({
  stamp: { sec: Number(stampNs / 1_000_000_000n), nanosec: Number(stampNs % 1_000_000_000n) },
  frame_id: "camera",
});

/** Rows of blue, green, red, and eight bytes that belong to no pixel. */
function bgr8({ width, height, rgb }: Picture, stampNs: bigint): Readonly<Record<string, unknown>> {
  const step = 3 * width + 8;
  const data = new Uint8Array(step * height);
  for (let i = 0; i < width * height; i++) {
    const to = Math.floor(i / width) * step + 3 * (i % width);
    for (let c = 0; c < 3; c++) data[to + c] = rgb[3 * i + 2 - c]!;
  }
  return { header: stamped(stampNs), height, width, encoding: "bgr8", is_bigendian: 0, step, data };
}

function jpegOf({ width, height, rgb }: Picture): Uint8Array {
  const rgba = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  return new Uint8Array(jpeg.encode({ width, height, data: rgba }, 95).data);
}

/** A cart that is told its speed twice a frame, seen by a camera: what a robot's bag has. A quarter of a m/s is a pixel a frame. */
function cartMessages({
  picture = bgr8,
  pictureType = "sensor_msgs/msg/Image",
  stampNs = (t) => BEGIN + BigInt(t) * PERIOD_NS,
  dropped = () => false,
  told = (t) => [key(t) / 2, key(t) / 2],
  more = [],
}: Bag = {}): ForeignMessage[] {
  const messages: ForeignMessage[] = [...more];
  let at = 60;
  for (let t = 0; t < FRAMES; t++) {
    const beganNs = BEGIN + BigInt(t) * PERIOD_NS;
    if (!dropped(t)) {
      const data = picture(draw(GROUND, [box(ORANGE, at, 12, 12, 8)], 160, 60), stampNs(t));
      // The picture is written 20 ms after it was taken.
      const topic = pictureType.endsWith("CompressedImage") ? "/camera/compressed" : "/camera/image_raw";
      messages.push({ topic, type: pictureType, logNs: beganNs + 20_000_000n, data });
    }
    told(t).forEach((x, half) => {
      messages.push({
        ...{ topic: "/cmd_vel", type: "geometry_msgs/msg/Twist" },
        logNs: beganNs + (BigInt(half) * PERIOD_NS) / 2n,
        data: { linear: { x, y: 0, z: 0 }, angular: { x: 0, y: 0, z: 0 } },
      });
    });
    at += 2 * key(t);
  }
  return messages.sort((a, b) => (a.logNs < b.logNs ? -1 : 1));
}

const CARD = [
  "schema: simgate/session@1",
  "recording: drive.mcap",
  "frames: { topic: /camera/image_raw }",
  "actions: { topic: /cmd_vel }",
  'objects: { cart: { colour: "#e69a1e" } }',
  "controls: { cart: { x: { action: linear.x } } }",
  "",
].join("\n");

async function drive(messages: readonly ForeignMessage[], card = CARD): Promise<string> {
  const folder = await session(await temporaryFolder(), card);
  await writeForeign(join(folder, "drive.mcap"), messages);
  return folder;
}

describe("a session in somebody else's recording", () => {
  it("of raw pictures and Twist messages has the lag and gain of its cart", async () => {
    const found = await audit(await drive(cartMessages()));
    expect(found.controls[0]).toMatchObject({ responds: "yes", response: { lagFrames: 0 } });
    expect(found.controls[0]!.response!.gain).toBeCloseTo(4, 2);
    expect(found.actions).toMatchObject({
      rows: 322,
      columns: ["linear.x", "linear.y", "linear.z", "angular.x", "angular.y", "angular.z"],
      held: 0,
    });
    expect(found).toMatchObject({ persistenceRate: 1, periodSec: 0.1, problems: [] });
  });

  it("in which a frame has several actions counts each for as long as it acts", async () => {
    const found = await audit(await drive(cartMessages({ told: (t) => [0, key(t) / 2] })));
    expect(found.controls[0]!.response!.gain).toBeCloseTo(8, 2);
    expect(found.controls[0]!.response!.correlation).toBeGreaterThan(0.999);
  });

  it("whose actions are told only where they change lets each go on until the next", async () => {
    let last: number | undefined;
    const messages = cartMessages().filter(({ topic, data }) => {
      if (topic !== "/cmd_vel") return true;
      const { x } = data["linear"] as { x: number };
      const changed = x !== last;
      last = x;
      return changed;
    });
    const told = messages.filter(({ topic }) => topic === "/cmd_vel").length;
    const found = await audit(await drive(messages));
    expect(found.actions).toMatchObject({ rows: told, held: FRAMES - 1 - told });
    expect(found.controls[0]!.response!.gain).toBeCloseTo(4, 2);
  });

  it("may have JPEG pictures, and headers that nobody filled in", async () => {
    // Making one takes long, and the cart comes back to where it was.
    const made = new Map<string, Uint8Array>();
    const compressed = (picture: Picture): Readonly<Record<string, unknown>> => {
      const known = Buffer.from(picture.rgb).toString("latin1");
      const data = made.get(known) ?? jpegOf(picture);
      made.set(known, data);
      return { header: stamped(0n), format: "bgr8; jpeg compressed bgr8", data };
    };
    const messages = cartMessages({ picture: compressed, pictureType: "sensor_msgs/msg/CompressedImage" });
    const folder = await drive(messages, CARD.replace("image_raw", "compressed"));
    const [control] = (await audit(folder)).controls;
    // By the times of writing the pictures come 20 ms later: four fifths of each action fall into its own interval.
    expect(control).toMatchObject({ responds: "yes", response: { lagFrames: 0 } });
    expect(Math.abs(control!.response!.gain - 4)).toBeLessThan(0.1);
  });

  it("leaves out what moves while pictures are missing, and pictures that come too late", async () => {
    const messages = cartMessages({ dropped: (t) => (t >= 50 && t < 53) || t === 100 });
    const again = messages.filter(({ topic }) => topic === "/camera/image_raw")[70]!;
    const late = { ...again, logNs: again.logNs + 500_000_000n };
    const found = await audit(await drive([...messages, late].sort((a, b) => (a.logNs < b.logNs ? -1 : 1))));
    expect(found).toMatchObject({ frames: FRAMES - 4, recording: { uneven: 2 }, persistenceRate: 1 });
    expect(found.recording!.longestGapSec).toBeCloseTo(0.4, 9);
    expect(found.controls[0]!.response!.gain).toBeCloseTo(4, 2);
    expect(found.controls[0]!.response!.correlation).toBeGreaterThan(0.999);
    expect(found.problems).toEqual([
      expect.stringMatching(/^1 of the pictures on \/camera\/image_raw.*left out/),
    ]);
  });

  it("is read as far as it goes where the file is cut, and says what is lost", async () => {
    const folder = await drive(cartMessages());
    const file = join(folder, "drive.mcap");
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, Math.round(0.7 * bytes.length)));
    const found = await audit(folder);
    expect(found.frames / FRAMES).toBeCloseTo(0.7, 1);
    expect(found.controls[0]!.response!.gain).toBeCloseTo(4, 2);
    expect(found.problems.join("\n")).toMatch(/an incomplete chunk .*recovered.*no footer/s);
  });

  it("may be a bag that was split", async () => {
    const folder = await session(await temporaryFolder(), CARD.replace("drive.mcap", "drive"));
    await mkdir(join(folder, "drive"));
    const messages = cartMessages();
    for (const [i, part] of [messages.slice(0, 200), messages.slice(200)].entries()) {
      await writeForeign(join(folder, "drive", `drive_${i}.mcap`), part);
    }
    const found = await audit(folder);
    expect(found).toMatchObject({
      frames: FRAMES,
      recording: { uneven: 0 },
      actions: { rows: 322, held: 0 },
    });
    expect(found.controls[0]!.response!.gain).toBeCloseTo(4, 2);
  });

  it("with a camera whose clock is another is refused, and read by the times of recording on request", async () => {
    const messages = cartMessages({ stampNs: (t) => 5_000_000_000n + BigInt(t) * PERIOD_NS });
    const folder = await drive(messages);
    await expect(inspect({ path: folder })).rejects.toMatchObject({ code: "input" });
    await expect(inspect({ path: folder })).rejects.toThrow(
      /session\.yaml:4:\d+ actions\.topic: .*not of the same time.*5\.000 to 21\.000 s.*1790000000\.000.*stamp: receive/s,
    );
    await session(folder, CARD.replace("image_raw }", "image_raw, stamp: receive }"));
    expect(Math.abs((await audit(folder)).controls[0]!.response!.gain - 4)).toBeLessThan(0.1);
  });

  it("with two cameras has a card for each", async () => {
    const messages = cartMessages();
    const far = messages.flatMap((message): ForeignMessage[] => {
      if (message.topic !== "/camera/image_raw") return [message];
      const { header, ...near } = message.data as { data: Uint8Array; step: number; header: unknown };
      // Every other pixel of every other row.
      const data = new Uint8Array(80 * 30 * 3);
      for (let i = 0; i < 80 * 30; i++) {
        const from = 2 * Math.floor(i / 80) * near.step + 6 * (i % 80);
        data.set(near.data.subarray(from, from + 3), 3 * i);
      }
      const view = { header, height: 30, width: 80, encoding: "bgr8", is_bigendian: 0, step: 240, data };
      return [message, { ...message, topic: "/rear/image_raw", data: view }];
    });
    const folder = await drive(far);
    await writeFile(join(folder, "rear.yaml"), CARD.replace("/camera/", "/rear/"));
    const [front, rear] = await Promise.all([audit(folder), audit(join(folder, "rear.yaml"))]);
    expect([front.size, rear.size]).toEqual([
      [60, 160],
      [30, 80],
    ]);
    expect(front.controls[0]!.response!.gain / rear.controls[0]!.response!.gain).toBeCloseTo(2, 2);
    expect([front, rear].map(({ controls }) => controls[0]!.responds)).toEqual(["yes", "yes"]);
    expect([front, rear].map(({ contact }) => contact.movedIdle)).toEqual([0, 0]);
  });

  it("names the columns of joints by the joints, of several topics by the topics", async () => {
    const joints = Array.from({ length: 40 }, (_, i): ForeignMessage => ({
      ...{ topic: "/arm", type: "sensor_msgs/msg/JointState", logNs: BEGIN + BigInt(4 * i) * PERIOD_NS },
      data: {
        header: stamped(BEGIN + BigInt(4 * i) * PERIOD_NS),
        // Joints change places, and their effort is not known.
        name: i % 2 === 0 ? ["lift_it", "turn"] : ["turn", "lift_it"],
        position: i % 2 === 0 ? [1, 2] : [2, 1],
        velocity: [],
        effort: [NaN, NaN],
      },
    }));
    const card = CARD.replace("/cmd_vel", "[/cmd_vel, /arm]").replace("linear.x", '"/cmd_vel.linear.x"');
    const folder = await drive(cartMessages({ more: joints }), card);
    const { actions, controls } = await audit(folder);
    expect(actions.columns.slice(6)).toEqual([
      "/arm.position[lift_it]",
      "/arm.position[turn]",
      "/arm.effort[lift_it]",
      "/arm.effort[turn]",
    ]);
    expect(controls[0]!.response!.gain).toBeCloseTo(4, 2);
    await session(folder, card.replace("/cmd_vel.linear.x", "/arm.effort[lift_it]"));
    await expect(inspect({ path: folder })).rejects.toThrow(
      /"\/arm\.effort\[lift_it\]" is not always a finite number.*40 of 362/s,
    );
  });
});

describe("a session in a recording that does not hold together", () => {
  const text: ForeignMessage = {
    ...{ topic: "/says", type: "std_msgs/msg/String", logNs: BEGIN, data: { data: "go" } },
  };
  const scan: ForeignMessage = {
    ...{ topic: "/scan", type: "std_msgs/msg/Float64MultiArray", logNs: BEGIN },
    data: { layout: { dim: [], data_offset: 0 }, data: new Float64Array(300) },
  };
  const broken: readonly (readonly [what: string, card: string, why: RegExp])[] = [
    [
      "a recording that is not there",
      "drive.mcap|drvie.mcap",
      /session\.yaml:2:\d+ recording: .*no such file or folder/s,
    ],
    [
      "a topic of frames that is not there",
      "image_raw|image_row",
      /:3:\d+ frames\.topic: .*no topic \/camera\/image_row.*did you mean "\/camera\/image_raw"/s,
    ],
    [
      "frames on a topic of other messages",
      "/camera/image_raw|/cmd_vel",
      /:3.*\/cmd_vel carries no pictures.*sensor_msgs\/msg\/Image or.*geometry_msgs\/msg\/Twist; pictures on \/camera\/image_raw/s,
    ],
    [
      "a topic of actions that is not there",
      "/cmd_vel|/cmd_val",
      /:4:\d+ actions\.topic: .*no topic \/cmd_val.*did you mean "\/cmd_vel"/s,
    ],
    [
      "pictures for actions",
      "/cmd_vel|/camera/image_raw",
      /:4.*carries pictures.*known: \/says, \/scan, \/cmd_vel/s,
    ],
    ["words for actions", "/cmd_vel|/says", /:4.*messages of \/says have no number.*std_msgs\/msg\/String/s],
    [
      "what was seen for actions",
      "/cmd_vel|/scan",
      /:4.*carries no actions.*256 of them at most.*300 numbers/s,
    ],
    [
      "a field that is not there",
      "linear.x|linear.w",
      /controls\.cart\.x\.action.*no column "linear\.w".*\/cmd_vel in .*drive\.mcap.*did you mean "linear\.x"/s,
    ],
    [
      "frames in a folder",
      "{ topic: /camera/image_raw }|.",
      /:3:\d+ frames: .*on which topic of the recording the frames are/s,
    ],
    [
      "actions in a file",
      "{ topic: /cmd_vel }|{ file: actions.csv, frame: frame }",
      /:4:\d+ actions: .*on which topic of the recording the actions are/s,
    ],
    [
      "topics of no recording",
      "recording: drive.mcap|periodSec: 0.1",
      /frames\.topic: of which recording\?.*recording: an MCAP file/s,
    ],
    [
      "another period than the frames have",
      "schema|periodSec: 0.05\nschema",
      /periodSec: .*another period.*0\.1 s.*0\.05 s/s,
    ],
    [
      "a key that is not known",
      "topic: /cmd_vel|topics: /cmd_vel",
      /actions\.topics: unknown key; did you mean "topic"/,
    ],
  ];
  for (const [what, change, why] of broken) {
    it(`is refused: ${what}`, async () => {
      const [from, to] = change.split("|") as [string, string];
      const folder = await drive(cartMessages({ more: [text, scan] }), CARD.replace(from, to));
      await expect(inspect({ path: folder })).rejects.toMatchObject({ code: "input" });
      await expect(inspect({ path: folder })).rejects.toThrow(why);
    });
  }

  it("is refused: a recording without a frame, one whose messages change, and to make a recording of one", async () => {
    const still = cartMessages().filter(({ topic }, i) => topic === "/cmd_vel" || i < 3);
    await expect(inspect({ path: await drive(still) })).rejects.toThrow(
      /no frames on \/camera\/image_raw.*a single one/s,
    );
    const axes = [[1, 0], [1]].map((values, i): ForeignMessage => ({
      ...{ topic: "/joy", type: "sensor_msgs/msg/Joy", logNs: BEGIN + BigInt(i) },
      data: { header: stamped(BEGIN + BigInt(i)), axes: values, buttons: [] },
    }));
    const joy = await drive(cartMessages({ more: axes }), CARD.replace("/cmd_vel", "/joy"));
    await expect(inspect({ path: joy })).rejects.toThrow(
      /other numbers than the first.*axes\[0\], axes\[1\].*axes\[0\]/s,
    );
    const folder = await drive(cartMessages());
    await expect(importSession({ folder, outPath: join(folder, "out.mcap") })).rejects.toThrow(
      /a recording already/,
    );
  });
});
