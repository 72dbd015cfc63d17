import { openPolicy, openWorld } from "../src/compose.ts";
import { policyRef, worldConfig } from "../src/compose.ts";
import { closedLoop } from "../src/rollout/closed-loop.ts";
import { createJudge } from "../src/scenario/judge.ts";
import { loadScenario } from "../src/scenario/load.ts";
import { startWith } from "../src/scenario/panel.ts";
import type { Problem } from "./boundary.ts";

const LANES = 128;

/** Cartpole in MuJoCo under `hand-tuned`, over some dimensions of its box; the others stay in their middle. */
export async function cartpoleProblem(keys: readonly string[]): Promise<Problem> {
  const scenario = await loadScenario("cartpole");
  const judge = createJudge(scenario);
  const dimensions = keys.map((key) => scenario.dimensions.find((one) => one.key === key)!);
  return {
    name: `cartpole ${keys.length}-D (${keys.join(", ")})`,
    dimensions: keys.length,
    async margins(points) {
      const name = scenario.truth;
      const world = await openWorld(scenario, { name, config: worldConfig(scenario, name) });
      const policy = await openPolicy(scenario, policyRef(scenario, "hand-tuned"));
      const found: number[] = [];
      for (let from = 0; from < points.length; from += LANES) {
        const starts = points
          .slice(from, from + LANES)
          .map((point, index) =>
            startWith(
              scenario,
              Object.fromEntries(
                dimensions.map(({ key, range }, d) => [key, range[0] + point[d]! * (range[1] - range[0])]),
              ),
              { index },
            ),
          );
        const { tape } = await closedLoop(world, policy, starts, {
          horizonSteps: scenario.horizonSteps,
          stepDeadlineMs: 600_000,
          ended: (observation, parameters) => judge.ended(observation, parameters),
        });
        found.push(...tape.traces().map((trace) => judge.margin(trace)));
      }
      await policy.close();
      await world.close();
      return found;
    },
  };
}
