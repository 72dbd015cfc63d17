import { parseArgs } from "node:util";
import { emptyBatch } from "../src/core/channels.ts";
import { loadScenario } from "../src/scenario/load.ts";
import { drawPanel } from "../src/scenario/panel.ts";
import type { Scenario } from "../src/scenario/scenario.ts";
import { loadMujoco } from "../src/world/mujoco/engine.ts";
import { ModelBank } from "../src/world/mujoco/model-bank.ts";
import { MujocoWorld } from "../src/world/mujoco.ts";

/**
 * The mujoco world beside a bare `mj_step` loop, in one process and in turn, in processor time so that a busy machine
 * disturbs little; and its memory with many lanes. One line of JSON a figure:
 * `npx jiti bench/mujoco.ts [--scenario s] [--seconds 2] [--lanes 10000] [--steps 500]`.
 */
const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "cartpole" },
    seconds: { type: "string", default: "2" },
    lanes: { type: "string", default: "10000" },
    steps: { type: "string", default: "500" },
  },
});
const scenario = await loadScenario(values.scenario, { missingFiles: "allow" });
const named = scenario.worlds[scenario.truth];
if (named?.kind !== "mujoco") throw new Error(`scenario ${scenario.name}: the truth is not a mujoco world`);
const { model: modelPath, set } = named;
const openWorld = (of: Scenario) => MujocoWorld.open({ name: "bench", scenario: of, modelPath, set });

const mj = await loadMujoco();
const bank = await ModelBank.open(mj, scenario, modelPath, set);
const data = new mj.MjData(bank.patched.model);
const world = await openWorld(scenario);
const substeps = Math.round(scenario.controlPeriodSec / bank.patched.model.opt.timestep);
const median = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;

/** `lanes` lanes for one control period, one after the other, without starts, actions, observations or faults. */
function bareStep(lanes: number): void {
  for (let lane = 0; lane < lanes; lane++) {
    for (let i = substeps; i > 0; i--) mj.mj_step(bank.patched.model, data);
  }
}

/** Processor time of this process so far, µs. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

for (const lanes of [1, 16, 256, 1024]) {
  const starts = drawPanel(scenario, { count: lanes });
  const actions = emptyBatch(scenario.action, lanes);
  const before = cpuUs();
  await world.reset(starts);
  const firstResetUs = cpuUs() - before;
  /** Control periods in one measurement: the clock is too coarse for a single lane. */
  const periods = Math.max(1, Math.round(1024 / lanes));
  const [bare, stepped]: [number[], number[]] = [[], []];
  const until = performance.now() + Number(values.seconds) * 1000;
  while (performance.now() < until) {
    await world.reset(starts);
    mj.mj_resetData(bank.patched.model, data);
    const a = cpuUs();
    for (let i = 0; i < periods; i++) bareStep(lanes);
    const b = cpuUs();
    for (let i = 0; i < periods; i++) await world.step(actions);
    bare.push((b - a) / (lanes * periods));
    stepped.push((cpuUs() - b) / (lanes * periods));
  }
  console.log(
    JSON.stringify({
      what: "one control period of a lane, processor time",
      lanes,
      substeps,
      bareUs: median(bare),
      worldUs: median(stepped),
      ratio: median(stepped) / median(bare),
      firstResetUsPerStart: firstResetUs / lanes,
    }),
  );
}

const lanes = Number(values.lanes);
const steps = Number(values.steps);
const before = process.memoryUsage().rss;
const starts = drawPanel(scenario, { count: lanes });
const resetAt = cpuUs();
await world.reset(starts);
const stepAt = cpuUs();
const actions = emptyBatch(scenario.action, lanes);
let faults = 0;
for (let step = 0; step < steps; step++) faults += (await world.step(actions)).faults.length;
const done = cpuUs();
console.log(
  JSON.stringify({
    what: "memory of many lanes, every one with parameters of its own",
    lanes,
    steps,
    faults,
    resetCpuSec: (stepAt - resetAt) / 1e6,
    stepCpuSec: (done - stepAt) / 1e6,
    rssBeforeMb: before / 1e6,
    rssAfterMb: process.memoryUsage().rss / 1e6,
    peakMb: process.resourceUsage().maxRSS / 1e3,
  }),
);
await world.close();
data.delete();
bank.delete();
