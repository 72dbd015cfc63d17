/**
 * What recording costs a control step, for one lane and for many: `npx jiti bench/record.ts`. One line of JSON a figure;
 * the times are the recorder's own, to be set against a rollout's step (`shareOfOneMsStep`: against one of 1 ms).
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ChannelSpec } from "../src/core/channels.ts";
import type { Start, Step } from "../src/core/trace.ts";
import { BatchRecorder } from "../src/record/batch-recorder.ts";
import { McapRecorder } from "../src/record/mcap-recorder.ts";
import { readTraces } from "../src/record/read-traces.ts";
import type { RecordedChannel } from "../src/record/recorded-channel.ts";

const STEPS = 2000;
const PERIOD_SEC = 0.02;

const scalar = (name: string, ros?: RecordedChannel["ros"]): RecordedChannel => {
  const spec: ChannelSpec = { name, unit: "1", kind: "linear", shape: [], size: 1, tolerance: 1 };
  return ros === undefined ? spec : { ...spec, ros };
};
const joint = (field: string) => ({ topic: "/joint_states", type: "sensor_msgs/msg/JointState", field });
const cartpole = {
  observation: [
    scalar("cart_position", joint("position[slider]")),
    scalar("pole_angle", joint("position[hinge]")),
    scalar("cart_velocity", joint("velocity[slider]")),
    scalar("pole_velocity", joint("velocity[hinge]")),
  ],
  action: [scalar("force", { topic: "/cmd", type: "std_msgs/msg/Float64MultiArray", field: "data[0]" })],
};

function step(k: number, lanes: number): Step {
  const columns = (names: readonly string[]) =>
    Object.fromEntries(
      names.map((name, i) => [name, new Float64Array(lanes).map((_, lane) => Math.sin(k + lane + i))]),
    );
  const observation = { lanes, step: k, columns: columns(cartpole.observation.map((one) => one.name)) };
  const action = { lanes, step: k, columns: columns(["force"]) };
  return k === 0
    ? { step: 0, timeSec: 0, observation }
    : { step: k, timeSec: k * PERIOD_SEC, observation, requestedAction: action, appliedAction: action };
}

const start: Start = { index: 0, initial: {}, parameters: {}, seed: 1n };
const folder = await mkdtemp(path.join(tmpdir(), "simgate-bench-"));

async function measure(name: string, lanes: number, messagesPerStep: number): Promise<void> {
  const steps = Array.from({ length: STEPS + 1 }, (_, k) => step(k, lanes));
  for (let round = 0; round < 3; round++) {
    const file = path.join(folder, `${name}-${lanes}-${round}.mcap`);
    const options = { path: file, channels: cartpole, controlPeriodSec: PERIOD_SEC };
    const starts = Array.from({ length: lanes }, () => start);
    const recorder =
      name === "lane" ? await McapRecorder.open(options) : await BatchRecorder.open({ ...options, starts });
    const begin = performance.now();
    for (const one of steps) await recorder.write(one);
    await recorder.close();
    const usPerStep = ((performance.now() - begin) * 1000) / STEPS;
    const { size } = await stat(file);
    if (round < 2) continue; // warm-up
    const readBegin = performance.now();
    if (name === "lane") await readTraces(file, { ...cartpole, controlPeriodSec: PERIOD_SEC });
    const readUs = name === "lane" ? ((performance.now() - readBegin) * 1000) / STEPS : undefined;
    console.log(
      JSON.stringify({
        bench: `record-${name}`,
        lanes,
        steps: STEPS,
        usPerStep: round3(usPerStep),
        usPerMessage: round3(usPerStep / messagesPerStep),
        bytesPerStep: Math.round(size / STEPS),
        ...(readUs === undefined ? {} : { readUsPerStep: round3(readUs) }),
        shareOfOneMsStep: round3(usPerStep / 1000),
      }),
    );
  }
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}

try {
  await measure("lane", 1, 3);
  await measure("lanes", 1, 7);
  await measure("lanes", 256, 7);
  await measure("lanes", 1024, 7);
} finally {
  await rm(folder, { recursive: true, force: true });
}
