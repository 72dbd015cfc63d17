import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import type { OutcomePair } from "../../src/metrics/confusion.ts";
import { conservativeInterval } from "../../src/metrics/conservative-interval.ts";
import { meanAbsoluteErrorInterval } from "../../src/metrics/mean-absolute-error.ts";
import { transferOfRates, transferOfSample } from "../../src/metrics/policy-transfer.ts";
import { binomialSample, pairedSample } from "../../src/metrics/transfer-resampling.ts";

const OPTIONS = { seed: 1n, resamples: 1000 };
const counts = (rates: readonly (readonly [number, number])[], trials = 100) =>
  rates.map(([truth, candidate], i) => ({
    policy: `p${i}`,
    truth: { successes: truth, trials },
    candidate: { successes: candidate, trials },
  }));

/** Three policies of truth rates 0.9, 0.5, 0.1 on common starts; the candidate flips some outcomes. */
function records(starts: number, flips: number): OutcomePair[] {
  const draw = new RandomStream(5n, "transfer test");
  return [0.9, 0.5, 0.1].flatMap((rate, p) =>
    Array.from({ length: starts }, (_, start): OutcomePair => {
      const truth = draw.uniform(start) < rate;
      const candidate = draw.uniform(start, p + 1) < flips ? !truth : truth;
      const kind = (success: boolean) => (success ? "success" : "failure");
      return { policy: `p${p}`, start, truth: kind(truth), candidate: kind(candidate) };
    }),
  );
}

describe("policy transfer from paired records", () => {
  it("is perfect for truth against itself, and still says how far off it may be", () => {
    const found = transferOfSample(pairedSample(records(48, 0), OPTIONS));
    expect(found.mmrv).toMatchObject({ value: 0, interval: [0, 0], n: 144 });
    expect(found.kendallTauB).toMatchObject({ value: 1 });
    expect(found.pairwiseAgreement).toMatchObject({ value: 1 });
    expect(found.meanAbsoluteError).toMatchObject({ value: 0 });
    const [lower, upper] = (found.meanAbsoluteError as unknown as { interval: [number, number] }).interval;
    expect(lower).toBe(0);
    expect(upper).toBeGreaterThan(0.02);
    expect(upper).toBeLessThan(0.1);
  });

  it("counts a start as a trial only where both worlds judged it", () => {
    const pairs = records(40, 0.1).map((pair): OutcomePair =>
      pair.start < 10 && pair.policy === "p1" ? { ...pair, candidate: "fault" } : pair,
    );
    const sample = pairedSample(pairs, OPTIONS);
    expect(sample.counts[1]!.truth.trials).toBe(30);
    expect(sample.n).toBe(110);
    expect(transferOfSample(sample).pearson).toHaveProperty("interval");
  });

  it("does not depend on the order of the records", () => {
    const pairs = records(40, 0.2);
    const byStart = pairs.toSorted((a, b) => a.start - b.start);
    expect(transferOfSample(pairedSample(byStart, OPTIONS))).toEqual(
      transferOfSample(pairedSample(pairs, OPTIONS)),
    );
  });

  it("has no order to reproduce with one policy, and says so", () => {
    const one = records(20, 0).filter(({ policy }) => policy === "p0");
    const found = transferOfSample(pairedSample(one, OPTIONS));
    expect(found.mmrv).toEqual({ undefined: "one policy has no order", n: 20 });
    expect(found.pearson).toHaveProperty("undefined");
    expect(found.pairwiseAgreement).toHaveProperty("undefined");
    expect(found.meanAbsoluteError).toMatchObject({ value: 0 });
  });
});

describe("policy transfer from counts", () => {
  it("tells a pair that truth decides and the candidate turns round", () => {
    const found = transferOfSample(
      binomialSample(
        counts([
          [90, 40],
          [50, 60],
          [48, 20],
        ]),
        OPTIONS,
      ),
    );
    expect(found.pairs.map(({ first, second, reproduced }) => [first, second, reproduced])).toEqual([
      ["p0", "p1", false],
      ["p0", "p2", true],
      ["p1", "p2", null],
    ]);
    expect(found.pairs[0]).toMatchObject({ truth: { better: "p0" }, candidate: { better: "p1" } });
    expect(found.pairwiseAgreement).toMatchObject({ value: 0.5 });
  });

  it("leaves a correlation open where the policies cannot be told apart", () => {
    const found = transferOfSample(
      binomialSample(
        counts([
          [50, 52],
          [54, 50],
          [47, 49],
        ]),
        OPTIONS,
      ),
    );
    expect(found.pearson).toMatchObject({ interval: [-1, 1] });
    expect(found.pairwiseAgreement).toEqual({
      undefined: "truth separates no two of the 3 policies at level 0.05",
      n: 600,
    });
  });

  it("is undefined, with the reason, where a world gives every policy the same rate", () => {
    const found = transferOfRates([
      { policy: "a", truth: 0.4, candidate: 1 },
      { policy: "b", truth: 0.6, candidate: 1 },
    ]);
    expect(found.pearson).toEqual({
      undefined: "all 2 policies succeed equally often in the candidate",
      n: 2,
    });
    expect(found.mmrv).toEqual({ value: expect.closeTo(0.1, 12) as number, n: 2 });
  });
});

describe("intervals of statistics that bend", () => {
  it("span the reflected interval too, within the range, and hold the value", () => {
    const replicates = Float64Array.from({ length: 1001 }, (_, i) => 0.8 + i * 1e-4);
    const options = { confidence: 0.95, range: [-1, 1] } as const;
    const [lower, upper] = conservativeInterval(0.95, replicates, options)!;
    expect(lower).toBeCloseTo(0.8 + 0.0005, 3);
    expect(upper).toBe(1);
    expect(conservativeInterval(NaN, replicates, options)).toBeUndefined();
    expect(conservativeInterval(0.5, new Float64Array(10).fill(NaN), options)).toBeUndefined();
  });

  it("let the mean absolute error be 0 where every error may be", () => {
    expect(
      meanAbsoluteErrorInterval(
        () => [
          [-0.1, 0.2],
          [-0.3, 0.1],
        ],
        0.95,
      ),
    ).toEqual([0, 0.25]);
    const [lower, upper] = meanAbsoluteErrorInterval(
      () => [
        [0.1, 0.2],
        [-0.3, -0.2],
      ],
      0.95,
    );
    expect(lower).toBeCloseTo(0.15, 12);
    expect(upper).toBeCloseTo(0.25, 12);
  });
});
