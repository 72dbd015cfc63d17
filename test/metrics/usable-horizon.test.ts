import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ChannelSpec } from "../../src/core/channels.ts";
import { conformalMinimum, conformalQuantile, conformalRank } from "../../src/metrics/conformal.ts";
import type { ErrorWindow } from "../../src/metrics/error-window.ts";
import { signalSpread } from "../../src/metrics/signal-spread.ts";
import { conformalHorizon, decisionHorizon, validPredictionTime } from "../../src/metrics/usable-horizon.ts";

const { splitConformal: golden } = JSON.parse(
  readFileSync(new URL("./fixtures/statistics.json", import.meta.url), "utf8"),
) as { splitConformal: { scores: number[]; alpha: number; rank: number; quantile: number } };

const x: ChannelSpec = { name: "x", unit: "m", kind: "linear", shape: [], size: 1, tolerance: 0.5 };
const options = { controlPeriodSec: 0.1, seed: 1n, resamples: 500 };

function windowOf(errors: readonly number[], cluster: number): ErrorWindow {
  const error = Float64Array.from(errors);
  return { cluster, errors: { x: error }, worst: error };
}

describe("split conformal prediction", () => {
  it("gives the golden rank and quantile", () => {
    expect(conformalRank(golden.scores.length, golden.alpha)).toBe(golden.rank);
    expect(conformalQuantile(golden.scores, golden.alpha)).toEqual({ value: golden.quantile, n: 19 });
  });

  it("needs nine scores for 90 %", () => {
    expect(conformalMinimum(0.1)).toBe(9);
    expect(conformalQuantile([1, 2, 3, 4, 5, 6, 7, 8, 9], 0.1)).toEqual({ value: 9, n: 9 });
    expect(conformalQuantile([1, 2, 3, 4, 5, 6, 7, 8], 0.1)).toMatchObject({
      undefined: expect.stringContaining("9 are needed") as string,
    });
  });
});

describe("valid prediction time", () => {
  // Tolerance 0.5, spread 2: an error of 1.6 tolerances is 0.4 standard deviations.
  const spread = { x: 2 };

  it("is the first time at which more than half of the windows are above 0.4 standard deviations", () => {
    const windows = [
      windowOf([0, 1, 1.7, 1.7], 0),
      windowOf([0, 1, 1.5, 1.7], 1),
      windowOf([0, 1, 1.5, 1.5], 2),
    ];
    const found = validPredictionTime(windows, { ...options, channels: [x], spread });
    expect(found).toMatchObject({ step: 3, censored: false, n: 3 });
    expect("seconds" in found && found.seconds).toBeCloseTo(0.3, 12);
  });

  it("is censored where the error stays below to the end", () => {
    const windows = [windowOf([0, 1, 1.5], 0), windowOf([0, 1, 1.5], 1)];
    expect(validPredictionTime(windows, { ...options, channels: [x], spread })).toMatchObject({
      step: 2,
      censored: true,
      interval: [0.2, 0.2],
    });
  });

  it("is undefined where nothing moves, or nothing was predicted", () => {
    expect(
      validPredictionTime([windowOf([0, 1], 0)], { ...options, channels: [x], spread: { x: 0 } }),
    ).toMatchObject({
      undefined: "no channel moves in truth",
    });
    expect(validPredictionTime([], { ...options, channels: [x], spread })).toMatchObject({
      n: 0,
      undefined: expect.any(String) as string,
    });
  });
});

describe("signal spread", () => {
  const angle: ChannelSpec = { ...x, name: "a", kind: "angle", unit: "rad" };
  const joints: ChannelSpec = { ...x, name: "q", shape: [2], size: 2 };

  it("is the population standard deviation, each component about its own mean", () => {
    const observation = { x: Float64Array.of(1, 3, 5, 7), q: Float64Array.of(0, 10, 2, 10, 0, 12, 2, 12) };
    const spread = signalSpread([x, joints], [{ observation, steps: 3 }]);
    expect(spread.x).toBeCloseTo(Math.sqrt(5), 12);
    expect(spread.q).toBeCloseTo(1, 12);
  });

  it("sees no jump where an angle passes π", () => {
    const observation = { a: Float64Array.of(Math.PI - 0.1, -Math.PI + 0.1) };
    expect(signalSpread([angle], [{ observation, steps: 1 }]).a).toBeCloseTo(0.1, 12);
  });
});

describe("conformal horizon", () => {
  it("is the last step before too many windows have left their tolerance", () => {
    // 9 windows at 90 %: the largest of all must stay below 1.
    const windows = Array.from({ length: 9 }, (_, i) => windowOf([0, 0.5, i === 0 ? 1 : 0.8, 0.8], i));
    expect(conformalHorizon(windows, { ...options, alpha: 0.1 })).toMatchObject({
      step: 1,
      seconds: 0.1,
      censored: false,
      n: 9,
    });
  });

  it("remembers an excursion: a rollout that came back had still been away", () => {
    const windows = Array.from({ length: 19 }, (_, i) => {
      const errors = [0, 0.1, 0.1, 0.1, 0.1];
      if (i < 2) errors[i + 1] = 2;
      return windowOf(errors, i);
    });
    // Rank 18 of 19: one may leave, the second may not, though never two at a time.
    expect(conformalHorizon(windows, { ...options, alpha: 0.1 })).toMatchObject({ step: 1, censored: false });
  });

  it("is censored where windows run out before errors do", () => {
    const windows = Array.from({ length: 12 }, (_, i) => windowOf(i < 6 ? [0, 0.1] : [0, 0.1, 0.1, 0.1], i));
    expect(conformalHorizon(windows, { ...options, alpha: 0.1 })).toMatchObject({
      step: 1,
      censored: true,
      n: 12,
    });
  });

  it("is undefined for too few windows", () => {
    expect(conformalHorizon([windowOf([0, 0], 0)], { ...options, alpha: 0.1 })).toMatchObject({
      undefined: "1 windows cannot promise 0.9: 9 are needed",
    });
  });
});

describe("decision horizon", () => {
  const checkpoint = (step: number, agreeing: number) => ({
    step,
    outcomes: Array.from({ length: 10 }, (_, start) => ({ start, agrees: start < agreeing })),
  });

  it("is the last checkpoint up to which outcomes agree, at it and at every earlier one", () => {
    const found = decisionHorizon(
      [checkpoint(30, 10), checkpoint(10, 10), checkpoint(20, 8), checkpoint(5, 9)],
      {
        ...options,
        required: 0.9,
      },
    );
    expect(found).toMatchObject({ step: 10, seconds: 1, censored: false, n: 10 });
    expect(found.agreement.map(({ step, rate }) => [step, "value" in rate && rate.value])).toEqual([
      [5, 0.9],
      [10, 1],
      [20, 0.8],
      [30, 1],
    ]);
  });

  it("is 0 where the first checkpoint fails, and censored where none does", () => {
    expect(decisionHorizon([checkpoint(5, 3)], { ...options, required: 0.9 })).toMatchObject({
      seconds: 0,
      censored: false,
    });
    expect(
      decisionHorizon([checkpoint(5, 9), checkpoint(10, 10)], { ...options, required: 0.9 }),
    ).toMatchObject({
      step: 10,
      censored: true,
    });
  });

  it("is undefined without outcomes", () => {
    expect(decisionHorizon([{ step: 5, outcomes: [] }], { ...options, required: 0.9 })).toMatchObject({
      agreement: [],
      n: 0,
      undefined: expect.any(String) as string,
    });
  });
});
