import { parseArgs } from "node:util";
import { openWorld } from "../src/api/open.ts";
import { emptyBatch } from "../src/core/channels.ts";
import { loadScenario } from "../src/scenario/load.ts";
import { drawPanel } from "../src/scenario/panel.ts";
import { OnnxSession } from "../src/tensor/session.ts";

/**
 * Frames a second of a latent world, by lanes in one batch, and how much of a step is not its graphs:
 * `npx jiti bench/latent.ts [--world dreamer] [--seconds 3]`.
 */
const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "tabletop-push" },
    world: { type: "string", default: "dreamer" },
    seconds: { type: "string", default: "3" },
  },
});
const scenario = await loadScenario(values.scenario);

// What onnxruntime takes, whoever calls it.
let insideMs = 0;
const bare = Object.getOwnPropertyDescriptor(OnnxSession.prototype, "run")!.value as OnnxSession["run"];
OnnxSession.prototype.run = async function (this: OnnxSession, ...call) {
  const began = performance.now();
  const answer = await bare.apply(this, call);
  insideMs += performance.now() - began;
  return answer;
};

/** The machine may be shared: the tenth of the steps that was disturbed least. */
const typical = (steps: readonly [all: number, inside: number][]): readonly [number, number] =>
  [...steps].sort((a, b) => a[0] - b[0])[Math.floor(steps.length / 10)]!;

const world = await openWorld(scenario, values.world);
console.log(`${values.world}: fastest tenth of the steps`);
console.log("lanes   step, ms   graphs, ms   outside   frames/s");
for (const lanes of [1, 8, 64, 256]) {
  const starts = drawPanel(scenario, { count: lanes });
  const actions = emptyBatch(scenario.action, lanes);
  const steps: [number, number][] = [];
  const until = performance.now() + Number(values.seconds) * 1000;
  for (let step = 0; performance.now() < until; step++) {
    if (step % 40 === 0) await world.reset(starts);
    insideMs = 0;
    const began = performance.now();
    const { faults } = await world.step(actions);
    const all = performance.now() - began;
    if (faults.length > 0) throw new Error(`lane ${faults[0]!.lane}: ${faults[0]!.reason}`);
    steps.push([all, insideMs]);
  }
  const [all, inside] = typical(steps);
  const cells = [
    `${lanes}`.padStart(5),
    all.toFixed(3).padStart(10),
    inside.toFixed(3).padStart(12),
    `${((100 * (all - inside)) / all).toFixed(0)} %`.padStart(9),
    ((1000 * lanes) / all).toFixed(0).padStart(10),
  ];
  console.log(cells.join(" "));
}
await world.close();
