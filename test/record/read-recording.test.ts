import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { encodeCdr } from "../../src/record/cdr.ts";
import { describeRecording } from "../../src/record/describe-recording.ts";
import { messageType } from "../../src/record/message-definitions.ts";
import { readRecording } from "../../src/record/read-recording.ts";
import { readTraceFile, readTraces } from "../../src/record/read-traces.ts";
import { writeTraces } from "../../src/record/write-traces.ts";
import { channels, exampleTrace, height, jointPos, torque } from "./channels.ts";
import { foreignWriter } from "./foreign-recording.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const at = temporaryFolder();
const contract = { ...channels, controlPeriodSec: 0.02 };
const JOINT_STATE = messageType("sensor_msgs/msg/JointState")!;

interface Message {
  readonly logNs: bigint;
  readonly data: Record<string, unknown>;
}

/** A file by somebody else: JointState messages on /joint_states. */
async function foreign(
  name: string,
  messages: readonly Message[],
  options: Parameters<typeof foreignWriter>[0] & { topic?: string; encoding?: string } = {},
): Promise<string> {
  const { writer, bytes: written } = await foreignWriter(options);
  const data = new TextEncoder().encode(JOINT_STATE.text);
  const schemaId = await writer.registerSchema({ name: JOINT_STATE.name, encoding: "ros2msg", data });
  const channelId = await writer.registerChannel({
    schemaId,
    topic: options.topic ?? "/joint_states",
    messageEncoding: options.encoding ?? "cdr",
    metadata: new Map(),
  });
  for (const [sequence, { logNs, data: message }] of messages.entries()) {
    const { bytes } = encodeCdr(JOINT_STATE, message);
    await writer.addMessage({ channelId, sequence, logTime: logNs, publishTime: logNs, data: bytes });
  }
  await writer.end();
  const file = at(name);
  await writeFile(file, written());
  return file;
}

function state(sec: number, position: readonly number[], name = ["shoulder", "elbow"]): Message {
  const stamp = { sec: Math.floor(sec), nanosec: Math.round((sec % 1) * 1e9) };
  // Received 5 ms after it was true.
  const logNs = BigInt(Math.round((sec + 0.005) * 1e9));
  return { logNs, data: { header: { stamp }, name, position } };
}

const joints = { observation: [jointPos], action: [] };

