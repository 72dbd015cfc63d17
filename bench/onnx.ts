import { parseArgs } from "node:util";
import { emptyBatch } from "../src/core/channels.ts";
import { loadScenario } from "../src/scenario/load.ts";
import { drawPanel } from "../src/scenario/panel.ts";
import { OnnxSession, type OnnxTensor } from "../src/tensor/session.ts";
import { loadWorldCard } from "../src/world/onnx/card.ts";
import { OnnxWorld } from "../src/world/onnx.ts";

/**
 * What an ONNX world adds to the bare calls of its model, in one process: `npx jiti bench/onnx.ts [--scenario s]
 * [--card c] [--seconds 2]`. The two are timed in turn, so that a busy machine slows both.
 */
const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "cartpole" },
    card: { type: "string" },
    seconds: { type: "string", default: "2" },
  },
});
const scenario = await loadScenario(values.scenario, { missingFiles: "allow" });
const named = scenario.worlds["ensemble"];
const cardPath = values.card ?? (named?.kind === "onnx" ? named.card : undefined);
if (cardPath === undefined) throw new Error(`scenario ${scenario.name} has no world "ensemble": give --card`);

const { card, model, modelFile } = await loadWorldCard(cardPath);
const session = await OnnxSession.open(model, modelFile);
const world = await OnnxWorld.open({ name: "bench", scenario, cardPath });
const outputs = [
  ...new Set([...card.outputs.map((output) => output.tensor), ...card.state.map((one) => one.output)]),
];
/** The machine may be shared: the tenth of the calls that was disturbed least. */
const typical = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 10)]!;

console.log(`${card.name}: fastest tenth of the calls, ms`);
console.log("lanes   session.run   world.step   ratio   µs a lane   steps/s");
for (const lanes of [1, 16, 256, 1024]) {
  const starts = drawPanel(scenario, { count: lanes });
  const feeds: Record<string, OnnxTensor> = {};
  for (const { name, type, shape } of session.inputs) {
    const dims = shape.map((size) => (typeof size === "number" ? size : lanes));
    const length = dims.reduce((all, size) => all * size, 1);
    const ramp = Float64Array.from({ length }, (_, i) => Math.sin(i));
    const floats = type === "float64" ? ramp : Float32Array.from(ramp);
    feeds[name] = session.tensor(type === "float64" ? "float64" : "float32", floats, dims);
  }
  const actions = emptyBatch(scenario.action, lanes);
  const bare: number[] = [];
  const stepped: number[] = [];
  const until = performance.now() + Number(values.seconds) * 1000;
  await world.reset(starts);
  for (let step = 0; performance.now() < until; step++) {
    // Lanes must not drift beyond their limits and fall out of the batch.
    if (step % 20 === 0) await world.reset(starts);
    const a = performance.now();
    await session.run(feeds, outputs);
    const b = performance.now();
    const { faults } = await world.step(actions);
    const c = performance.now();
    if (faults.length > 0) throw new Error(`lane ${faults[0]!.lane}: ${faults[0]!.reason}`);
    bare.push(b - a);
    stepped.push(c - b);
  }
  const [x, y] = [typical(bare), typical(stepped)];
  const cells = [
    `${lanes}`.padStart(5),
    x.toFixed(3).padStart(13),
    y.toFixed(3).padStart(12),
    (y / x).toFixed(2).padStart(7),
    ((1000 * y) / lanes).toFixed(2).padStart(11),
    ((1000 * lanes) / y).toFixed(0).padStart(9),
  ];
  console.log(cells.join(" "));
}
await world.close();
await session.close();
