import { describe, expect, it } from "vitest";
import { invariantBreaks } from "../../src/metrics/invariant.ts";

const breaks = (rule: "conserved" | "increasing" | "decreasing", ...values: number[]) => {
  const { steps, largest } = invariantBreaks(Float64Array.from(values), { rule, tolerance: 0.1 });
  return { steps: [...steps], largest };
};

describe("a conserved quantity", () => {
  it("is broken from the step at which it has moved further than its tolerance, and until it is back", () => {
    expect(breaks("conserved", 5, 5.05, 4.95, 5.25, 4.5, 5)).toEqual({
      steps: [0, 0, 1, 1, 0],
      largest: 0.5,
    });
  });

  it("is not kept by leaking slowly", () => {
    const leak = Array.from({ length: 11 }, (_, k) => 5 - 0.03 * k);
    expect(breaks("conserved", ...leak).steps).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
  });
});

describe("a monotone quantity", () => {
  it("is broken where it falls back from the furthest it had come, by more than its tolerance", () => {
    expect(breaks("increasing", 0, 1, 2, 1.95, 1.5, 1.8, 2.5, 2.45).steps).toEqual([0, 0, 0, 1, 1, 0, 0]);
    expect(breaks("decreasing", 0, -1, -2, -1.95, -1.5, -1.75, -2.5).steps).toEqual([0, 0, 0, 1, 1, 0]);
  });

  it("may stand still", () => {
    expect(breaks("increasing", 1, 1, 1)).toEqual({ steps: [0, 0], largest: 0 });
  });
});

describe("a quantity without a value", () => {
  it("is broken there, and everywhere if it never had one", () => {
    expect(breaks("conserved", 1, NaN, 1)).toEqual({ steps: [1, 0], largest: Infinity });
    expect(breaks("decreasing", NaN, 1, 1).steps).toEqual([1, 1]);
  });

  it("breaks nothing in a rollout of no steps", () => {
    expect(breaks("conserved", 1)).toEqual({ steps: [], largest: 0 });
    expect(breaks("conserved")).toEqual({ steps: [], largest: 0 });
  });
});
