import { describe, expect, it } from "vitest";
import { axisResult, unscored } from "../../src/exam/measure.ts";
import type { Axes } from "../../src/exam/verdict.ts";
import { verdictSentence } from "../../src/exam/verdict-sentence.ts";

const refs = {
  truth: {
    name: "mujoco",
    config: { kind: "linear", model: "" },
    stochastic: false,
    respondsToActions: true,
  },
  candidate: {
    name: "dream",
    config: { kind: "linear", model: "" },
    stochastic: false,
    respondsToActions: true,
  },
} as const;
const scored = (value: number, reason: string, interval?: [number, number]) =>
  axisResult({ value, n: 9, ...(interval === undefined ? {} : { interval }) }, 0.8, reason);
const good: Axes = {
  controllability: scored(0.9, "its actions do what they should"),
  temporalConsistency: scored(0.95, "no step breaks"),
  objectPersistence: unscored("not-applicable", "no objects"),
  resetReproducibility: scored(1, "every start repeats"),
  taskValidity: scored(0.9, "passes 1 of the 9 rollouts that fail in truth"),
};
const say = (status: "pass" | "fail" | "insufficient", axes: Partial<Axes>): string =>
  verdictSentence(status, refs, { ...good, ...axes });

describe("the sentence of the verdict", () => {
  it("says what passing is good for", () => {
    expect(say("pass", {})).toBe(
      "Compared with mujoco, dream passes 1 of the 9 rollouts that fail in truth: policy verdicts reached in it agree with truth.",
    );
  });

  it("puts wrong verdicts on policies first, and names the other axes that fail", () => {
    const wrong = scored(0.2, "passes 8 of the 9 rollouts that fail in truth");
    expect(say("fail", { taskValidity: wrong })).toBe(
      "Compared with mujoco, dream passes 8 of the 9 rollouts that fail in truth: its verdicts on a policy cannot be trusted.",
    );
    expect(say("fail", { taskValidity: wrong, controllability: scored(0.1, "weak") })).toMatch(
      /cannot be trusted\. It also fails controllability\.$/,
    );
  });

  it("names the axis that fails and why, where outcomes agree", () => {
    const weak = scored(0.4, "the effect of an action is 0.40 × truth's in size");
    expect(say("fail", { controllability: weak })).toBe(
      "Compared with mujoco, dream passes 1 of the 9 rollouts that fail in truth; but it fails controllability: the effect of an action is 0.40 × truth's in size.",
    );
    expect(say("fail", { controllability: weak, temporalConsistency: scored(0.1, "it jumps") })).toMatch(
      /but it fails temporal consistency: it jumps\. It also fails controllability\.$/,
    );
  });

  it("names it too where outcomes could not be compared", () => {
    const one = unscored("undefined", "every rollout fails in truth: widen the panel");
    expect(say("fail", { taskValidity: one, controllability: scored(0.1, "it is weak") })).toBe(
      "Compared with mujoco, dream fails controllability: it is weak. Task validity could not be scored: every rollout fails in truth: widen the panel.",
    );
    expect(say("pass", { taskValidity: one })).toBe(
      "Task validity could not be scored: every rollout fails in truth: widen the panel.",
    );
  });

  it("says on what the evidence does not decide", () => {
    const open = scored(0.9, "every start repeats", [0.7, 1]);
    expect(say("insufficient", { resetReproducibility: open, controllability: open })).toMatch(
      /: the evidence does not decide on controllability and reset reproducibility\.$/,
    );
  });
});
