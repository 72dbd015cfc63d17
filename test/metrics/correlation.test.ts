import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kendallTauB, midRanks, pearson, spearman } from "../../src/metrics/correlation.ts";

interface FromScipy {
  correlation: { x: number[]; y: number[]; pearson: number; spearman: number; kendallTauB: number }[];
}
const { correlation } = JSON.parse(
  readFileSync(new URL("./fixtures/scipy-transfer.json", import.meta.url), "utf8"),
) as FromScipy;

describe("correlations", () => {
  it.each(correlation)("agree with scipy, ties included: $x against $y", (one) => {
    expect(pearson(one.x, one.y)).toBeCloseTo(one.pearson, 12);
    expect(spearman(one.x, one.y)).toBeCloseTo(one.spearman, 12);
    expect(kendallTauB(one.x, one.y)).toBeCloseTo(one.kendallTauB, 12);
  });

  it("have no value where a list is constant, even if its mean is not exact", () => {
    const constant = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
    const varied = [1, 2, 3, 4, 5, 6];
    for (const of of [pearson, spearman, kendallTauB]) {
      expect(of(constant, varied)).toBeNaN();
      expect(of(varied, constant)).toBeNaN();
      expect(of([], [])).toBeNaN();
      expect(of([1], [1])).toBeNaN();
    }
  });

  it("see differences that are small beside the mean", () => {
    expect(pearson([0.9, 0.9 + 1e-9, 0.9 + 2e-9], [1, 2, 3])).toBeCloseTo(1, 6);
  });

  it("give ties the mean of their ranks", () => {
    expect([...midRanks([3, 1, 3, 2])]).toEqual([3.5, 1, 3.5, 2]);
  });
});
