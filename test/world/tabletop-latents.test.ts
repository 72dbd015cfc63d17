import { beforeAll, describe, expect, it } from "vitest";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import type { Trace } from "../../src/core/trace.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { isImaging } from "../../src/world/world.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";

let scenario: Scenario;
beforeAll(async () => {
  scenario = await loadScenario("tabletop-push");
});

for (const name of ["dreamer", "action-blind", "forgetful"]) {
  describeWorldContract(`tabletop-push ${name}`, async () => {
    const of = await loadScenario("tabletop-push");
    return { world: await openWorld(of, name), starts: drawPanel(of, { count: 5 }) };
  });
}

describe("the latent worlds of the tabletop scenario", { timeout: 60_000 }, () => {
  it("a dreamer knows where a puck is behind the screen, one that forgets finds fewer of them again", async () => {
    const truth = await rollouts("mujoco");
    const found = async (name: string): Promise<number> => {
      const dreamt = await rollouts(name);
      return truth.filter((trace, i) => inPlaceAtEnd(trace, dreamt[i]!)).length;
    };
    const [dreamer, forgetful] = [await found("dreamer"), await found("forgetful")];
    expect(dreamer).toBeGreaterThanOrEqual(22);
    expect(forgetful).toBeLessThan(dreamer);
  });

  it("one that is told no commands shows the same pictures whatever is commanded", async () => {
    const world = await openWorld(scenario, "action-blind");
    if (!isImaging(world)) throw new Error("it shows no pictures");
    expect(world.spec.respondsToActions).toBe(false);
    const starts = drawPanel(scenario, { count: 2 });
    const shown = async (speed: number): Promise<unknown> => {
      await world.reset(starts);
      for (let step = 0; step < 20; step++) {
        const velocity = Float64Array.of(speed, 0, speed, 0);
        await world.step({ lanes: 2, step, columns: { velocity } });
      }
      return world.images()["coarse"];
    };
    expect(await shown(0.3)).toEqual(await shown(-0.3));
    await world.close();
  });
});

/** The careful policy from the first starts of the panel. */
async function rollouts(name: string): Promise<Trace[]> {
  const world = await openWorld(scenario, name);
  const policy = await openPolicy(scenario, "careful");
  const starts = drawPanel(scenario, { count: 24 });
  const { tape } = await closedLoop(world, policy, starts, { horizonSteps: scenario.horizonSteps });
  await policy.close();
  await world.close();
  return tape.traces();
}

/** Whether the red puck, which was behind the screen, is at the end in sight and within 6 cm of truth's place. */
function inPlaceAtEnd(truth: Trace, dreamt: Trace): boolean {
  const at = ({ observation, steps }: Trace): [number, number, number] => [
    observation["red_position"]![2 * steps]!,
    observation["red_position"]![2 * steps + 1]!,
    observation["red_visible"]![steps]!,
  ];
  const [[x, y], [dx, dy, seen]] = [at(truth), at(dreamt)];
  return seen === 1 && Math.hypot(dx - x, dy - y) < 0.06;
}