describe("readRecording", () => {
  it("reads somebody else's file: by joint name whatever the order, by header stamp, from the first sample on", async () => {
    const file = await foreign("foreign.mcap", [
      state(100, [1, 2, 3], ["shoulder", "elbow", "wrist"]),
      state(100.01, [30, 20, 10], ["wrist", "elbow", "shoulder"]),
    ]);
    const { observation, originNs } = await readRecording(file, { channels: joints });
    expect(originNs).toBe(100_000_000_000n);
    expect([...observation["joint_pos"]!.timesSec]).toEqual([0, 0.01]);
    expect([...observation["joint_pos"]!.values]).toEqual([1, 2, 10, 20]);
    const received = { ...jointPos, ros: { ...jointPos.ros!, stamp: "receive" as const } };
    const late = await readRecording(file, { channels: { observation: [received], action: [] } });
    expect(late.originNs).toBe(100_005_000_000n);
  });

  it.each([
    ["without chunks or index", { useChunks: false, useChunkIndex: false, useMessageIndex: false }],
    [
      "without a summary",
      {
        useStatistics: false,
        useSummaryOffsets: false,
        repeatChannels: false,
        repeatSchemas: false,
        useChunkIndex: false,
      },
    ],
    ["in many small chunks", { chunkSize: 200 }],
  ])("reads a file %s", async (_, options) => {
    const messages = Array.from({ length: 30 }, (__, k) => state(k / 100 + 1, [k, -k]));
    const file = await foreign("shape.mcap", messages, options);
    const { observation, losses } = await readRecording(file, { channels: joints });
    expect(losses).toEqual([]);
    expect(observation["joint_pos"]!.timesSec).toHaveLength(30);
    expect(observation["joint_pos"]!.values.at(-1)).toBe(-29);
  });

  it.each([
    ["the beginning of simulated time, if the stamps after it are small", [0, 0.01, 0.02], [0, 0.01, 0.02]],
    ["no stamp, if those after it are near the time of receiving", [0, 100.01, 100.02], [0, 0.01, 0.02]],
    ["no stamp, if there is no other", [0, 0, 0], [0, 0.01, 0.02]],
  ])("takes a stamp of zero for %s", async (_, stamps, times) => {
    const messages = stamps.map((sec, k) => ({ ...state(sec, [k, 0]), logNs: BigInt(1e11 + k * 1e7) }));
    const { observation } = await readRecording(await foreign("zero.mcap", messages), { channels: joints });
    expect([...observation["joint_pos"]!.timesSec]).toEqual(times);
    expect([...observation["joint_pos"]!.values]).toEqual([0, 0, 1, 0, 2, 0]);
  });

  it("puts late messages in their place and lets the last of two with one stamp count", async () => {
    const file = await foreign("order.mcap", [
      state(1, [1, 0]),
      { ...state(1.02, [3, 0]), logNs: 1_010_000_000n },
      { ...state(1.01, [2, 0]), logNs: 1_020_000_000n },
      { ...state(1.02, [4, 0]), logNs: 1_030_000_000n },
    ]);
    const { joint_pos: series } = (await readRecording(file, { channels: joints })).observation;
    expect([...series!.values].filter((_, i) => i % 2 === 0)).toEqual([1, 2, 4]);
    expect(series).toMatchObject({ outOfOrder: 1, repeated: 1, dropped: 0 });
  });

  it("refuses NaN, naming file, topic and time, or leaves it out and counts it", async () => {
    const file = await foreign("nan.mcap", [state(1, [1, 2]), state(1.01, [1, NaN]), state(1.02, [3, 4])]);
    await expect(readRecording(file, { channels: joints })).rejects.toThrow(
      /nan\.mcap, topic \/joint_states, 1\.01 s: channel "joint_pos" is NaN/,
    );
    await expect(readRecording(file, { channels: joints })).rejects.toMatchObject({ code: "input" });
    const { observation } = await readRecording(file, { channels: joints, notFinite: "drop" });
    expect(observation["joint_pos"]).toMatchObject({ dropped: 1 });
    expect(observation["joint_pos"]!.timesSec).toHaveLength(2);
  });

  it("lists the topics there are when one is missing, and the nearest", async () => {
    const file = await foreign("topic.mcap", [state(1, [1, 2])], { topic: "/joint_state" });
    await expect(readRecording(file, { channels: joints })).rejects.toThrow(
      /no messages of channel "joint_pos"[^]*\/joint_states or \/joint_pos[^]*\/joint_state \(sensor_msgs\/msg\/JointState\)[^]*did you mean "\/joint_state"/,
    );
    const all = { observation: [jointPos, height], action: [torque] };
    await expect(readRecording(file, { channels: all })).rejects.toThrow(/joint_pos, tip_height, torque/);
  });

  it("names the joint that a message lacks, and an encoding it cannot read", async () => {
    const file = await foreign("joint.mcap", [state(1, [1, 2], ["shoulder", "elbo"])]);
    await expect(readRecording(file, { channels: joints })).rejects.toThrow(
      /names no "elbow"[^]*did you mean "elbo"/,
    );
    const json = await foreign("json.mcap", [state(1, [1, 2])], { encoding: "json" });
    await expect(readRecording(json, { channels: joints })).rejects.toThrow(
      /not in ROS 2's encoding[^]*json messages/,
    );
  });
});

