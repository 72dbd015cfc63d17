import { beforeAll, describe, expect, it } from "vitest";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import { openWorld as openRef } from "../../src/compose.ts";
import type { Trace } from "../../src/core/trace.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { createCondition } from "../../src/scenario/condition.ts";
import { createJudge } from "../../src/scenario/judge.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import type { SettableWorld } from "../../src/world/world.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";

let table: Scenario;
let pendulum: Scenario;
beforeAll(async () => {
  [table, pendulum] = [await loadScenario("tabletop-push"), await loadScenario("double-pendulum")];
});

for (const name of ["gru-on-contact", "ensemble-on-collision", "ensemble-on-doubt"]) {
  describeWorldContract(
    `tabletop-push ${name}`,
    async () => ({ world: await openWorld(table, name), starts: drawPanel(table, { count: 5 }) }),
    { steps: 16 },
  );
}
describeWorldContract("double-pendulum residual", async () => ({
  world: await openWorld(pendulum, "residual"),
  starts: drawPanel(pendulum, { count: 5 }),
}));

async function roll(scenario: Scenario, name: string, policyName: string, count: number): Promise<Trace[]> {
  const judge = createJudge(scenario);
  const [world, policy] = [await openWorld(scenario, name), await openPolicy(scenario, policyName)];
  const { tape } = await closedLoop(world, policy, drawPanel(scenario, { count }), {
    horizonSteps: scenario.horizonSteps,
    ended: (observation, parameters) => judge.ended(observation, parameters),
  });
  await world.close();
  await policy.close();
  return tape.traces();
}

/** One row of a trace as a batch of one lane. */
function rowOf(
  columns: Trace["observation"],
  channels: Scenario["observation"] | Scenario["action"],
  step: number,
) {
  return Object.fromEntries(
    channels.map(({ name, size }) => [name, columns[name]!.slice(step * size, (step + 1) * size)]),
  );
}

describe("a hand-over on the table", { timeout: 60_000 }, () => {
  it("is where the manifest's conditions turn, and the step after it is what physics makes of the observation", async () => {
    const traces = await roll(table, "gru-on-contact", "careful", 6);
    const config = table.worlds["gru-on-contact"]!;
    if (config.kind !== "switched") throw new Error("it is a switched world");
    const conditions = Object.entries(config.when).map(([name, text]) => ({
      name,
      ...createCondition(table, text),
    }));
    const physics = (await openWorld(table, config.physics)) as SettableWorld;
    let checked = 0;
    for (const trace of traces) {
      const parameters = Object.fromEntries(
        Object.entries(trace.start.parameters).map(([name, value]) => [name, Float64Array.of(value)]),
      );
      for (const { step, holds, cause, value } of trace.handOvers ?? []) {
        const columns = rowOf(trace.observation, table.observation, step);
        const margins = new Map(
          conditions.map((one) => [one.name, one.margins({ lanes: 1, step, columns }, parameters)[0]!]),
        );
        expect(margins.get(cause)).toBe(value);
        const largest = Math.max(...margins.values());
        if (!holds) {
          expect(largest).toBeLessThanOrEqual(-config.hysteresis);
          continue;
        }
        expect(largest).toBe(value);
        expect(value).toBeGreaterThan(0);
        if (step >= trace.steps) continue;
        await physics.reset([trace.start]);
        const told = Object.entries(columns).filter(([name]) => physics.spec.settable!.includes(name));
        await physics.set(0, Object.fromEntries(told.map(([name, values]) => [name, [...values]])));
        const next = await physics.step({
          ...{ lanes: 1, step: 0 },
          columns: rowOf(trace.requestedAction, table.action, step),
        });
        // Where nobody looks, up, the puck may have sunk in by micrometres while physics last drove: it is its own.
        for (const { name, tolerance } of table.observation) {
          next.observation.columns[name]!.forEach((made, i) => {
            const shown = rowOf(trace.observation, table.observation, step + 1)[name]![i]!;
            expect(Math.abs(made - shown) / tolerance, `${name} after step ${step}`).toBeLessThan(0.01);
          });
        }
        checked++;
      }
    }
    await physics.close();
    expect(checked).toBeGreaterThanOrEqual(6);
  });

  it("is told by a world with a planted defect too", async () => {
    const config = table.worlds["gru-on-contact"]!;
    const defect = { kind: "noise", severity: "low" } as const;
    const world = await openRef(table, { name: "gru-on-contact", config, defect });
    const policy = await openPolicy(table, "careful");
    const { tape } = await closedLoop(world, policy, drawPanel(table, { count: 1 }), { horizonSteps: 40 });
    expect(tape.trace(0).handOvers).not.toHaveLength(0);
    await world.close();
    await policy.close();
  });
});

describe("the double pendulum without friction, and the residual", { timeout: 60_000 }, () => {
  it("is far nearer to the one with friction than without the residual", async () => {
    const worlds = await Promise.all(
      ["friction", "ideal", "residual"].map((name) => openWorld(pendulum, name)),
    );
    const starts = drawPanel(pendulum, { count: 16 });
    const ends: Float64Array[] = [];
    for (const world of worlds) {
      let { columns } = await world.reset(starts);
      for (let step = 0; step < 30; step++) {
        const torque = Float64Array.from(
          { length: 2 * starts.length },
          (_, i) => 0.6 * Math.sin(0.2 * step + i),
        );
        ({ columns } = (await world.step({ lanes: starts.length, step, columns: { torque } })).observation);
      }
      ends.push(columns["joint_pos"]!.slice());
      await world.close();
    }
    const [truth, ideal, residual] = ends;
    const median = (of: Float64Array): number =>
      [...of].map((value, i) => Math.abs(value - truth![i]!)).sort((a, b) => a - b)[
        Math.floor(of.length / 2)
      ]!;
    expect(median(residual!)).toBeLessThan(median(ideal!) / 10);
  });
});
