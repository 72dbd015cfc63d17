import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { Step, Trace } from "../../src/core/trace.ts";
import { BatchRecorder } from "../../src/record/batch-recorder.ts";
import { McapFile } from "../../src/record/mcap-file.ts";
import { McapRecorder } from "../../src/record/mcap-recorder.ts";
import { messageType } from "../../src/record/message-definitions.ts";
import { readTraceFile, readTraces } from "../../src/record/read-traces.ts";
import { channels, exampleTrace } from "./channels.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const at = temporaryFolder();
const contract = { ...channels, controlPeriodSec: 0.02 };

/** The steps a rollout of these traces shows to its sinks; a lane that is over repeats its last values, inactive. */
function stepsOf(traces: readonly Trace[]): Step[] {
  const lanes = traces.length;
  const longest = Math.max(...traces.map((trace) => trace.steps));
  const batch = (k: number, of: (trace: Trace) => Trace["observation"], rows: (trace: Trace) => number) => {
    const columns: Record<string, Float64Array> = {};
    for (const name of Object.keys(of(traces[0]!))) {
      const size = of(traces[0]!)[name]!.length / rows(traces[0]!);
      columns[name] = new Float64Array(lanes * size);
      traces.forEach((trace, lane) => {
        const row = Math.min(k, rows(trace) - 1);
        columns[name]!.set(of(trace)[name]!.subarray(row * size, (row + 1) * size), lane * size);
      });
    }
    return { lanes, step: k, columns };
  };
  return Array.from({ length: longest + 1 }, (_, k) => ({
    step: k,
    timeSec: k * 0.02,
    observation: {
      ...batch(
        k,
        (trace) => trace.observation,
        (trace) => trace.steps + 1,
      ),
      active: Uint8Array.from(traces, (trace) => (k <= trace.steps ? 1 : 0)),
    },
    ...(k === 0
      ? {}
      : {
          requestedAction: batch(
            k - 1,
            (trace) => trace.requestedAction,
            (trace) => trace.steps,
          ),
          appliedAction: batch(
            k - 1,
            (trace) => trace.appliedAction,
            (trace) => trace.steps,
          ),
        }),
  }));
}

describe("McapRecorder", () => {
  it("records one lane as it happens, to the bit, and stops with the lane", async () => {
    const traces = [exampleTrace(40), exampleTrace(25, 2)];
    const recorder = await McapRecorder.open({
      path: at("live.mcap"),
      channels,
      controlPeriodSec: 0.02,
      lane: 1,
      start: traces[1]!.start,
      world: "mujoco",
    });
    for (const step of stepsOf(traces)) await recorder.write(step);
    recorder.finish({ end: "ends", outcome: { kind: "failure", margin: -0.5 } });
    await recorder.close();
    await recorder.close();
    const [reading] = await readTraceFile(at("live.mcap"), contract);
    expect(reading!.trace).toEqual({ ...traces[1]!, end: "ends" });
    expect(reading!.result?.outcome).toEqual({ kind: "failure", margin: -0.5 });
  });

  it("keeps the order and the values of steps that are not waited for", async () => {
    const trace = exampleTrace(40);
    const recorder = await McapRecorder.open({ path: at("burst.mcap"), channels, controlPeriodSec: 0.02 });
    const writes = [];
    for (const step of stepsOf([trace])) {
      writes.push(Promise.resolve(recorder.write(step)));
      // The rollout reuses its buffers as soon as the call returns.
      for (const column of Object.values(step.observation.columns)) if (step.step > 0) column.fill(-1);
    }
    await Promise.all(writes);
    await recorder.close();
    const [read] = await readTraces(at("burst.mcap"), contract);
    expect(read!.observation).toEqual(trace.observation);
  });

  it("says once that the disk failed, and leaves what it wrote readable", async () => {
    const file = await McapFile.open(at("full.mcap"));
    const type = messageType("std_msgs/msg/Float64MultiArray")!;
    const topic = await file.addTopic("/x", type);
    const big = new Uint8Array(70 * 1024);
    await file.run((writer) => file.message(writer, topic, 1n, big));
    await file.run((writer) => file.message(writer, topic, 2n, big)); // this fills a chunk
    const broken = file.run(() => Promise.reject(new Error("ENOSPC: no space left on device")));
    await expect(broken).rejects.toThrow(/the recording stopped[^]*no space left/);
    await file.run((writer) => file.message(writer, topic, 3n, big));
    await file.close();
    const { describeRecording } = await import("../../src/record/describe-recording.ts");
    const summary = await describeRecording(at("full.mcap"));
    expect(summary.topics[0]).toMatchObject({ topic: "/x", messages: 2 });
    expect(summary.closed).toBe(false);
  });

  it("refuses a path it cannot create", async () => {
    await McapFile.open(at("file.mcap")).then((file) => file.close());
    const options = { path: at("file.mcap/below.mcap"), channels, controlPeriodSec: 0.02 };
    await expect(McapRecorder.open(options)).rejects.toMatchObject({ code: "input" });
  });
});

describe("BatchRecorder", () => {
  it("records every lane, each as long as it lived, to the bit", async () => {
    const traces = [exampleTrace(40), exampleTrace(25, 2), exampleTrace(33, 4)];
    const recorder = await BatchRecorder.open({
      path: at("lanes.mcap"),
      channels,
      controlPeriodSec: 0.02,
      starts: traces.map((trace) => trace.start),
    });
    for (const step of stepsOf(traces)) await recorder.write(step);
    await recorder.finish(traces.map(() => ({ end: "horizon" })));
    await recorder.close();
    expect(await readTraces(at("lanes.mcap"), contract)).toEqual(traces);
    expect((await readFile(at("lanes.mcap"))).length).toBeGreaterThan(0);
  });
});
