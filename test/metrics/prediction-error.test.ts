import { describe, expect, it } from "vitest";
import type { ChannelSpec } from "../../src/core/channels.ts";
import { baselinePrediction } from "../../src/metrics/baselines.ts";
import { errorWindow, type ErrorWindow } from "../../src/metrics/error-window.ts";
import { isDefined } from "../../src/metrics/estimate.ts";
import { medianError, skill } from "../../src/metrics/skill.ts";

const x: ChannelSpec = { name: "x", unit: "m", kind: "linear", shape: [], size: 1, tolerance: 0.5 };
const v: ChannelSpec = { ...x, name: "v", unit: "m/s", tolerance: 1, derivativeOf: "x" };
const dt = 0.1;

/** A window whose worst error grows by `slope` tolerances a step. */
function ramp(slope: number, steps: number, cluster: string | number): ErrorWindow {
  const error = Float64Array.from({ length: steps + 1 }, (_, k) => slope * k);
  return { cluster, errors: { x: error }, worst: error };
}

describe("baselines", () => {
  const observation = { x: Float64Array.of(0, 1, 2), v: Float64Array.of(5, 6, 7) };

  it("persistence repeats the row it starts from", () => {
    const predicted = baselinePrediction("persistence", [x, v], observation, 1, 2, dt);
    expect([...predicted.x!]).toEqual([1, 1, 1]);
    expect([...predicted.v!]).toEqual([6, 6, 6]);
  });

  it("constant velocity moves a channel along its observed derivative", () => {
    const predicted = baselinePrediction("constant-velocity", [x, v], observation, 1, 2, dt);
    expect([...predicted.x!].map((one) => +one.toFixed(12))).toEqual([1, 1.6, 2.2]);
    expect([...predicted.v!]).toEqual([6, 6, 6]);
  });

  it("constant velocity is exact for uniform motion, persistence off by v t", () => {
    const truth = {
      x: Float64Array.from({ length: 11 }, (_, k) => 2 + 3 * k * dt),
      v: new Float64Array(11).fill(3),
    };
    const errorOf = (baseline: "persistence" | "constant-velocity"): ErrorWindow =>
      errorWindow({
        cluster: 0,
        channels: [x, v],
        truth: { columns: truth, from: 2 },
        prediction: { columns: baselinePrediction(baseline, [x, v], truth, 2, 8, dt), from: 0 },
        steps: 8,
      });
    expect(Math.max(...errorOf("constant-velocity").worst)).toBeLessThan(1e-12);
    expect(errorOf("persistence").errors.x![8]).toBeCloseTo((3 * 8 * dt) / 0.5, 12);
  });
});

describe("a window whose prediction broke", () => {
  it("is infinitely far off from there, so that breaking early does not look good", () => {
    const broken = errorWindow({
      cluster: 0,
      channels: [x],
      truth: { columns: { x: new Float64Array(5) }, from: 0 },
      prediction: { columns: { x: new Float64Array(2) }, from: 0 },
      steps: 4,
      brokeAfter: 1,
    });
    expect([...broken.worst]).toEqual([0, 0, Infinity, Infinity, Infinity]);
  });
});

describe("skill", () => {
  const options = { step: 5, part: "worst", seed: 3n, resamples: 2000 } as const;
  const windows = Array.from({ length: 24 }, (_, i) => ramp(1 + (i % 5) / 10, 8, i >> 1));
  const twice = windows.map((window) => ramp(window.worst[1]! * 2, 8, window.cluster));

  it("is ½ for a prediction with half the baseline's error everywhere, and certain of it", () => {
    const found = skill(windows, twice, options);
    expect(found).toMatchObject({ value: 0.5, n: 24, method: "bootstrap-percentile" });
    if (isDefined(found)) expect(found.interval).toEqual([0.5, 0.5]);
  });

  it("is 0 against itself and negative against something better", () => {
    expect(skill(windows, windows, options)).toMatchObject({ value: 0 });
    expect(skill(twice, windows, options)).toMatchObject({ value: -1 });
  });

  it("says why it is undefined", () => {
    expect(
      skill(
        windows,
        windows.map((window) => ramp(0, 8, window.cluster)),
        options,
      ),
    ).toMatchObject({
      undefined: "the baseline makes no error at this step",
    });
    expect(skill(windows, twice, { ...options, step: 9 })).toMatchObject({
      undefined: "no window reaches 9 steps",
    });
  });

  it("refuses other windows than the prediction's own", () => {
    expect(() => skill(windows, twice.slice(1), options)).toThrow(/same windows/);
  });

  it("gives the median error with an interval around it", () => {
    const found = medianError(windows, options);
    if (!isDefined(found)) throw new Error("undefined");
    expect(found.value).toBeCloseTo(6, 12);
    expect(found.interval![0]).toBeGreaterThanOrEqual(5);
    expect(found.interval![1]).toBeLessThanOrEqual(7);
  });
});
