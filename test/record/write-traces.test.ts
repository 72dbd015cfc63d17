import { readFile } from "node:fs/promises";
import { McapIndexedReader } from "@mcap/core";
import { parse as parseMessages } from "@foxglove/rosmsg";
import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { describeRecording } from "../../src/record/describe-recording.ts";
import { readTraceFile, readTraces } from "../../src/record/read-traces.ts";
import { writeTraces } from "../../src/record/write-traces.ts";
import { decodeRecording } from "../../src/viewer/decode-recording.ts";
import { eventsOf } from "../../src/viewer/events.ts";
import { channels, exampleTrace } from "./channels.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const at = temporaryFolder();
const contract = { ...channels, controlPeriodSec: 0.02 };
const scenario = { name: "pendulum", sha256: "ab".repeat(32) };

/** What another implementation makes of the file. */
async function readIndexed(file: string): Promise<{
  reader: McapIndexedReader;
  messages: { topic: string; logTime: bigint; publishTime: bigint; data: Record<string, unknown> }[];
}> {
  const bytes = new Uint8Array(await readFile(file));
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: async () => BigInt(bytes.length),
      read: async (offset, size) => bytes.subarray(Number(offset), Number(offset + size)),
    },
  });
  const messages = [];
  for await (const message of reader.readMessages({ validateCrcs: true })) {
    const channel = reader.channelsById.get(message.channelId)!;
    const schema = reader.schemasById.get(channel.schemaId)!;
    const definition = parseMessages(new TextDecoder().decode(schema.data), { ros2: true });
    const data = new MessageReader<Record<string, unknown>>(definition).readMessage(message.data);
    messages.push({ topic: channel.topic, logTime: message.logTime, publishTime: message.publishTime, data });
  }
  return { reader, messages };
}

