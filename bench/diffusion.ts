import { parseArgs } from "node:util";
import { emptyBatch } from "../src/core/channels.ts";
import { loadScenario } from "../src/scenario/load.ts";
import { drawPanel } from "../src/scenario/panel.ts";
import { OnnxSession } from "../src/tensor/session.ts";
import { DiffusionWorld } from "../src/world/diffusion.ts";
import { PictureObservation } from "../src/world/frames/picture-observation.ts";
import { LaneNoise } from "../src/world/onnx/noise.ts";

/**
 * Where the time of a diffusion world goes: pictures a second by number of lanes, and the share of a step that is not the
 * graph. `npx jiti bench/diffusion.ts [--scenario tabletop-push --card my.world.yaml --seconds 10]`
 *
 * Lane counts take turns, so that a busy machine slows all of them.
 */
const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "tabletop-push" },
    card: { type: "string" },
    seconds: { type: "string", default: "10" },
  },
});
const scenario = await loadScenario(values.scenario, { missingFiles: "allow" });
const named = scenario.worlds["diffusion"];
const cardPath = values.card ?? (named?.kind === "onnx" ? named.card : undefined);
if (cardPath === undefined)
  throw new Error(`scenario ${scenario.name} has no world "diffusion": give --card`);

/** Milliseconds in each part since they were last taken. */
const spent = { graph: 0, noise: 0, reading: 0 };
timed(OnnxSession.prototype, "run", "graph");
timed(LaneNoise.prototype, "draw", "noise");
timed(PictureObservation.prototype, "read", "reading");

const worlds = await Promise.all(
  [1, 8, 64].map(async (lanes) => {
    const world = await DiffusionWorld.open({ name: "bench", scenario, cardPath });
    await world.reset(drawPanel(scenario, { count: lanes }));
    const total = { all: 0, graph: 0, noise: 0, reading: 0, steps: 0 };
    return { lanes, world, total, actions: emptyBatch(scenario.action, lanes) };
  }),
);
const until = performance.now() + 1000 * Number(values.seconds);
for (let round = 0; round < 2 || performance.now() < until; round++) {
  for (const { lanes, world, total, actions } of worlds) {
    // About as long for each; the first round warms up.
    for (let step = 0; step < Math.max(1, 16 / lanes); step++) {
      Object.assign(spent, { graph: 0, noise: 0, reading: 0 });
      const began = performance.now();
      await world.step(actions);
      if (round === 0) continue;
      total.all += performance.now() - began;
      total.steps++;
      for (const part of ["graph", "noise", "reading"] as const) total[part] += spent[part];
    }
  }
}
console.log("lanes  ms a step  pictures/s   graph   noise   reading   sampler and the rest");
const share = (part: number, all: number): string => `${((100 * part) / all).toFixed(1)} %`;
for (const { lanes, world, total } of worlds) {
  const { all, graph, noise, reading, steps } = total;
  const cells = [
    `${lanes}`.padStart(5),
    (all / steps).toFixed(1).padStart(10),
    ((1000 * lanes * steps) / all).toFixed(0).padStart(11),
    share(graph, all).padStart(8),
    share(noise, all).padStart(7),
    share(reading, all).padStart(9),
    share(all - graph - noise - reading, all).padStart(12),
  ];
  console.log(cells.join(" "));
  await world.close();
}

/** Counts what every call of a method takes. */
function timed(prototype: object, method: string, part: keyof typeof spent): void {
  const own = Reflect.get(prototype, method) as (...given: unknown[]) => unknown;
  Reflect.set(prototype, method, function (this: unknown, ...given: unknown[]): unknown {
    const began = performance.now();
    const count = (): void => void (spent[part] += performance.now() - began);
    const answer = own.apply(this, given);
    if (answer instanceof Promise) return answer.finally(count);
    count();
    return answer;
  });
}
