import { describe, expect, it } from "vitest";
import { isDefined } from "../../src/metrics/estimate.ts";
import { difference, pairedDivergence } from "../../src/metrics/paired-divergence.ts";
import { pairedValidity, type PairedVerdict } from "../../src/metrics/paired-validity.ts";

/** Difference and limits of the tables below, by the formulas of the two papers over scipy's Wilson intervals. */
const NEWCOMBE = [0.008630815071921566, 0.2923464049450572] as const;
const MOVER = [-0.17357850559525845, 0.21826628096568365] as const;

type Truth = "success" | "failure";

/** `both` right, only the first, only the second, neither; each from a start of its own. */
function verdicts(
  truth: Truth,
  counts: readonly [number, number, number, number],
  from: number,
): PairedVerdict[] {
  const wrong = truth === "success" ? "failure" : "success";
  const kinds = [
    [truth, truth],
    [truth, wrong],
    [wrong, truth],
    [wrong, wrong],
  ] as const;
  let start = from;
  return counts.flatMap((count, kind) =>
    Array.from({ length: count }, () => ({
      start: start++,
      truth,
      first: kinds[kind]![0],
      second: kinds[kind]![1],
    })),
  );
}

describe("which of two candidates ends as truth ends", () => {
  it("agrees with Newcombe's method 10 and MOVER, computed with scipy's Wilson intervals", () => {
    const passes = verdicts("success", [30, 9, 2, 5], 0);
    const fails = verdicts("failure", [20, 1, 6, 11], 100);
    const { youden } = pairedValidity([...passes, ...fails]);
    const only = pairedValidity(passes).agreement;
    if (!isDefined(youden) || !isDefined(only)) throw new Error("both are defined");
    expect(only.value).toBeCloseTo(0.15217391304347827, 12);
    expect(only.interval![0]).toBeCloseTo(NEWCOMBE[0], 9);
    expect(only.interval![1]).toBeCloseTo(NEWCOMBE[1], 9);
    expect(youden.value).toBeCloseTo(0.020594965675057253, 12);
    expect(youden.interval![0]).toBeCloseTo(MOVER[0], 9);
    expect(youden.interval![1]).toBeCloseTo(MOVER[1], 9);
  });

  it("does not take several policies from one start for several starts", () => {
    const once = verdicts("success", [30, 9, 2, 5], 0);
    const five = Array.from({ length: 5 }, () => once).flat();
    const width = (list: readonly PairedVerdict[]): number => {
      const { agreement } = pairedValidity(list);
      if (!isDefined(agreement)) throw new Error("it is defined");
      return agreement.interval![1] - agreement.interval![0];
    };
    expect(width(five) / width(once)).toBeCloseTo(1, 1);
    expect(width(five.map((one, start) => ({ ...one, start }))) / width(once)).toBeLessThan(0.6);
  });

  it("says nothing where truth has one outcome, or faulted", () => {
    const passes = verdicts("success", [3, 1, 1, 0], 0);
    expect(pairedValidity(passes).youden).toMatchObject({ undefined: "truth has one outcome only" });
    const faults = passes.map((one) => ({ ...one, truth: "fault" as const }));
    expect(pairedValidity(faults).agreement).toMatchObject({ undefined: "truth gave no outcome at all" });
  });

  it("leaves it open where nothing differs", () => {
    const { agreement } = pairedValidity(verdicts("success", [20, 0, 0, 20], 0));
    if (!isDefined(agreement)) throw new Error("it is defined");
    expect(agreement.value).toBe(0);
    expect(agreement.interval![0]).toBeLessThan(0);
    expect(agreement.interval![1]).toBeGreaterThan(0);
  });
});

describe("which of two candidates leaves truth earlier", () => {
  it("credits one that never left with what was seen of it, and no more", () => {
    const at = (timeSec: number | null, comparedSec = 10) => ({ timeSec, comparedSec });
    expect(difference(at(2), at(3))).toBe(-1);
    expect(difference(at(null), at(3))).toBe(7);
    expect(difference(at(2), at(null, 6))).toBe(-4);
    // The second was not seen long enough to say that it lasted longer.
    expect(difference(at(5), at(null, 4))).toBe(0);
    expect(difference(at(null, 4), at(5))).toBe(0);
    expect(difference(at(null), at(null, 3))).toBe(0);
  });

  it("takes the median over the rollouts, resampling whole starts", () => {
    const rollouts = Array.from({ length: 60 }, (_, i) => ({
      start: i >> 1,
      first: { timeSec: 1 + (i % 7) / 10, comparedSec: 10 },
      second: { timeSec: 0.5, comparedSec: 10 },
    }));
    const found = pairedDivergence(rollouts, { seed: 1n, name: "t", resamples: 1000 });
    if (!isDefined(found)) throw new Error("it is defined");
    expect(found.value).toBeCloseTo(0.8, 12);
    expect(found.interval![0]).toBeGreaterThan(0.6);
    expect(found.interval![1]).toBeLessThan(1);
    expect(pairedDivergence([], { seed: 1n, name: "t" })).toMatchObject({
      undefined: "no rollout is in both",
    });
  });
});