describe("writeTraces", () => {
  it("gives back who made which steps, and the viewer marks each change", async () => {
    const handOvers = [
      { step: 4, from: "net", to: "mujoco", cause: "contact", holds: true, value: 1 / 3, threshold: 0 },
      { step: 9, from: "mujoco", to: "net", cause: "contact", holds: false, value: -2, threshold: -0.5 },
    ];
    const trace = { ...exampleTrace(20), handOvers };
    const path = at("handed.mcap");
    await writeTraces(
      [
        { role: "truth", world: "mujoco", trace: exampleTrace(20) },
        { role: "candidate", world: "hybrid", trace },
      ],
      { path, channels, scenario },
    );
    expect(await readTraces(path, contract, { role: "candidate" })).toEqual([trace]);
    expect((await readTraces(path, contract, { role: "truth" }))[0]!.handOvers).toBeUndefined();
    const { messages } = await readIndexed(path);
    const own = messages.filter(({ topic }) => topic === "/candidate/hand_over");
    expect(own.map(({ data }) => JSON.parse(String(data["data"])) as unknown)).toEqual(handOvers);
    expect(own.map(({ publishTime }) => publishTime)).toEqual([80_000_000n, 180_000_000n]);
    const recording = await decodeRecording(new Uint8Array(await readFile(path)));
    expect(recording.undecoded).toEqual([]);
    const marks = eventsOf(recording, undefined).filter(({ kind }) => kind === "hand-over");
    expect(marks.map(({ timeSec, role, label }) => [timeSec.toFixed(2), role, label])).toEqual([
      ["0.08", "candidate", "mujoco takes over"],
      ["0.18", "candidate", "net takes over"],
    ]);
    expect(marks[1]!.text).toBe("candidate: mujoco → net: contact is over (margin -2.00 ≤ -0.5 tolerances)");
  });

  it("gives back the same traces to the bit", async () => {
    const truth = exampleTrace(300);
    const candidate = {
      ...exampleTrace(120, 1),
      end: "fault" as const,
      fault: { step: 120, kind: "not-finite" as const, reason: "joint_pos[elbow] is NaN" },
    };
    await writeTraces(
      [
        {
          role: "truth",
          world: "mujoco",
          policy: "lqr",
          trace: truth,
          outcome: { kind: "success", margin: 1 / 3 },
        },
        {
          role: "candidate",
          world: "ensemble",
          policy: "lqr",
          trace: candidate,
          outcome: { kind: "fault", margin: null },
        },
      ],
      { path: at("pair.mcap"), channels, scenario },
    );
    expect(await readTraces(at("pair.mcap"), contract, { role: "truth" })).toEqual([truth]);
    expect(await readTraces(at("pair.mcap"), contract, { role: "candidate" })).toEqual([candidate]);
    // A log stands for the truth unless it is said otherwise.
    expect(await readTraces(at("pair.mcap"), contract)).toEqual([truth]);
  });

  it("gives back the pictures of the worlds that have some", async () => {
    const images = [{ name: "overhead", size: [2, 3] as const }];
    const overhead = Uint8Array.from({ length: 11 * 2 * 3 * 3 }, (_, i) => (37 * i) % 256);
    const seen = { ...exampleTrace(10), images: { overhead } };
    await writeTraces(
      [
        { role: "truth", world: "mujoco", trace: exampleTrace(10) },
        { role: "candidate", world: "diffusion", trace: seen },
      ],
      { path: at("pictures.mcap"), channels, scenario, images },
    );
    const [read] = await readTraces(at("pictures.mcap"), contract, { role: "candidate", images });
    expect(read).toEqual(seen);
    const topics = (await readIndexed(at("pictures.mcap"))).messages.map(({ topic }) => topic);
    expect(topics.filter((topic) => topic === "/candidate/overhead/compressed")).toHaveLength(11);
    expect(topics).not.toContain("/truth/overhead/compressed");
    const [reading] = await readTraceFile(at("pair.mcap"), contract);
    expect(reading).toMatchObject({
      info: { scenario, world: "mujoco", policy: "lqr", source: "rollout" },
      result: { steps: 300, end: "horizon", outcome: { kind: "success", margin: 1 / 3 } },
      losses: [],
    });
    await expect(readTraces(at("pair.mcap"), contract, { role: "other" })).rejects.toThrow(
      /truth or candidate/,
    );
  });

  it("is a rosbag2 recording to another reader: profile, encodings, QoS, indexes, strictly increasing log times", async () => {
    const trace = exampleTrace(50);
    await writeTraces([{ role: "", trace }], { path: at("plain.mcap"), channels, scenario });
    const { reader, messages } = await readIndexed(at("plain.mcap"));
    expect(reader.header.profile).toBe("ros2");
    expect(reader.statistics?.messageCount).toBe(51n * 2n + 50n * 2n);
    expect(reader.chunkIndexes.length).toBeGreaterThan(0);
    for (const channel of reader.channelsById.values()) {
      expect(channel.messageEncoding).toBe("cdr");
      expect(reader.schemasById.get(channel.schemaId)).toMatchObject({ encoding: "ros2msg" });
      expect(parse(channel.metadata.get("offered_qos_profiles")!)).toMatchObject([
        { history: 1, depth: 10, reliability: 1, durability: 2, liveliness: 1 },
      ]);
    }
    for (let i = 1; i < messages.length; i++)
      expect(messages[i]!.logTime > messages[i - 1]!.logTime).toBe(true);

    const states = messages.filter((message) => message.topic === "/joint_states");
    expect(states).toHaveLength(51);
    expect(states[50]).toMatchObject({
      publishTime: 1_000_000_000n,
      data: {
        header: { stamp: { sec: 1, nanosec: 0 }, frame_id: "world" },
        name: ["shoulder", "elbow"],
        position: trace.observation["joint_pos"]!.slice(100, 102),
        velocity: trace.observation["joint_vel"]!.slice(100, 102),
      },
    });
    const requested = messages.filter((message) => message.topic === "/effort/commands/requested");
    expect(requested[49]!.data["data"]).toEqual(trace.requestedAction["torque"]!.slice(98, 100));
    const metadata = [];
    for await (const record of reader.readMetadata()) metadata.push(record);
    expect(metadata.map((record) => record.name)).toEqual(["simgate", "simgate/result"]);
    expect(metadata[0]!.metadata.get("scenario")).toBe("pendulum");
  });

  it("writes the same bytes for the same traces", async () => {
    for (const name of ["a.mcap", "b.mcap"]) {
      await writeTraces([{ role: "truth", trace: exampleTrace(20) }], { path: at(name), channels });
    }
    expect(await readFile(at("a.mcap"))).toEqual(await readFile(at("b.mcap")));
  });

  it("makes a bag folder with the metadata.yaml of version 5 when the path is not a .mcap file", async () => {
    await writeTraces([{ role: "", trace: exampleTrace(50) }], {
      path: at("bag"),
      channels,
      originNs: 1_700_000_000_000_000_000n,
    });
    const { rosbag2_bagfile_information: bag } = parse(await readFile(at("bag/metadata.yaml"), "utf8"), {
      intAsBigInt: true,
    }) as { rosbag2_bagfile_information: Record<string, unknown> };
    expect(bag).toMatchObject({
      version: 5n,
      storage_identifier: "mcap",
      starting_time: { nanoseconds_since_epoch: 1_700_000_000_000_000_000n },
      message_count: 202n,
      relative_file_paths: ["bag_0.mcap"],
      files: [{ path: "bag_0.mcap", message_count: 202n }],
    });
    // Two topics share the last instant; the second is a nanosecond later.
    expect(bag["duration"]).toEqual({ nanoseconds: 1_000_000_001n });
    const topics = bag["topics_with_message_count"] as { topic_metadata: Record<string, string> }[];
    expect(topics.map(({ topic_metadata }) => topic_metadata["type"])).toEqual([
      "sensor_msgs/msg/JointState",
      "std_msgs/msg/Float64MultiArray",
      "std_msgs/msg/Float64MultiArray",
      "std_msgs/msg/Float64MultiArray",
    ]);
    expect(parse(topics[0]!.topic_metadata["offered_qos_profiles"]!)).toHaveLength(1);
    expect(await readTraces(at("bag/bag_0.mcap"), contract)).toEqual([exampleTrace(50)]);
  });

  it("describes itself without being decoded", async () => {
    await writeTraces([{ role: "truth", trace: exampleTrace(50) }], { path: at("d.mcap"), channels });
    const summary = await describeRecording(at("d.mcap"));
    expect(summary).toMatchObject({ profile: "ros2", closed: true, losses: [] });
    expect(summary.durationSec).toBeCloseTo(1, 6);
    expect(summary.topics.map(({ topic, messages }) => [topic, messages])).toEqual([
      ["/truth/joint_states", 51],
      ["/truth/tip_height", 51],
      ["/truth/effort/commands", 50],
      ["/truth/effort/commands/requested", 50],
    ]);
  });
});
