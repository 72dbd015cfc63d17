import { describe, expect, it } from "vitest";
import type { Batch, ChannelSpec } from "../../src/core/channels.ts";
import { LaneGuard } from "../../src/world/guard.ts";
import type { WorldSpec } from "../../src/world/world.ts";

const channel = (name: string, limits?: [number, number], size = 1): ChannelSpec => ({
  name,
  unit: "m",
  kind: "linear",
  shape: size === 1 ? [] : [size],
  size,
  tolerance: 0.1,
  ...(limits === undefined ? {} : { limits }),
});

const spec: WorldSpec = {
  name: "guarded",
  observation: [channel("x", [-1, 1]), channel("y", undefined, 2)],
  action: [channel("u", [-2, 2])],
  controlPeriodSec: 0.1,
  respondsToActions: true,
  stochastic: false,
  objects: [],
  restorable: false,
};

const observed = (x: number[], y: number[]): Batch => ({
  lanes: x.length,
  step: 0,
  columns: { x: Float64Array.from(x), y: Float64Array.from(y) },
});
const commanded = (u: number[], active?: number[]): Batch => ({
  lanes: u.length,
  step: 0,
  columns: { u: Float64Array.from(u) },
  ...(active === undefined ? {} : { active: Uint8Array.from(active) }),
});

function ready(lanes = 2): LaneGuard {
  const guard = new LaneGuard(spec);
  guard.reset(observed(new Array<number>(lanes).fill(0), new Array<number>(2 * lanes).fill(0)));
  return guard;
}

describe("lane guard", () => {
  it("clips what is asked and lets good values through", () => {
    const guard = ready();
    const { applied, runs } = guard.begin(commanded([3, -0.5]));
    expect([...applied.columns["u"]!]).toEqual([2, -0.5]);
    expect([...runs]).toEqual([1, 1]);
    const { observation, faults } = guard.settle(observed([0.1, 0.2], [1, 2, 3, 4]));
    expect(observation.step).toBe(1);
    expect([...observation.columns["y"]!]).toEqual([1, 2, 3, 4]);
    expect(faults).toEqual([]);
  });

  it("keeps the last good values of a lane that breaks, and breaks it once", () => {
    const guard = ready();
    guard.begin(commanded([0, 0]));
    guard.settle(observed([0.1, 0.2], [1, 2, 3, 4]));
    guard.begin(commanded([0, 0]));
    const broken = guard.settle(observed([0.3, 0.4], [5, 6, 7, Infinity]));
    expect(broken.faults).toEqual([{ lane: 1, step: 1, kind: "not-finite", reason: "y[1] is Infinity" }]);
    expect([...broken.observation.columns["x"]!]).toEqual([0.3, 0.2]);
    expect([...broken.observation.columns["y"]!]).toEqual([5, 6, 3, 4]);
    expect([...guard.begin(commanded([0, NaN])).runs]).toEqual([1, 0]);
    expect(guard.settle(observed([0.5, 0.5], [0, 0, 0, 0])).faults).toEqual([]);
  });

  it("says by how much a lane left its limits", () => {
    const guard = ready();
    guard.begin(commanded([0, 0]));
    const { faults } = guard.settle(observed([0, -1.5], [0, 0, 0, 0]));
    expect(faults).toEqual([
      { lane: 1, step: 0, kind: "out-of-limits", reason: "x = -1.5 m is outside [-1, 1]" },
    ]);
  });

  it("does not look at lanes that are not active", () => {
    const guard = ready(3);
    const { runs } = guard.begin(commanded([1, NaN, 1], [1, 0, 1]));
    expect([...runs]).toEqual([1, 0, 1]);
    const { observation, faults } = guard.settle(observed([0.1, NaN, 0.3], [1, 1, 1, 1, 1, 1]));
    expect(faults).toEqual([]);
    expect([...observation.columns["x"]!]).toEqual([0.1, 0, 0.3]);
  });

  it("reports faults in the order of lanes, the first of each", () => {
    const guard = ready(3);
    guard.begin(commanded([0, 0, NaN]));
    guard.fault(1, "threw", "no reason");
    guard.fault(1, "threw", "another reason");
    const { faults } = guard.settle(observed([NaN, 0, 0], [0, 0, 0, 0, 0, 0]));
    expect(faults.map(({ lane, kind, reason }) => [lane, kind, reason])).toEqual([
      [0, "not-finite", "x is NaN"],
      [1, "threw", "no reason"],
      [2, "not-finite", "action u is NaN"],
    ]);
  });

  it("goes back to what it saved, by value", () => {
    const guard = ready();
    guard.begin(commanded([1, NaN]));
    guard.settle(observed([0.1, 0.2], [1, 2, 3, 4]));
    const saved = guard.save();
    guard.begin(commanded([1, 1]));
    guard.settle(observed([0.9, 0.9], [9, 9, 9, 9]));
    expect([...guard.restore(saved).columns["x"]!]).toEqual([0.1, 0]);
    expect(guard.step).toBe(1);
    expect([...guard.begin(commanded([1, 1])).runs]).toEqual([1, 0]);
  });

  it("asks for a reset before the first step and after an interrupted one", () => {
    const guard = new LaneGuard(spec);
    expect(() => guard.begin(commanded([0]))).toThrow(/world guarded has not been reset/);
    guard.reset(observed([0], [0, 0]));
    guard.interrupt();
    expect(() => guard.begin(commanded([0]))).toThrow(/last step of world guarded was interrupted/);
  });
});
