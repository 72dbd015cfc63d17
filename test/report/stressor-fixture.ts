import type { AxisResult, Stressors } from "../../src/report/result.ts";

const STARTS = 64;

function scored(score: number, threshold: number, reason: string): AxisResult {
  const interval: [number, number] = [Math.max(0, score - 0.04), Math.min(1, score + 0.03)];
  const status = interval[0] >= threshold ? "pass" : interval[1] < threshold ? "fail" : "insufficient";
  return { score, interval, n: STARTS, threshold, status, reason };
}

function untouched(reason: string): AxisResult {
  return { score: null, interval: null, n: 0, threshold: null, status: "not-applicable", reason };
}

/** An exam that holds without a stressor, and of which controllability and task validity break under one of two. */
export function stressorsFixture(): Stressors {
  const unstressed = {
    controllability: scored(0.86, 0.7, "the effect of an action is 0.96 × truth's in size"),
    temporalConsistency: scored(0.99, 0.9, "none of its steps breaks"),
    objectPersistence: untouched("the scenario declares no objects"),
    resetReproducibility: scored(1, 0.9, "every one of 64 starts repeats bit for bit"),
    taskValidity: scored(0.9, 0.8, "the candidate passes 3 of 120 rollouts that fail in truth"),
  };
  const none = { controllability: null, temporalConsistency: 0, objectPersistence: null };
  return {
    starts: STARTS,
    unstressed,
    stressors: [
      {
        name: "late_actions",
        kind: "action-delay",
        description: "commands take effect 2 control steps (0.04 s) late",
        axes: {
          ...unstressed,
          controllability: scored(0.61, 0.7, "comes 2 steps late"),
          resetReproducibility: untouched("recorded commands are repeated"),
          taskValidity: scored(0.42, 0.8, "the candidate passes 70 of 160 rollouts that fail in truth"),
        },
        difference: { ...none, controllability: -0.25, resetReproducibility: null, taskValidity: -0.48 },
        weakestAxis: "taskValidity",
        policies: [
          {
            policy: "lqr",
            truth: { successes: 31, trials: STARTS, rate: 31 / STARTS },
            candidate: { successes: 52, trials: 62, rate: 52 / 62 },
          },
        ],
        falsePassRate: { value: 0.4375, interval: [0.36, 0.52], n: 160 },
        falseFailRate: { value: 0.02, interval: [0.01, 0.04], n: 160 },
      },
      {
        name: "lost_packets",
        kind: "observation-dropout",
        description: "the policy loses 20 % of the observations and goes on with the last one it got",
        axes: {
          ...unstressed,
          controllability: untouched("its scripts are commanded without a policy"),
          resetReproducibility: untouched("recorded commands are repeated"),
          taskValidity: scored(0.81, 0.8, "the candidate passes 9 of 120 rollouts that fail in truth"),
        },
        difference: { ...none, resetReproducibility: null, taskValidity: -0.09 },
        weakestAxis: "taskValidity",
        policies: [
          {
            policy: "lqr",
            truth: { successes: 0, trials: 0, rate: null },
            candidate: { successes: 40, trials: STARTS, rate: 40 / STARTS },
          },
        ],
        falsePassRate: { undefined: "truth failed in no judged pair" },
        falseFailRate: { value: 0.1, interval: [0.07, 0.15], n: 120 },
      },
    ],
    broken: [
      { stressor: "late_actions", axis: "taskValidity" },
      { stressor: "late_actions", axis: "controllability" },
    ],
  };
}
