import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openWorld } from "../../../src/api/open.ts";
import { loadScenario } from "../../../src/scenario/load.ts";
import { drawPanel } from "../../../src/scenario/panel.ts";
import type { Scenario } from "../../../src/scenario/scenario.ts";
import { isSettable, type SettableWorld } from "../../../src/world/world.ts";

describe("setting state by hand in MuJoCo", () => {
  let scenario: Scenario;
  let world: SettableWorld;
  beforeAll(async () => {
    scenario = await loadScenario("tabletop-push");
    const opened = await openWorld(scenario, "mujoco");
    if (!isSettable(opened)) throw new Error("it is not settable");
    world = opened;
  });
  afterAll(() => world.close());

  const push = { lanes: 2, step: 0, columns: { velocity: Float64Array.of(0.3, 0, 0.3, 0) } };

  it("at the beginning is the same as beginning there", async () => {
    const [a, b] = drawPanel(scenario, { count: 2 });
    await world.reset([a!, b!]);
    for (let step = 0; step < 30; step++) await world.step({ ...push, step });
    const there = (await world.step({ ...push, step: 30 })).observation;
    const wanted = Object.fromEntries(
      Object.entries(there.columns).map(([name, column]) => [name, column.slice()]),
    );
    const moved = { ...a!, parameters: b!.parameters };
    await world.reset([moved, b!]);
    const shown = await world.set(
      0,
      Object.fromEntries(
        ["pusher_position", "red_position", "blue_position"].map((name) => [name, b!.initial[name]!]),
      ),
    );
    expect(shown.step).toBe(0);
    for (let step = 0; step < 30; step++) await world.step({ ...push, step });
    const { columns } = (await world.step({ ...push, step: 30 })).observation;
    for (const { name, size } of scenario.observation) {
      expect(columns[name]!.slice(0, size), name).toEqual(wanted[name]!.slice(size)); // lane 0 now is lane 1 then
      expect(columns[name]!.slice(size), name).toEqual(wanted[name]!.slice(size)); // and lane 1 was left alone
    }
  });

  it("refuses what is computed, what has another size, and lanes that are not there", async () => {
    await world.reset(drawPanel(scenario, { count: 1 }));
    await expect(world.set(0, { red_visible: [1] })).rejects.toThrow(/computes red_visible/);
    await expect(world.set(0, { red_position: [1] })).rejects.toThrow(/wrong number of values/);
    await expect(world.set(7, { red_position: [0, 0] })).rejects.toThrow(/lane 7/);
  });

  it("knows how large objects are: a sphere of 4 cm and a flatter disc inside it", () => {
    const { red } = world.spec.bounds!;
    [...red!.lower, ...red!.upper].forEach((value, i) => expect(value).toBeCloseTo(i < 3 ? -0.04 : 0.04, 12));
  });
});
