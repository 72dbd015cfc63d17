/**
 * What the loop adds around the model, what lanes and workers gain, what recording costs, and how much memory many
 * lanes take: `npx jiti bench/closed-loop.ts` (after `npm run build`, which the worker threads need). One line of JSON
 * a figure; every figure is a ratio of things timed in turn in one process, so that a busy machine slows both.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openPolicy, openWorld, policyRef, worldRef } from "../src/compose.ts";
import type { TraceSink } from "../src/core/trace.ts";
import type { RolloutJob } from "../src/fleet/job.ts";
import { WorkerThreadsRunner } from "../src/fleet/worker-threads.ts";
import { BatchRecorder } from "../src/record/batch-recorder.ts";
import { McapRecorder } from "../src/record/mcap-recorder.ts";
import { closedLoop } from "../src/rollout/closed-loop.ts";
import { loadScenario } from "../src/scenario/load.ts";
import { drawPanel } from "../src/scenario/panel.ts";
import { OnnxSession, type OnnxTensor } from "../src/tensor/session.ts";
import { loadWorldCard } from "../src/world/onnx/card.ts";
import type { World } from "../src/world/world.ts";

const REPEATS = 7;
const STEPS = 200;

const scenario = await loadScenario("cartpole");
const worldConfig = await worldRef(scenario, "ensemble");
const policyConfig = policyRef(scenario, "hand-tuned");
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const print = (figure: string, values: Record<string, number>): void =>
  console.log(
    JSON.stringify({
      figure,
      ...Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, Number(value.toPrecision(3))]),
      ),
    }),
  );

const world = await openWorld(scenario, worldConfig);
const policy = await openPolicy(scenario, policyConfig);

/** Milliseconds of a closed loop; no lane ends early, so that every step has all lanes. */
async function loopMs(
  lanes: number,
  sinks: readonly TraceSink[] = [],
  of: World = world,
  horizonSteps = STEPS,
): Promise<number> {
  const starts = drawPanel(scenario, { count: lanes });
  const from = performance.now();
  const { tape } = await closedLoop(of, policy, starts, { horizonSteps, sinks });
  const took = performance.now() - from;
  if (tape.lanes !== lanes) throw new Error("lanes went missing");
  return took;
}

async function bareCalls(lanes: number): Promise<() => Promise<number>> {
  if (worldConfig.config.kind !== "onnx") throw new Error("the ensemble is an ONNX world");
  const { card, model, modelFile } = await loadWorldCard(worldConfig.config.card);
  const session = await OnnxSession.open(model, modelFile);
  const feeds: Record<string, OnnxTensor> = {};
  for (const { name, shape } of session.inputs) {
    const dims = shape.map((size) => (typeof size === "number" ? size : lanes));
    const length = dims.reduce((all, size) => all * size, 1);
    feeds[name] = session.tensor(
      "float32",
      Float32Array.from({ length }, (_, i) => Math.sin(i)),
      dims,
    );
  }
  const outputs = card.outputs.map(({ tensor }) => tensor);
  return async () => {
    const from = performance.now();
    for (let step = 0; step < STEPS; step++) await session.run(feeds, outputs);
    return performance.now() - from;
  };
}

// 1. The loop around the model.
const bare = await bareCalls(256);
// Until both run compiled code: a first rollout is half as slow again.
for (let i = 0; i < REPEATS; i++) {
  await bare();
  await loopMs(256);
}
const ratios: number[] = [];
for (let i = 0; i < REPEATS; i++) {
  const calls = await bare();
  ratios.push((await loopMs(256)) / calls);
}
print("closed loop ÷ bare session.run, 256 lanes", {
  ratio: median(ratios),
  best: Math.min(...ratios),
  aim: 1.3,
});

// 2. What lanes gain: rollouts a second.
const gains: number[] = [];
for (let i = 0; i < REPEATS; i++) {
  const one = await loopMs(1);
  gains.push((256 * one) / (await loopMs(256)));
}
print("rollouts a second, 256 lanes ÷ 1 lane", { ratio: median(gains), best: Math.max(...gains), aim: 15 });

