import { describe, expect, it } from "vitest";
import { dimensionValue, drawPanel, startWith } from "../../src/scenario/panel.ts";
import type { PanelConfig } from "../../src/scenario/schema.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { loadReach } from "./manifests.ts";

async function reach(panel?: PanelConfig): Promise<Scenario> {
  const scenario = await loadReach();
  return panel === undefined ? scenario : { ...scenario, panel };
}

describe("a Sobol panel", () => {
  it("sets the box's components and parameters, and leaves the rest at initial, nominal or the world's rest", async () => {
    const [start] = drawPanel(await reach(), { count: 1 });
    expect(Object.keys(start!.initial).sort()).toEqual(["joint_pos", "joint_vel"]);
    expect(start!.initial["joint_pos"]![0]).toBe(0.5);
    expect(start!.initial["joint_vel"]![1]).toBe(0);
    expect(start!.parameters["payload"]).not.toBe(1);
    expect(start!.index).toBe(0);
  });

  it("stays inside the box and covers it evenly", async () => {
    const scenario = await reach();
    const starts = drawPanel(scenario, { count: 64 });
    for (const dimension of scenario.dimensions) {
      const [lower, upper] = dimension.range;
      const parts = starts.map((start) =>
        Math.floor((64 * (dimensionValue(start, dimension) - lower)) / (upper - lower)),
      );
      expect(new Set(parts).size).toBe(64);
      expect(Math.min(...parts)).toBe(0);
      expect(Math.max(...parts)).toBe(63);
    }
  });

  it("begins like every larger one of the same seed", async () => {
    const scenario = await reach();
    expect(drawPanel(scenario, { count: 40 }).slice(0, 16)).toEqual(drawPanel(scenario));
  });

  it("is another for another seed, in starts and in rollout seeds", async () => {
    const scenario = await reach();
    const [a, b] = [drawPanel(scenario), drawPanel(scenario, { seed: 8 })];
    expect(a[3]!.initial).not.toEqual(b[3]!.initial);
    const seeds = new Set([...a, ...b].map(({ seed }) => seed));
    expect(seeds.size).toBe(32);
  });
});

describe("a grid panel", () => {
  it("includes both ends, varies the last dimension fastest and leaves others at their middle", async () => {
    const scenario = await reach({ method: "grid", counts: { "joint_pos[elbow]": 2, payload: 3 }, seed: 1 });
    const points = drawPanel(scenario).map((start) =>
      scenario.dimensions.map((d) => dimensionValue(start, d)),
    );
    expect(points).toEqual([
      [-1, 0.5, 0],
      [-1, 1.25, 0],
      [-1, 2, 0],
      [1, 0.5, 0],
      [1, 1.25, 0],
      [1, 2, 0],
    ]);
  });

  it("gives fewer starts spread over it, and refuses to give more", async () => {
    const scenario = await reach({ method: "grid", counts: { payload: 9 }, seed: 1 });
    const payloads = drawPanel(scenario, { count: 3 }).map(({ parameters }) => parameters["payload"]);
    expect(payloads).toEqual([0.5, 1.0625, 1.625]);
    expect(() => drawPanel(scenario, { count: 10 })).toThrow(/the panel has 9 starts/);
  });
});

describe("a list panel", () => {
  it("takes what it is given, the middle otherwise", async () => {
    const scenario = await reach({
      method: "list",
      starts: [{ payload: 0.7 }, { "joint_pos[elbow]": -0.3 }],
      seed: 1,
    });
    const starts = drawPanel(scenario);
    expect(starts.map(({ parameters }) => parameters["payload"])).toEqual([0.7, 1.25]);
    expect(starts.map(({ initial }) => initial["joint_pos"])).toEqual([
      [0.5, 0],
      [0.5, -0.3],
    ]);
  });

  it("without starts is an input error", async () => {
    const scenario = await reach({ method: "list", starts: [], seed: 1 });
    expect(() => drawPanel(scenario)).toThrow(/the panel is empty[^]*method list with no starts/);
    expect(() =>
      drawPanel({ ...scenario, panel: { method: "sobol", count: 4, seed: 1 } }, { count: 0 }),
    ).toThrow(/count 0/);
  });
});

describe("a start given by hand", () => {
  it("has the named values, and names the nearest dimension for a slip", async () => {
    const scenario = await reach();
    const start = startWith(scenario, { payload: 0.6 }, { seed: 5n });
    expect(start).toMatchObject({
      index: 0,
      parameters: { payload: 0.6 },
      seed: 5n,
      initial: { joint_pos: [0.5, 0] },
    });
    expect(() => startWith(scenario, { paylod: 1 })).toThrow(/did you mean "payload"/);
  });
});
