import { describe, expect, it } from "vitest";
import {
  classicalMean,
  predictionPowered,
  predictionPoweredTuned,
  steadied,
} from "../../src/metrics/prediction-powered.ts";

const truth = [1, 0, 1, 1, 0, 1, 0, 1];

describe("prediction-powered inference", () => {
  it("with a candidate that says nothing falls back on truth alone, when tuned", () => {
    const input = { truth, paired: truth.map(() => 1), unpaired: new Array<number>(50).fill(1) };
    const tuned = predictionPoweredTuned(input);
    expect(tuned.lambda).toBe(0);
    expect(tuned.mean).toBeCloseTo(classicalMean(truth).mean, 12);
    expect(tuned.standardError).toBeCloseTo(classicalMean(truth).standardError, 12);
  });

  it("corrects the candidate by what it was off on the paired trials", () => {
    const input = { truth, paired: truth.map(() => 1), unpaired: new Array<number>(50).fill(1) };
    expect(predictionPowered(input).mean).toBeCloseTo(5 / 8, 12);
  });

  it("steadied, has a width where every trial ended the same, as Agresti and Coull's interval has", () => {
    const never = {
      truth: new Array<number>(20).fill(0),
      paired: new Array<number>(20).fill(0),
      unpaired: new Array<number>(60).fill(0),
    };
    expect(predictionPoweredTuned(never).standardError).toBe(0);
    const input = steadied(never);
    expect(predictionPoweredTuned(input).interval[1]).toBeGreaterThan(0.05);
    // 2 of 24 with the sample variance.
    expect(classicalMean(input.truth).mean).toBeCloseTo(2 / 24, 12);
    expect(classicalMean(input.truth).standardError).toBeCloseTo(Math.sqrt(((2 / 24) * (22 / 24)) / 23), 12);
  });

  it("refuses samples without a variance", () => {
    expect(() => predictionPowered({ truth: [1], paired: [1], unpaired: [1, 0] })).toThrow(/2 paired trials/);
    expect(() => predictionPowered({ truth, paired: [1], unpaired: [1, 0] })).toThrow(/8 of truth, 1 paired/);
  });
});
