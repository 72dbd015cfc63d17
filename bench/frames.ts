/**
 * How long the camera takes to draw all image channels of a lane, in one lane and in 64, beside the world's own step:
 * `npx jiti bench/frames.ts` (after `npm run build`). One line of JSON a figure; medians of repeats in one process.
 */
import { availableParallelism } from "node:os";

// From dist/: jiti rewrites private members into calls, which is not what users run.
const { loadScenario, openWorld, drawPanel } = (await import(
  new URL("../dist/index.js", import.meta.url).href
)) as typeof import("../src/index.ts");

const REPEATS = 9;
const STEPS = 20;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const print = (figure: string, values: object): void => console.log(JSON.stringify({ figure, ...values }));

print("machine", { cores: availableParallelism(), node: process.version });
for (const [name, command] of [
  ["tabletop-push", { velocity: [0.3, 0.05] }],
  ["warehouse-turn", { drive: [0.8], turn: [0.3] }],
] as const) {
  const scenario = await loadScenario(name);
  for (const lanes of [1, 64]) {
    const world = await openWorld(scenario, "mujoco");
    if (!("images" in world)) throw new Error(`${name} shows no pictures`);
    const pictured = world as typeof world & { images(): object };
    const columns = Object.fromEntries(
      Object.entries<readonly number[]>(command).map(([channel, values]) => [
        channel,
        Float64Array.from({ length: lanes * values.length }, (_, i) => values[i % values.length]!),
      ]),
    );
    const drawMs: number[] = [];
    const stepMs: number[] = [];
    for (let repeat = 0; repeat <= REPEATS; repeat++) {
      await world.reset(drawPanel(scenario, { count: lanes }));
      let [drawing, stepping] = [0, 0];
      for (let step = 0; step < STEPS; step++) {
        const begun = performance.now();
        await world.step({ lanes, step, columns });
        const stepped = performance.now();
        pictured.images();
        drawing += performance.now() - stepped;
        stepping += stepped - begun;
      }
      if (repeat === 0) continue; // warms up
      drawMs.push(drawing / (STEPS * lanes));
      stepMs.push(stepping / (STEPS * lanes));
    }
    print("pictures", {
      scenario: name,
      sizes: scenario.images!.map(({ size }) => size),
      lanes,
      perSecond: Math.round(1000 / median(drawMs)),
      drawUs: Math.round(1000 * median(drawMs)),
      physicsStepUs: Math.round(1000 * median(stepMs)),
    });
    await world.close();
  }
}