// 3. What recording costs, from opening the file to closing it, over the scenario's whole horizon: every lane into one
// file, and, as `simgate run --record` does, one lane of the truth. Processor time counts all threads of the process, the
// one that writes to the disk too, and minds other programs less.
const folder = await mkdtemp(path.join(tmpdir(), "simgate-bench-"));
const recordingFile = path.join(folder, "recording.mcap");
const truth = await openWorld(scenario, await worldRef(scenario, scenario.truth));
const wholeMs = (of: World, lanes: number, sinks: readonly TraceSink[] = []): Promise<number> =>
  loopMs(lanes, sinks, of, scenario.horizonSteps);
const recorderOptions = (lanes: number) => ({
  path: recordingFile,
  channels: scenario,
  controlPeriodSec: scenario.controlPeriodSec,
  starts: drawPanel(scenario, { count: lanes }),
});
const recordings = [
  { what: "every step, 256 lanes", lanes: 256, of: world, recorder: BatchRecorder },
  { what: "every step, 1 lane of the truth", lanes: 1, of: truth, recorder: McapRecorder },
];
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
for (const { what, lanes, of, recorder } of recordings) {
  const costs: number[] = [];
  const cpuCosts: number[] = [];
  const extraUs: number[] = [];
  for (let i = 0; i <= 2 * REPEATS; i++) {
    const cpuFrom = cpuMs();
    const without = await wholeMs(of, lanes);
    const cpuWithout = cpuMs() - cpuFrom;
    const from = performance.now();
    const sink = await recorder.open(recorderOptions(lanes));
    await wholeMs(of, lanes, [sink]);
    await sink.close();
    const took = performance.now() - from;
    const cpuTook = cpuMs() - cpuFrom - cpuWithout;
    await rm(recordingFile);
    if (i === 0) continue; // warm-up
    costs.push(took / without - 1);
    cpuCosts.push(cpuTook / cpuWithout - 1);
    extraUs.push(((took - without) * 1000) / scenario.horizonSteps);
  }
  print(`cost of recording ${what}`, {
    share: median(costs),
    best: Math.min(...costs),
    ofProcessorTime: median(cpuCosts),
    usPerStep: median(extraUs),
    aim: 0.2,
  });
}
await truth.close();
await rm(folder, { recursive: true });

// 4. What a second worker gains, physics and model, worker start-up aside.
const jobs = [await worldRef(scenario, "mujoco"), worldConfig].flatMap((ref) =>
  Array.from({ length: 8 }, (): RolloutJob => ({
    scenario,
    world: ref,
    drive: { kind: "policy", policy: policyConfig },
    starts: drawPanel(scenario, { count: 128 }),
    horizonSteps: scenario.horizonSteps,
    stepDeadlineMs: 30_000,
  })),
);
const one = new WorkerThreadsRunner(1);
const two = new WorkerThreadsRunner(2);
const timeOf = async (runner: WorkerThreadsRunner): Promise<number> => {
  const from = performance.now();
  await runner.run(jobs, { onDone: () => undefined });
  return performance.now() - from;
};
await timeOf(one);
await timeOf(two);
const speedups: number[] = [];
for (let i = 0; i < 3; i++) {
  const alone = await timeOf(one);
  speedups.push(alone / (await timeOf(two)));
}
await one.close();
await two.close();
print("one worker ÷ two workers, time", { ratio: median(speedups), best: Math.max(...speedups), aim: 1.7 });

// 5. Memory of many lanes, physics and model one after the other.
for (const name of ["ensemble", "mujoco"]) {
  const many = await openWorld(scenario, await worldRef(scenario, name));
  const { tape } = await closedLoop(many, policy, drawPanel(scenario, { count: 10_000 }), {
    horizonSteps: 500,
  });
  const { rss } = process.memoryUsage();
  print(`resident memory, 10 000 lanes × 500 steps, ${name}`, {
    megabytes: rss / 2 ** 20,
    rollouts: tape.lanes,
    aim: 1500,
  });
  await many.close();
}
await world.close();
await policy.close();
