import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import { type EvidenceProcess, pairedProportions, twoProportions } from "../../src/metrics/e-process.ts";

/** Mean of the e-value after `steps`, over every possible course, weighted by its probability. */
function expectation(
  create: () => EvidenceProcess,
  steps: number,
  chance: (a: boolean, b: boolean) => number,
): number {
  let sum = 0;
  for (let course = 0; course < 4 ** steps; course++) {
    const process = create();
    let weight = 1;
    for (let k = 0; k < steps; k++) {
      const cell = (course >> (2 * k)) & 3;
      const [a, b] = [(cell & 1) === 1, (cell & 2) === 2];
      weight *= chance(a, b);
      process.next(a, b);
    }
    sum += weight * process.eValue;
  }
  return sum;
}

const independent = (pA: number, pB: number) => (a: boolean, b: boolean) =>
  (a ? pA : 1 - pA) * (b ? pB : 1 - pB);

describe("the e-process of two proportions", () => {
  it.each([0.1, 0.5, 0.8])("has expectation 1 at most where both rates are %s", (rate) => {
    expect(expectation(twoProportions, 4, independent(rate, rate))).toBeLessThanOrEqual(1 + 1e-12);
    expect(expectation(twoProportions, 4, independent(rate, rate / 2))).toBeLessThanOrEqual(1 + 1e-12);
  });

  it("grows where the second is better", () => {
    expect(expectation(twoProportions, 4, independent(0.2, 0.8))).toBeGreaterThan(2);
  });
});

describe("the e-process of paired proportions", () => {
  it("has expectation 1 at most however the two depend on each other", () => {
    for (const [both, aOnly, bOnly] of [
      [0.1, 0.4, 0.4],
      [0.7, 0.1, 0.1],
      [0, 0.5, 0.5],
      [0.3, 0.4, 0.2],
    ] as const) {
      const chance = (a: boolean, b: boolean): number =>
        a && b ? both : a ? aOnly : b ? bOnly : 1 - both - aOnly - bOnly;
      expect(expectation(pairedProportions, 4, chance)).toBeLessThanOrEqual(1 + 1e-12);
    }
  });

  it("ignores starts on which both do the same, and multiplies by twice the share bet otherwise", () => {
    const process = pairedProportions();
    expect(process.next(true, true)).toBe(1);
    expect(process.next(false, true)).toBeCloseTo(4 / 3, 12);
    expect(process.next(false, true)).toBeCloseTo((4 / 3) * (3 / 2), 12);
    expect(process.next(true, false)).toBeCloseTo((4 / 3) * (3 / 2) * 2 * (1 - 4 / 5), 12);
    expect(process.p).toBeCloseTo(1 / 2, 12);
  });

  it("decides a clear comparison within two dozen starts", () => {
    const draw = new RandomStream(3n, "e-process test");
    const process = pairedProportions();
    let steps = 0;
    while (process.eValue < 20) {
      process.next(draw.uniform(steps, 0) < 0.1, draw.uniform(steps, 1) < 0.9);
      steps++;
    }
    expect(steps).toBeLessThan(24);
  });
});
