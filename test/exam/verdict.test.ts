import { describe, expect, it } from "vitest";
import { axisResult, unscored } from "../../src/exam/measure.ts";
import { type Axes, type Checks, verdictOf, weakestAxis } from "../../src/exam/verdict.ts";
import type { AxisResult } from "../../src/report/result.ts";

const scored = (value: number, threshold: number, interval: [number, number] = [value, value]): AxisResult =>
  axisResult({ value, interval, n: 100 }, threshold, "because");

const passing: Axes = {
  controllability: scored(0.9, 0.65),
  temporalConsistency: scored(0.95, 0.65),
  objectPersistence: unscored("not-applicable", "no objects"),
  resetReproducibility: scored(1, 0.65),
  taskValidity: scored(0.9, 0.65),
};

const checks: Checks = {
  policyTransfer: scored(0.9, 0.8),
  optimism: scored(0.95, 0.9),
  decisionBoundary: scored(0.9, 0.8),
};

describe("the weakest axis", () => {
  it("is the published example's: object persistence 0.64 at a threshold of 0.65", () => {
    const axes: Axes = {
      controllability: scored(0.71, 0.65),
      temporalConsistency: scored(0.83, 0.65),
      objectPersistence: scored(0.64, 0.65),
      resetReproducibility: scored(0.76, 0.65),
      taskValidity: unscored("undefined", "truth has one outcome"),
    };
    expect(weakestAxis(axes)).toBe("objectPersistence");
    expect(verdictOf(axes, checks, true, (status) => status).status).toBe("fail");
  });

  it("is measured against each axis's own threshold", () => {
    expect(weakestAxis({ ...passing, resetReproducibility: scored(0.93, 0.95) })).toBe(
      "resetReproducibility",
    );
  });
});

describe("the verdict", () => {
  it("passes only where every scored axis passes", () => {
    expect(verdictOf(passing, checks, true, (status) => status)).toMatchObject({
      status: "pass",
      sentence: "pass",
    });
    expect(verdictOf({ ...passing, taskValidity: scored(0.5, 0.65) }, checks, true, String).status).toBe(
      "fail",
    );
  });

  it("is insufficient where an interval straddles its threshold, or nothing was scored", () => {
    const straddling = { ...passing, taskValidity: scored(0.7, 0.65, [0.6, 0.8]) };
    expect(verdictOf(straddling, checks, true, String).status).toBe("insufficient");
    const nothing = unscored("undefined", "nothing");
    const none: Axes = {
      controllability: nothing,
      temporalConsistency: nothing,
      objectPersistence: nothing,
      resetReproducibility: nothing,
      taskValidity: nothing,
    };
    expect(verdictOf(none, checks, true, String)).toMatchObject({
      status: "insufficient",
      weakestAxis: null,
    });
  });

  it("grants the strongest claim whose needs, and those before it, are met, and says why the next is refused", () => {
    const unsteady = { ...passing, temporalConsistency: scored(0.2, 0.65) };
    expect(verdictOf(unsteady, checks, true, String)).toMatchObject({
      claim: "C0",
      refused: { claim: "C1", reason: "temporal consistency: because" },
    });
    const uncontrolled = { ...passing, controllability: scored(0.2, 0.65) };
    expect(verdictOf(uncontrolled, checks, true, String)).toMatchObject({
      claim: "C1",
      refused: { claim: "C2" },
    });
    const misranked = { ...checks, policyTransfer: scored(0.5, 0.8) };
    expect(verdictOf(passing, misranked, true, String)).toMatchObject({
      claim: "C2",
      refused: { claim: "C3", reason: "policy transfer: because" },
    });
    const optimistic = { ...checks, optimism: scored(0.5, 0.9) };
    expect(verdictOf(passing, optimistic, true, String)).toMatchObject({ refused: { claim: "C3" } });
    const blurred = { ...checks, decisionBoundary: scored(0.5, 0.8) };
    expect(verdictOf(passing, blurred, true, String)).toMatchObject({
      claim: "C3",
      refused: { claim: "C4" },
    });
    expect(verdictOf(passing, checks, true, String)).toMatchObject({ claim: "C4", refused: null });
  });

  it("grants nothing to a world that never ran", () => {
    expect(verdictOf(passing, checks, false, String)).toMatchObject({
      claim: null,
      refused: { claim: "C0" },
    });
  });
});
