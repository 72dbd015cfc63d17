import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import { alarmThreshold, scoreAlarm, watches, type WatchedWindow } from "../../src/metrics/alarm.ts";
import { auroc } from "../../src/metrics/auroc.ts";
import { crpsGaussian, crpsSamples } from "../../src/metrics/crps.ts";
import { energyDistance, energyTest } from "../../src/metrics/energy-distance.ts";
import { errorBars } from "../../src/metrics/error-bars.ts";
import { type DefinedEstimate, type Estimate, isDefined } from "../../src/metrics/estimate.ts";
import { uniformGap, uniformGapPValue } from "../../src/metrics/uniformity.ts";

/** From numpy and scipy: quadrature of the CRPS integral, kstest, mannwhitneyu, energy_distance². */
const scipy = JSON.parse(readFileSync(join(import.meta.dirname, "fixtures/calibration.json"), "utf8")) as {
  crpsGaussian: [error: number, std: number, crps: number][];
  crpsSamples: { samples: number[]; observed: number; crps: number }[];
  uniform: { values: number[]; statistic: number; p: number }[];
  auroc: { scores: number[]; happens: boolean[]; auroc: number }[];
  energy: { first: number[][]; second: number[][]; energy: number }[];
  errorBars: {
    error: number[];
    std: number[];
    coverage: [level: number, share: number][];
    spreadSkill: number;
    pit: number[];
    crps: number;
    gap: number;
  };
};

const options = { seed: 1n, name: "test", confidence: 0.95 };
const defined = (found: Estimate): DefinedEstimate => {
  if (!isDefined(found)) throw new Error(found.undefined);
  return found;
};

describe("the continuous ranked probability score", () => {
  it("is the integral of the squared difference of the distributions, for a normal prediction", () => {
    for (const [error, std, crps] of scipy.crpsGaussian)
      expect(crpsGaussian(error, std)).toBeCloseTo(crps, 9);
    expect(crpsGaussian(-0.3, 0)).toBe(0.3);
  });

  it("is that of the empirical distribution, for samples", () => {
    for (const { samples, observed, crps } of scipy.crpsSamples)
      expect(crpsSamples(samples, observed)).toBeCloseTo(crps, 12);
  });
});

describe("uniformity", () => {
  it("has scipy's Kolmogorov–Smirnov distance, and its p-value to 0.02", () => {
    for (const { values, statistic, p } of scipy.uniform) {
      expect(uniformGap(values)).toBeCloseTo(statistic, 12);
      expect(Math.abs(uniformGapPValue(statistic, values.length) - p)).toBeLessThan(0.02);
    }
  });
});

describe("error bars", () => {
  const { error, std, ...expected } = scipy.errorBars;
  const found = errorBars(
    error.map((one, i) => ({ error: one, std: std[i]!, cluster: i })),
    { ...options, resamples: 500 },
  );

  it("are scored as numpy and scipy score them", () => {
    expect(found.n).toBe(300);
    for (const [i, [level, share]] of expected.coverage.entries()) {
      expect(found.coverage[i]!.level).toBe(level);
      expect(defined(found.coverage[i]!.observed).value).toBeCloseTo(share, 12);
    }
    expect(defined(found.spreadSkill).value).toBeCloseTo(expected.spreadSkill, 12);
    expect(defined(found.crps).value).toBeCloseTo(expected.crps, 12);
    expect(found.pit).toEqual(expected.pit);
    expect(found.pitGap).toBeCloseTo(expected.gap, 12);
  });

  it("that are too small are found out by each figure", () => {
    // Made with errors 1.4 × as large as stated.
    expect(defined(found.coverage[2]!.observed).interval![1]).toBeLessThan(0.95);
    expect(defined(found.spreadSkill).interval![1]).toBeLessThan(1);
    expect(found.pitPValue).toBeLessThan(0.05);
  });

  it("that are right are found right, however often the same start is asked", () => {
    const draws = new RandomStream(3n, "errors");
    const right = errorBars(
      Array.from({ length: 2000 }, (_, i) => ({ error: 0.2 * draws.normal(i), std: 0.2, cluster: i % 200 })),
      { ...options, confidence: 0.99, resamples: 500 },
    );
    for (const { level, observed } of right.coverage) {
      const [lower, upper] = defined(observed).interval!;
      expect(lower).toBeLessThan(level);
      expect(upper).toBeGreaterThan(level);
    }
    expect(right.pitPValue).toBeGreaterThan(0.05);
    // E CRPS of the right normal distribution is σ/√π.
    expect(defined(right.crps).value).toBeCloseTo(0.2 / Math.sqrt(Math.PI), 2);
  });

  it("of width 0 cover exact predictions only", () => {
    const { coverage, pit, spreadSkill } = errorBars(
      [
        { error: 0, std: 0, cluster: 0 },
        { error: 1, std: 0, cluster: 1 },
        { error: -1, std: 0, cluster: 2 },
      ],
      { ...options, resamples: 50 },
    );
    expect(defined(coverage[0]!.observed).value).toBeCloseTo(1 / 3, 12);
    expect(pit).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(defined(spreadSkill).value).toBe(0);
  });
});

