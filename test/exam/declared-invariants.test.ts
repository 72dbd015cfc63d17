import { describe, expect, it } from "vitest";
import { temporalConsistency } from "../../src/exam/axes/temporal-consistency.ts";
import type { Invariant } from "../../src/scenario/scenario.ts";
import { cart, fakeExam, fakeScenario, type Lane } from "./fake-exam.ts";

const STEPS = 48 * 80;

/** A body on a frictionless rail that nothing pushes: its energy of motion is what it was. */
const gliding: Lane = ({ x, v }) => {
  return () => ({ x: (x += v * 0.1), v });
};
/** The same with a loss that truth does not have. */
const leaking: Lane = ({ x, v }) => {
  return () => ({ x: (x += v * 0.1), v: (v *= 0.98) });
};

const energy: Invariant = {
  name: "energy",
  rule: "conserved",
  expression: "0.5 * mass * v^2",
  unit: "J",
  tolerance: 0.01,
};

const measure = async (candidate: Lane, truth: Lane, ...invariants: Invariant[]) => {
  const scenario = {
    ...fakeScenario(),
    invariants,
    parameters: [{ name: "mass", unit: "kg", nominal: 1, mujoco: [] }],
  };
  const run = await fakeExam({ candidate, truth, scenario });
  const withMass = run.pairs.map((pair) => {
    const heavy = <T extends typeof pair.truth>(trace: T): T => ({
      ...trace,
      start: { ...trace.start, parameters: { mass: 2 } },
    });
    return { ...pair, truth: heavy(pair.truth), candidate: heavy(pair.candidate) };
  });
  return temporalConsistency.measure({ ...run, pairs: withMass });
};

describe("declared quantities", () => {
  it("that truth and candidate keep break nothing", async () => {
    const { axis, details } = await measure(gliding, gliding, energy);
    expect(details.broken.invariants).toBe(0);
    expect(details.invariants).toMatchObject([{ name: "energy", brokenInTruth: 0, brokenSteps: 0 }]);
    expect(axis.score).toBe(1);
  });

  it("that the candidate loses are counted from the step at which the loss exceeds the tolerance", async () => {
    const { axis, details } = await measure(leaking, gliding, energy);
    // The mass is 2 kg: 0.5 × 2 kg × v² × (1 − 0.98^2k) > 0.01 J, counted over the 48 starts.
    let expected = 0;
    for (let index = 0; index < 48; index++) {
      const v = (index % 5) / 5 - 0.5;
      for (let k = 1; k <= 80; k++) if (v * v * (1 - 0.98 ** (2 * k)) > 0.01) expected++;
    }
    expect(details.broken.invariants).toBe(expected);
    expect(expected).toBeGreaterThan(2000);
    expect(details.invariants[0]!.largestDeparture).toBeCloseTo(0.25 * (1 - 0.98 ** 160), 9);
    // Truth's speed never changes, so most of these steps are jumps besides.
    expect(axis.score).toBeLessThanOrEqual(1 - expected / STEPS);
    expect(axis.status).toBe("fail");
    expect(axis.reason).toMatch(/against a declared quantity/);
  });

  it("that truth itself does not keep are named, and not held against the candidate", async () => {
    const wrong: Invariant = { ...energy, name: "wrong", rule: "monotone", direction: "increasing" };
    const { axis, details } = await measure(cart(), cart(), wrong);
    expect(details.broken.invariants).toBeNull();
    expect(details.invariants[0]!.brokenInTruth).toBeGreaterThan(0);
    expect(axis).toMatchObject({ score: 1, status: "pass" });
    expect(axis.reason).toContain("truth itself breaks wrong: not counted");
  });
});
