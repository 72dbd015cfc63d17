import { describe, expect, it, vi } from "vitest";
import { openWorld } from "../../../src/api/open.ts";
import type { Batch } from "../../../src/core/channels.ts";
import { Past } from "../../../src/rollout/past.ts";
import { Companion } from "../../../src/ros/beside/companion.ts";
import { loadScenario } from "../../../src/scenario/load.ts";
import { drawPanel } from "../../../src/scenario/panel.ts";

/** Truth of a scenario under a wavering command, row by row: what was observed, and the command that led there. */
async function truthOf(scenarioName: string, steps: number) {
  const scenario = await loadScenario(scenarioName);
  const world = await openWorld(scenario, scenario.truth);
  const [start] = drawPanel(scenario, { count: 1 });
  const copy = ({ lanes, step, columns }: Batch): Batch => ({
    lanes,
    step,
    columns: structuredClone(columns),
  });
  const first = copy(await world.reset([start!]));
  const rows: { readonly observation: Batch; readonly action: Batch }[] = [];
  for (let step = 0; step < steps; step++) {
    const columns = Object.fromEntries(
      scenario.action.map(({ name, size }) => [name, new Float64Array(size).fill(0.4 * Math.sin(step / 7))]),
    );
    const { observation, appliedAction } = await world.step({ lanes: 1, step, columns });
    rows.push({ observation: copy(observation), action: copy(appliedAction) });
  }
  await world.close();
  return { scenario, start: { ...start!, initial: lists(first) }, first, rows };
}

function lists({ columns }: Batch): Record<string, number[]> {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Array.from(values)]));
}

describe("a candidate that can be informed", () => {
  it.each([
    ["double-pendulum", "learned"],
    ["tabletop-push", "gru"],
  ])(
    "%s/%s: put where truth is, it goes on as one that was shown all of truth's past",
    async (name, model) => {
      const AT = 30;
      const { scenario, start, first, rows } = await truthOf(name, 40);
      const informed = await openWorld(scenario, model);
      const shown = await openWorld(scenario, model);
      const companion = new Companion(informed);
      const past = new Past(shown.spec, [start], first, AT);
      await companion.put(past);
      for (const { observation, action } of rows.slice(0, AT)) {
        await companion.step(action.columns, 0);
        await companion.inform(observation.columns);
        past.push(observation, action);
      }
      expect((await companion.put(past)).columns).toEqual(rows[AT - 1]!.observation.columns);
      await shown.reset(past.starts());
      for (let step = AT; step < rows.length; step++) {
        const { action } = rows[step]!;
        const alone = await companion.step(action.columns, step - AT);
        const { observation } = await shown.step({ ...action, step: step - AT });
        expect(alone.observation.columns).toEqual(observation.columns);
      }
      await Promise.all([informed.close(), shown.close()]);
    },
  );

  it("is reset with what is known of the past where truth went on without it", async () => {
    const { scenario, start, first, rows } = await truthOf("double-pendulum", 6);
    const world = await openWorld(scenario, "learned");
    const reset = vi.spyOn(world, "reset");
    const companion = new Companion(world);
    const past = new Past(world.spec, [start], first, 50);
    await companion.put(past);
    for (const { observation, action } of rows) past.push(observation, action);
    companion.forget();
    await companion.put(past);
    await companion.put(past);
    expect(reset.mock.calls.map(([[lane]]) => lane!.context?.steps ?? 0)).toEqual([0, 6]);
    await world.close();
  });
});