describe("the area under the ROC curve", () => {
  it("is the Mann–Whitney statistic, ties counting half", () => {
    for (const { scores, happens, auroc: expected } of scipy.auroc) {
      const found = auroc(
        scores.map((score, i) => ({ score, happens: happens[i]!, cluster: i % 7 })),
        { ...options, resamples: 200 },
      );
      expect(defined(found).value).toBeCloseTo(expected, 12);
    }
  });

  it("does not exist where there is nothing to tell apart", () => {
    const one = (happens: boolean) => auroc([{ score: 1, happens, cluster: 0 }], options);
    expect(one(false)).toMatchObject({ undefined: "what it would warn of never comes about", n: 1 });
    expect(one(true)).toHaveProperty("undefined");
    expect(auroc([], options)).toHaveProperty("undefined");
  });

  it("has an interval as wide as its clusters make it", () => {
    const draws = new RandomStream(5n, "roc");
    const events = Array.from({ length: 400 }, (_, i) => {
      const happens = Math.floor(i / 20) % 2 === 0;
      return { score: draws.normal(Math.floor(i / 20)) + (happens ? 0.5 : 0), happens, cluster: i };
    });
    const alone = defined(auroc(events, { ...options, resamples: 1000 })).interval!;
    const together = defined(
      auroc(
        events.map((event, i) => ({ ...event, cluster: Math.floor(i / 20) })),
        { ...options, resamples: 1000 },
      ),
    ).interval!;
    expect(together[1] - together[0]).toBeGreaterThan(1.3 * (alone[1] - alone[0]));
  });
});

describe("an alarm", () => {
  /** Its score says 1 from two steps before it is off, at step 6; the other window never goes off. */
  const windows: WatchedWindow[] = [
    { cluster: 0, steps: 10, scores: Float64Array.of(NaN, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1), exceededAt: 6 },
    {
      cluster: 1,
      steps: 10,
      scores: Float64Array.of(NaN, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0),
      exceededAt: undefined,
    },
  ];

  it("looks at the steps that are still right and whose near future is known", () => {
    const seen = watches(windows, 2);
    expect(seen.filter(({ cluster }) => cluster === 0).map(({ step, happens }) => [step, happens])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, true],
      [5, true],
    ]);
    expect(seen.filter(({ cluster }) => cluster === 1)).toHaveLength(8);
  });

  it("takes the threshold that tells most, and is scored by precision, recall and how early it comes", () => {
    const threshold = alarmThreshold(watches(windows, 2))!;
    expect(threshold).toBe(1);
    const { precision, recall, falseAlarmRate, warned, leadSteps } = scoreAlarm(windows, 2, threshold, 0.95);
    expect(defined(precision)).toMatchObject({ value: 2 / 3, n: 3 });
    expect(defined(recall)).toMatchObject({ value: 1, n: 2 });
    expect(defined(falseAlarmRate)).toMatchObject({ value: 1 / 11, n: 11 });
    expect(defined(warned)).toMatchObject({ value: 1, n: 1 });
    expect(leadSteps).toBe(2);
  });

  it("has no threshold where nothing goes off", () => {
    expect(alarmThreshold(watches(windows.slice(1), 2))).toBeUndefined();
  });
});

describe("the energy distance", () => {
  it("is scipy's squared, in one dimension and by its formula in three", () => {
    for (const { first, second, energy } of scipy.energy)
      expect(energyDistance({ first, second })).toBeCloseTo(energy, 12);
  });

  it("of a sample to itself is 0", () => {
    const first = [[1], [2], [4]];
    expect(energyDistance({ first, second: first })).toBeCloseTo(0, 15);
  });

  const draws = new RandomStream(9n, "energy");
  const samples = (start: number): number[][] =>
    Array.from({ length: 8 }, (_, i) => [start + draws.normal(start, i)]);

  it("is tested within starts, so that a spread between starts hides no difference", () => {
    const alike = Array.from({ length: 12 }, (_, s) => ({
      first: samples(s * 5),
      second: Array.from({ length: 8 }, (_, i) => [s * 5 + draws.normal(s * 5, i + 500)]),
    }));
    const apart = alike.map(({ first, second }) => ({ first, second: second.map(([x]) => [x! + 1]) }));
    const test = (pairs: typeof alike) => energyTest(pairs, { seed: 1n, name: "x", permutations: 199 });
    expect(test(alike).pValue).toBeGreaterThan(0.05);
    expect(test(apart).pValue).toBe(1 / 200);
    expect(test(apart).distance).toBeGreaterThan(test(alike).distance);
  });
});
