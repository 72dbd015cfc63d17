import { beforeAll, describe, expect, it } from "vitest";
import { openPolicy } from "../../../src/api/open.ts";
import { openWorld, worldRef } from "../../../src/compose.ts";
import { closedLoop } from "../../../src/rollout/closed-loop.ts";
import { createJudge } from "../../../src/scenario/judge.ts";
import { loadScenario } from "../../../src/scenario/load.ts";
import { drawPanel } from "../../../src/scenario/panel.ts";
import type { Scenario } from "../../../src/scenario/scenario.ts";
import { withStressedImages } from "../../../src/scenario/stressed-images.ts";
import { StressedContext } from "../../../src/world/frames/stressed-context.ts";
import { type ImagingWorld, isImaging, isRestorable, type LatentWorld } from "../../../src/world/world.ts";
import { throughPictures } from "./through-pictures.ts";

let table: Scenario;
beforeAll(async () => {
  table = await loadScenario("tabletop-push");
});

const PICTURED = ["dim_lamp", "evening", "grainy_past"];

/** A world as the exam opens it under one of the scenario's stressors. */
async function under(stressor: string | undefined, name: string): Promise<ImagingWorld> {
  const by = stressor === undefined ? {} : { stressor: table.stressors[stressor]! };
  const world = await openWorld(table, { ...(await worldRef(table, name)), ...by });
  if (!isImaging(world)) throw new Error(`${name} shows no pictures`);
  return world;
}

describe("a context that is worn", () => {
  it("has lost contrast about its means and has noise of the deviation that is said, by the seed of the lane", () => {
    const image = withStressedImages(table, {
      kind: "context-drift",
      noise: 0.04,
      contrast: 0.5,
      from: 1,
    }).images!.find(({ name }) => name === "coarse")!;
    const context = StressedContext.of(image, drawPanel(table, { count: 2 }))!;
    const flat = Uint8Array.from({ length: 2 * 6144 }, (_, i) => (i % 2 === 0 ? 60 : 180));
    const worn = flat.slice();
    context.made(worn, Int32Array.of(0, 1), 7);
    const own = [...worn.subarray(0, 6144)];
    for (const [parity, middle] of [
      [0, 90],
      [1, 150],
    ] as const) {
      const values = own.filter((_, i) => i % 2 === parity);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
      expect(Math.abs(mean - middle)).toBeLessThan(0.8);
      expect(Math.abs(std - 255 * 0.04)).toBeLessThan(0.5);
    }
    expect(worn.subarray(6144)).not.toEqual(worn.subarray(0, 6144));
    const again = flat.slice();
    context.made(again, Int32Array.of(1), 7);
    expect(again.subarray(6144)).toEqual(worn.subarray(6144));
    expect(again.subarray(0, 6144)).toEqual(flat.subarray(0, 6144));
  });
});

describe("stressors that are seen in pictures alone", { timeout: 300_000 }, () => {
  it("change no verdict of truth, though nothing but its pictures is looked at", async () => {
    const starts = drawPanel(table, { count: 6 });
    const judge = createJudge(table);
    const outcomes = async (stressor?: string): Promise<string[]> => {
      const [world, policy] = await Promise.all([under(stressor, "mujoco"), openPolicy(table, "careful")]);
      const { tape } = await closedLoop(throughPictures(world, table, "coarse"), policy, starts, {
        horizonSteps: table.horizonSteps,
        ended: (observation, parameters) => judge.ended(observation, parameters),
      });
      await Promise.all([world.close(), policy.close()]);
      return tape.traces().map((trace) => judge.outcome(trace).kind);
    };
    const calm = await outcomes();
    expect(calm).toContain("success");
    for (const stressor of PICTURED) expect(await outcomes(stressor), stressor).toEqual(calm);
  });

  it("reach what a model makes of its first picture, and of a worn one it shows what was drawn", async () => {
    const starts = drawPanel(table, { count: 2 });
    const begin = async (stressor?: string): Promise<{ first: Uint8Array; state: Float64Array }> => {
      const world = await under(stressor, "dreamer");
      await world.reset(starts);
      const { columns } = (world as unknown as LatentWorld).latent();
      const shown = { first: world.images()["coarse"]!, state: columns["places"]! };
      await world.close();
      return shown;
    };
    const calm = await begin();
    const dim = await begin("dim_lamp");
    const worn = await begin("grainy_past");
    expect(Math.abs(dim.first[0]! - 0.3 * calm.first[0]!)).toBeLessThan(1);
    expect(worn.first).toEqual(calm.first);
    for (const { state } of [dim, worn]) expect(state).not.toEqual(calm.state);
  });

  it("leave a world the same bytes for the same seeds, and go back with it", async () => {
    const world = await under("evening", "diffusion");
    if (!isRestorable(world)) throw new Error("cannot go back");
    const actions = { lanes: 1, step: 0, columns: { velocity: Float64Array.of(0.2, 0) } };
    await world.reset(drawPanel(table, { count: 1 }));
    await world.step(actions);
    const saved = await world.save();
    await world.step(actions);
    const then = world.images()["coarse"]!;
    await world.restore(saved);
    await world.step(actions);
    expect(world.images()["coarse"]!).toEqual(then);
    expect(world.images(["overhead"])).toEqual({});
    await world.close();
  });
});
