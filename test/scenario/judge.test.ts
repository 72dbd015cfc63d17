import { describe, expect, it } from "vitest";
import type { Trace } from "../../src/core/trace.ts";
import { createJudge } from "../../src/scenario/judge.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";

/** One channel x (tolerance 0.5 m) at 1 Hz over 10 s, and a derived channel double = gain · x (tolerance 2 m). */
function scenario(formula: string, ends?: string): Scenario {
  const axis = { name: "x", unit: "m", kind: "linear", shape: [], size: 1, tolerance: 0.5 } as const;
  return {
    ...{ name: "line", title: "line", file: "line.yaml", sha256: "", controlPeriodSec: 1, horizonSteps: 10 },
    observation: [axis, { ...axis, name: "v", shape: [2], size: 2, labels: ["left", "right"] }],
    action: [],
    derived: [{ name: "double", unit: "m", tolerance: 2, expression: "gain * x" }],
    parameters: [{ name: "gain", unit: "1", nominal: 2, mujoco: [] }],
    dimensions: [],
    panel: { method: "sobol", count: 1, seed: 1 },
    map: undefined,
    success: ends === undefined ? { formula } : { formula, ends },
    objects: [],
    scripts: {},
    invariants: [],
    stressors: {},
    thresholds: {} as Scenario["thresholds"],
    truth: "truth",
    worlds: {},
    policies: {},
  };
}

function trace(x: readonly number[], gain = 2): Trace {
  return {
    start: { index: 0, initial: {}, parameters: { gain }, seed: 1n },
    steps: x.length - 1,
    controlPeriodSec: 1,
    end: "horizon",
    observation: { x: Float64Array.from(x), v: Float64Array.from(x.flatMap((value) => [value, -value])) },
    requestedAction: {},
    appliedAction: {},
  };
}

describe("a judge", () => {
  it("calls a margin above zero success, in tolerances of the channel", () => {
    const judge = createJudge(scenario("always[8,10] x < 3 m"));
    const rising = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2.5];
    expect(judge.outcome(trace(rising))).toEqual({ kind: "success", margin: 1 });
    expect(judge.outcome(trace([...rising.slice(0, 10), 4]))).toEqual({ kind: "failure", margin: -2 });
    expect(judge.outcome(trace([...rising.slice(0, 10), 3]))).toEqual({ kind: "failure", margin: 0 });
  });

  it("gives a trace with a fault no margin", () => {
    const faulted: Trace = {
      ...trace([0, 0]),
      end: "fault",
      fault: { step: 1, kind: "not-finite", reason: "NaN" },
    };
    expect(createJudge(scenario("always x < 3 m")).outcome(faulted)).toEqual({ kind: "fault", margin: null });
  });

  it("holds the last observation of a trace that ended early", () => {
    const judge = createJudge(scenario("always[8,10] x < 3 m"));
    expect(judge.outcome(trace([0, 5, 1])).margin).toBe(4);
    expect(judge.outcome(trace([0, 0, 5])).margin).toBe(-4);
  });

  it("holds it to the horizon for operators that look back, too", () => {
    const judge = createJudge(scenario("eventually[10,10] historically[0,3] x < 3 m"));
    expect(judge.margin(trace([9, 9, 9, 1]))).toBe(4);
  });

  it("judges a prefix as if the rollout had stopped there", () => {
    const judge = createJudge(scenario("eventually x > 3 m"));
    const rising = trace([0, 1, 2, 3, 4, 5]);
    expect([0, 1, 3, 5, 99].map((steps) => judge.margin(rising, steps))).toEqual([-6, -4, 0, 4, 4]);
  });

  it("knows derived channels, parameters and components by name", () => {
    expect(createJudge(scenario("always double < 10 m")).margin(trace([0, 1, 2], 3))).toBe(2);
    expect(createJudge(scenario("always x < gain * 1 m")).margin(trace([0, 1], 4))).toBe(6);
    expect(createJudge(scenario("always v[right] < 0.5 m")).margin(trace([1, 2]))).toBe(3);
  });

  it("has no margin where the formula has no value", () => {
    const judge = createJudge({
      ...scenario("always double < 10 m"),
      derived: [{ name: "double", unit: "m", tolerance: 1, expression: "sqrt(x) * 1 m^0.5" }],
    });
    expect(judge.margin(trace([4, -1]))).toBeNaN();
    expect(judge.outcome(trace([4, -1]))).toEqual({ kind: "fault", margin: null });
  });

  it("says which lanes have met the end condition", () => {
    const judge = createJudge(scenario("always x < 3 m", "abs(x) > 2.4 m or double > 5 m"));
    const observation = {
      lanes: 4,
      step: 3,
      columns: { x: Float64Array.of(0, -3, 2, 2), v: new Float64Array(8) },
    };
    expect([...judge.ended(observation, { gain: Float64Array.of(1, 1, 2, 3) })]).toEqual([0, 1, 0, 1]);
    const never = createJudge(scenario("always x < 3 m"));
    expect([...never.ended(observation, {})]).toEqual([0, 0, 0, 0]);
  });

  it("does not trip over lanes whose values mean nothing", () => {
    const judge = createJudge(scenario("always x < 3 m", "x > 2 m"));
    expect([...judge.ended({ lanes: 2, step: 1, columns: { x: Float64Array.of(NaN, 3) } }, {})]).toEqual([
      0, 1,
    ]);
  });
});
