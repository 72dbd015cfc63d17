import { describe, expect, it } from "vitest";
import type { ChannelSpec } from "../../src/core/channels.ts";
import { gridSteps, growthCurve, scaledGrowthCurve } from "../../src/exam/growth-curves.ts";
import type { Predicted } from "../../src/exam/prediction-errors.ts";
import type { ErrorWindow } from "../../src/metrics/error-window.ts";

const x: ChannelSpec = { name: "x", unit: "m", kind: "linear", shape: [], size: 1, tolerance: 0.5 };

/** A window whose error grows by `slope` tolerances a step, until it breaks. */
function ramp(slope: number, steps: number, cluster: number, brokeAfter = steps): ErrorWindow {
  const error = Float64Array.from({ length: steps + 1 }, (_, k) => (k > brokeAfter ? Infinity : slope * k));
  return { cluster, errors: { x: error }, worst: error };
}

function points(windows: readonly ErrorWindow[], steps: readonly number[]) {
  const predicted: Predicted = {
    world: windows,
    persistence: windows,
    constantVelocity: windows,
    linear: null,
    faults: [],
  };
  return steps.map((step) => ({ atSec: step / 10, predicted, step }));
}

describe("a growth curve", () => {
  it("gives median and 90 % quantile at each step, over the windows that reach it", () => {
    const curve = scaledGrowthCurve(points([ramp(1, 2, 0), ramp(2, 2, 1), ramp(4, 1, 2)], [1, 2, 3]));
    expect(curve).toMatchObject({ atSec: [0.1, 0.2], median: [2, 3], p90: [3.6, 3.8], n: [3, 2] });
    expect(curve.baselines).toMatchObject({ persistence: [2, 3], linear: null });
  });

  it("is in the unit of its channel: tolerances times the tolerance", () => {
    expect(growthCurve(points([ramp(2, 2, 0)], [1, 2]), x)).toMatchObject({ unit: "m", median: [1, 2] });
  });

  it("has no value where half of the predictions broke", () => {
    expect(scaledGrowthCurve(points([ramp(0, 4, 0, 1)], [1, 2])).median).toEqual([0, null]);
  });
});

describe("the steps of a curve", () => {
  it("are all of them, or as many as wanted from the first to the last", () => {
    expect(gridSteps(3, 5)).toEqual([1, 2, 3]);
    expect(gridSteps(100, 4)).toEqual([1, 34, 67, 100]);
  });
});
