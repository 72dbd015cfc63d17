import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { betaCdf, betaQuantile, logGamma } from "../../src/metrics/beta.ts";
import { clopperPearson } from "../../src/metrics/clopper-pearson.ts";
import { isDefined } from "../../src/metrics/estimate.ts";
import { normalCdf, normalQuantile, twoSidedZ } from "../../src/metrics/normal.ts";
import { pairedDifferenceInterval } from "../../src/metrics/paired-difference.ts";
import { clusteredRate, differenceInterval, rate } from "../../src/metrics/rate.ts";
import { wilson } from "../../src/metrics/wilson.ts";

interface Golden {
  wilson: { k: number; n: number; interval: [number, number] }[];
  clopperPearson: { k: number; n: number; interval: [number, number] }[];
}
interface FromScipy {
  normalQuantile: [number, number][];
  normalCdf: [number, number][];
  betaCdf: [number, number, number, number][];
  logGamma: [number, number][];
}
const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
const golden = read("statistics") as Golden;
const scipy = read("scipy") as FromScipy;

describe("intervals of one rate", () => {
  it.each(golden.wilson)("Wilson for $k of $n equals the golden value", ({ k, n, interval }) => {
    const [lower, upper] = wilson(k, n);
    expect(Math.abs(lower - interval[0])).toBeLessThan(1e-9);
    expect(Math.abs(upper - interval[1])).toBeLessThan(1e-9);
  });

  it.each(golden.clopperPearson)(
    "Clopper–Pearson for $k of $n equals the golden value",
    ({ k, n, interval }) => {
      const [lower, upper] = clopperPearson(k, n);
      expect(Math.abs(lower - interval[0])).toBeLessThan(1e-9);
      expect(Math.abs(upper - interval[1])).toBeLessThan(1e-9);
    },
  );

  it("reach exactly 0 and 1 at the ends", () => {
    expect(wilson(0, 24)[0]).toBe(0);
    expect(wilson(10, 10)[1]).toBe(1);
    expect(clopperPearson(0, 3)[0]).toBe(0);
    expect(clopperPearson(3, 3)[1]).toBe(1);
  });

  it("refuse an empty set and impossible counts", () => {
    expect(() => wilson(0, 0)).toThrow(/0 of 0/);
    expect(() => clopperPearson(4, 3)).toThrow(/4 of 3/);
    expect(() => wilson(1, 2, 1)).toThrow(/confidence/);
  });
});

describe("special functions", () => {
  it("agree with scipy: normal quantile", () => {
    for (const [p, expected] of scipy.normalQuantile) {
      expect(Math.abs(normalQuantile(p) - expected)).toBeLessThanOrEqual(1e-14 * Math.abs(expected) + 1e-16);
    }
    expect(twoSidedZ(0.95)).toBeCloseTo(1.959963984540054, 14);
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(() => normalQuantile(1.1)).toThrow(/0 ≤ p ≤ 1/);
  });

  it("agree with scipy: normal distribution function, also far out", () => {
    for (const [x, expected] of scipy.normalCdf) {
      expect(Math.abs(normalCdf(x) / expected - 1)).toBeLessThan(1e-11);
    }
  });

  it("agree with scipy: incomplete beta function and its inverse", () => {
    for (const [x, a, b, expected] of scipy.betaCdf) {
      expect(Math.abs(betaCdf(x, a, b) / expected - 1)).toBeLessThan(1e-11);
      // Close to 1 the value no longer tells x.
      if (expected < 0.999) expect(Math.abs(betaQuantile(expected, a, b) / x - 1)).toBeLessThan(1e-9);
    }
    expect(() => betaCdf(2, 1, 1)).toThrow(/not defined/);
  });

  it("agree with scipy: log gamma", () => {
    for (const [x, expected] of scipy.logGamma)
      expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)));
  });
});

describe("rates of clustered trials", () => {
  it("are plain Wilson where every cluster is one trial", () => {
    const clusters = [1, 1, 0, 1].map((hits) => ({ hits, trials: 1 }));
    expect(clusteredRate(clusters, "")).toEqual(rate(3, 4, ""));
  });

  it("count identical trials of a cluster as one", () => {
    // 20 starts, 12 of them hits, each seen by 5 policies that always agree: worth 20 trials, not 100.
    const clusters = Array.from({ length: 20 }, (_, i) => ({ hits: i < 12 ? 5 : 0, trials: 5 }));
    const found = clusteredRate(clusters, "");
    if (!isDefined(found)) throw new Error("undefined");
    expect(found).toMatchObject({ value: 0.6, n: 100, method: "wilson-clustered" });
    // The ratio estimator divides by clusters − 1, so it is a shade wider than 12 of 20.
    const [lower, upper] = wilson(12 * (19 / 20), 19);
    expect(found.interval![0]).toBeCloseTo(lower, 10);
    expect(found.interval![1]).toBeCloseTo(upper, 10);
  });

  it("count every cluster once where no trial differs from another", () => {
    const clusters = Array.from({ length: 12 }, () => ({ hits: 3, trials: 3 }));
    expect(clusteredRate(clusters, "")).toMatchObject({ value: 1, n: 36, interval: wilson(12, 12) });
  });

  it("are undefined, with the reason, over an empty set", () => {
    expect(clusteredRate([{ hits: 0, trials: 0 }], "truth never failed")).toEqual({
      undefined: "truth never failed",
      n: 0,
    });
  });
});

describe("differences of rates", () => {
  it("equal Newcombe's published example for independent rates (56/70 − 48/80, method 10)", () => {
    const [lower, upper] = differenceInterval(56 / 70, wilson(56, 70), 48 / 80, wilson(48, 80));
    expect(lower).toBeCloseTo(0.0524, 4);
    expect(upper).toBeCloseTo(0.3339, 4);
  });

  it.each([
    { of: "Altman et al. 2000, table 6.2", counts: [14, 5, 0, 22], interval: [0.011, 0.226] },
    { of: "Bentur et al. 2009, in Fagerland et al. 2014", counts: [1, 1, 7, 12], interval: [-0.507, -0.026] },
  ])("equal the published example for paired rates: $of", ({ counts, interval }) => {
    const [both, firstOnly, secondOnly, neither] = counts as [number, number, number, number];
    const [lower, upper] = pairedDifferenceInterval({ both, firstOnly, secondOnly, neither });
    expect(lower).toBeCloseTo(interval[0]!, 3);
    expect(upper).toBeCloseTo(interval[1]!, 3);
  });

  it("keep a width where no pair disagrees, and mirror when the sides are swapped", () => {
    const [lower, upper] = pairedDifferenceInterval({ both: 20, firstOnly: 0, secondOnly: 0, neither: 0 });
    expect(lower).toBeLessThan(-0.1);
    expect(upper).toBeGreaterThan(0.1);
    const one = pairedDifferenceInterval({ both: 9, firstOnly: 6, secondOnly: 1, neither: 4 });
    const other = pairedDifferenceInterval({ both: 9, firstOnly: 1, secondOnly: 6, neither: 4 });
    expect(one[0]).toBeCloseTo(-other[1], 12);
    expect(one[1]).toBeCloseTo(-other[0], 12);
  });
});
