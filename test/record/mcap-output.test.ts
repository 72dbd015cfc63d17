import { existsSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { McapWriter } from "@mcap/core";
import { describe, expect, it } from "vitest";
import { BatchRecorder } from "../../src/record/batch-recorder.ts";
import { McapOutput, type McapSink } from "../../src/record/mcap-output.ts";
import { channels, exampleTrace } from "./channels.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const at = temporaryFolder();
const CHUNK_BYTES = 2000;
const HEADER = { profile: "ros2", library: "simgate" };

class Memory implements McapSink {
  readonly #parts: Uint8Array[] = [];
  #lent: { readonly bytes: Uint8Array; readonly then: Uint8Array } | undefined;
  #length = 0;

  position(): bigint {
    return BigInt(this.#length);
  }

  async write(bytes: Uint8Array): Promise<void> {
    // As a disk does that is busy with the bytes of the call before until now.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#lent !== undefined) expect(this.#lent.bytes).toEqual(this.#lent.then);
    const copy = bytes.slice();
    this.#lent = { bytes, then: copy };
    this.#parts.push(copy);
    this.#length += copy.length;
  }

  get contents(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

interface Message {
  readonly channelId: number;
  readonly sequence: number;
  readonly logTime: bigint;
  readonly publishTime: bigint;
  readonly data: Uint8Array;
}

/** Three topics, sizes from nothing to several chunks; log times rise, publish times do not. */
const messages = Array.from({ length: 90 }, (_, i): Message => {
  const length = i % 30 === 29 ? 3 * CHUNK_BYTES : (i * 37) % 500;
  return {
    channelId: i < 3 ? i : (i * i) % 3,
    sequence: i,
    logTime: BigInt(i) * 1_000_000_007n + 5n,
    publishTime: BigInt(i % 7),
    data: Uint8Array.from({ length }, (_, k) => (k * 31 + i) % 256),
  };
});
const schema = { name: "x/msg/A", encoding: "ros2msg", data: new TextEncoder().encode("float64 a") };
const channelsOf = (first: number, second: number) =>
  [first, first, second].map((schemaId, i) => ({
    schemaId,
    topic: `/topic/${i}`,
    messageEncoding: "cdr",
    metadata: new Map([["offered_qos_profiles", `profile ${i}`]]),
  }));

async function byReference(): Promise<Buffer> {
  const memory = new Memory();
  const writer = new McapWriter({ writable: memory, chunkSize: CHUNK_BYTES });
  await writer.start(HEADER);
  const first = await writer.registerSchema(schema);
  const second = await writer.registerSchema({ ...schema, name: "x/msg/B" });
  for (const channel of channelsOf(first, second)) await writer.registerChannel(channel);
  await writer.addMetadata({ name: "begin", metadata: new Map([["a", "ä"]]) });
  for (const [i, message] of messages.entries()) {
    await writer.addMessage(message);
    if (i === 40) await writer.addMetadata({ name: "middle", metadata: new Map() });
  }
  await writer.addMetadata({ name: "end", metadata: new Map([["b", "2"]]) });
  await writer.end();
  return memory.contents;
}

/** @param flushEvery messages between two flushes: a step's */
async function byOurs(flushEvery: number): Promise<Buffer> {
  const memory = new Memory();
  const output = new McapOutput(memory, CHUNK_BYTES);
  await output.start(HEADER);
  const first = output.addSchema(schema.name, schema.encoding, schema.data);
  const second = output.addSchema("x/msg/B", schema.encoding, schema.data);
  for (const channel of channelsOf(first, second)) output.addChannel(channel);
  await output.addMetadata("begin", { a: "ä" });
  for (const [i, { channelId, sequence, logTime, publishTime, data }] of messages.entries()) {
    output.addMessage(channelId, sequence, logTime, publishTime, data);
    if (i % flushEvery === 0 || i === 40) await output.flush();
    if (i === 40) await output.addMetadata("middle", {});
  }
  await output.flush();
  await output.addMetadata("end", { b: "2" });
  await output.end();
  return memory.contents;
}

describe("McapOutput", () => {
  it("writes the same bytes as the reference writer, however many chunks a step fills", async () => {
    const expected = await byReference();
    expect(expected.length).toBeGreaterThan(10 * CHUNK_BYTES);
    expect((await byOurs(1)).equals(expected)).toBe(true);
    expect((await byOurs(20)).equals(expected)).toBe(true);
  });

  it("writes the same bytes as the reference writer where there is no message", async () => {
    const reference = new Memory();
    const writer = new McapWriter({ writable: reference });
    await writer.start(HEADER);
    await writer.end();
    const ours = new Memory();
    const output = new McapOutput(ours, CHUNK_BYTES);
    await output.start(HEADER);
    await output.end();
    expect(ours.contents.equals(reference.contents)).toBe(true);
  });
});

describe("a recorder on a full disk", () => {
  it.skipIf(!existsSync("/dev/full"))("says so once, from a step or from close", async () => {
    await symlink("/dev/full", at("full.mcap"));
    const { start, observation } = exampleTrace(3);
    const lanes = 1;
    const columns = Object.fromEntries(
      channels.observation.map(({ name, size }) => [name, observation[name]!.slice(0, size)]),
    );
    const failures: unknown[] = [];
    const attempt = async (work: () => Promise<unknown> | undefined): Promise<void> => {
      try {
        await work();
      } catch (thrown) {
        failures.push(thrown);
      }
    };
    let recorder: BatchRecorder | undefined;
    await attempt(async () => {
      recorder = await BatchRecorder.open({
        path: at("full.mcap"),
        channels,
        controlPeriodSec: 0.02,
        starts: [start],
      });
    });
    for (let step = 0; step < 50; step++) {
      await attempt(() => recorder?.write({ step, timeSec: 0, observation: { lanes, step, columns } }));
    }
    await attempt(() => recorder?.close());
    await attempt(() => recorder?.finish([{ end: "horizon" }]));
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ code: "runtime", what: "the recording stopped" });
    expect(String(failures[0])).toContain("ENOSPC");
  });
});