describe("a damaged recording", () => {
  async function whole(): Promise<Buffer> {
    await writeTraces([{ role: "", trace: exampleTrace(3000) }], { path: at("whole.mcap"), channels });
    return readFile(at("whole.mcap"));
  }

  it("gives all messages before the cut, and says what is lost", async () => {
    const bytes = await whole();
    const cut = Math.floor(bytes.length * 0.4);
    await writeFile(at("cut.mcap"), bytes.subarray(0, cut));
    const [reading] = await readTraceFile(at("cut.mcap"), contract);
    const { trace, losses } = reading!;
    const full = exampleTrace(3000);
    // 40 % of the file is about 40 % of the steps, although the first chunk is cut through.
    expect(trace.steps).toBeGreaterThan(1000);
    expect(trace.end).toBe("aborted");
    expect(trace.observation["joint_pos"]).toEqual(
      full.observation["joint_pos"]!.slice(0, 2 * (trace.steps + 1)),
    );
    expect(losses.map((loss) => loss.what)).toEqual([
      expect.stringMatching(
        /^an incomplete chunk from [\d.]+ s to [\d.]+ s; its first \d+ messages were recovered$/,
      ),
      expect.stringMatching(/no footer/),
    ]);
    expect(losses[0]!.offset + losses[0]!.bytes).toBe(cut);
  });

  it("loses nothing but the index when only the end is missing", async () => {
    const bytes = await whole();
    await writeFile(at("noend.mcap"), bytes.subarray(0, bytes.length - 40));
    const [trace] = await readTraces(at("noend.mcap"), contract);
    expect(trace).toEqual(exampleTrace(3000));
    expect((await describeRecording(at("noend.mcap"))).closed).toBe(false);
  });

  it("leaves out a chunk that fails its checksum and ends the trace before it", async () => {
    const bytes = Buffer.from(await whole());
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(at("flipped.mcap"), bytes);
    const [reading] = await readTraceFile(at("flipped.mcap"), contract);
    expect(reading!.losses[0]!.what).toMatch(/fails its checksum/);
    expect(reading!.losses).toHaveLength(1);
    const { trace } = reading!;
    expect(trace.steps).toBeGreaterThan(1000);
    expect(trace.steps).toBeLessThan(1500);
    expect(trace.end).toBe("aborted");
    expect(trace.observation["joint_vel"]).toEqual(
      exampleTrace(3000).observation["joint_vel"]!.slice(0, 2 * (trace.steps + 1)),
    );
  });

  it("begins where the recording begins to be readable", async () => {
    const bytes = Buffer.from(await whole());
    bytes[20_000]! ^= 1; // in the first chunk
    await writeFile(at("late.mcap"), bytes);
    const [reading] = await readTraceFile(at("late.mcap"), contract);
    const { trace } = reading!;
    expect(trace.steps).toBeGreaterThan(2000);
    const full = exampleTrace(3000).observation["joint_pos"]!;
    expect(trace.observation["joint_pos"]).toEqual(full.slice(-2 * (trace.steps + 1)));
    expect(trace.start.initial["joint_pos"]).toEqual([...trace.observation["joint_pos"]!.slice(0, 2)]);
  });

  it("goes on at the next chunk of the index where the thread is lost", async () => {
    const messages = Array.from({ length: 60 }, (_, k) => state(k / 100 + 1, [k, -k]));
    const file = await foreign("thread.mcap", messages, { chunkSize: 500 });
    const bytes = await readFile(file);
    const chunks: number[] = [];
    for (let offset = 8; offset + 9 < bytes.length; offset += 9 + Number(bytes.readBigUInt64LE(offset + 1))) {
      if (bytes[offset] === 6) chunks.push(offset);
    }
    const second = chunks[1]!;
    bytes.fill(0, second, second + 9);
    await writeFile(file, bytes);
    const { observation, losses } = await readRecording(file, { channels: joints });
    expect(losses).toEqual([
      expect.objectContaining({
        offset: second,
        what: expect.stringContaining("went on at the next chunk") as string,
      }),
    ]);
    expect(observation["joint_pos"]!.timesSec.length).toBeGreaterThan(50);
    expect(observation["joint_pos"]!.timesSec.length).toBeLessThan(60);
  });

  it.each([
    ["empty", "", /an empty file/],
    ["garbage", "time,pos\n0,1\n", /not an MCAP file[^]*got: +74 69 6d 65[^]*simgate import/],
  ])("is not a recording at all when it is %s", async (name, text, message) => {
    await writeFile(at(`${name}.mcap`), text);
    await expect(readTraces(at(`${name}.mcap`), contract)).rejects.toThrow(message);
    await expect(readTraces(at(`${name}.mcap`), contract)).rejects.toMatchObject({ code: "input" });
  });

  it("is an input error when it is missing, or cut before its first message", async () => {
    await expect(readTraces(at("nowhere.mcap"), contract)).rejects.toThrow(/cannot read the recording/);
    await writeFile(at("head.mcap"), (await whole()).subarray(0, 60));
    await expect(readTraces(at("head.mcap"), contract)).rejects.toThrow(
      /no topic at all; the file is damaged/,
    );
  });
});
