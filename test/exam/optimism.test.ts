import { describe, expect, it } from "vitest";
import { optimism } from "../../src/exam/axes/optimism.ts";
import type { ExamRun } from "../../src/exam/axis.ts";
import { openLoopOutcome } from "../../src/exam/open-loop-outcome.ts";
import { optimismProbes } from "../../src/exam/optimism-probes.ts";
import { rollOutPairs } from "../../src/exam/pairs.ts";
import type { Trace } from "../../src/core/trace.ts";
import { optimismSchema } from "../../src/report/optimism-schema.ts";
import type { Judge } from "../../src/scenario/judge.ts";
import { cart, fakeExam, fakeScenario, type Lane } from "./fake-exam.ts";

/** Success: the cart is near 0 at the end. */
const judge: Judge = {
  margin: ({ observation, steps }, upTo = steps) => 0.3 - Math.abs(observation["x"]![upTo]!),
  outcome(trace) {
    const margin = this.margin(trace);
    return trace.fault === undefined
      ? { kind: margin > 0 ? "success" : "failure", margin }
      : { kind: "fault", margin: null };
  },
  ended: ({ lanes, columns }) =>
    Uint8Array.from({ length: lanes }, (_, i) => (Math.abs(columns["x"]![i]!) > 5 ? 1 : 0)),
};

/** Drawn to 0 whatever is commanded: everything succeeds in it. */
const obliging: Lane =
  ({ x, v }) =>
  () => {
    x *= 0.9;
    v *= 0.9;
    return { x, v };
  };

async function run(candidate: Lane, { falsePassRate = 0.1 } = {}): Promise<ExamRun> {
  const base = fakeScenario();
  const scenario = { ...base, thresholds: { ...base.thresholds, falsePassRate } };
  const found = await fakeExam({ candidate, scenario });
  return { ...found, judge, pairs: await rollOutPairs(found.contract, found.rollouts, judge) };
}

describe("the check of optimism", () => {
  it("passes truth against itself, because truth fails under the probes and so does the candidate", async () => {
    const { axis, details } = await optimism.measure(await run(cart()));
    const { sources, exploitGap } = optimismSchema.parse(details);
    expect(sources.map(({ source }) => source)).toEqual([
      "closed loop",
      "zero actions",
      "shuffled actions",
      "reversed actions",
    ]);
    expect(sources.every(({ falsePasses }) => falsePasses === 0)).toBe(true);
    expect(Math.max(...sources.map(({ truthFails }) => truthFails))).toBeGreaterThan(30);
    expect(axis).toMatchObject({ status: "pass", score: 1, threshold: 0.9 });
    expect(exploitGap).toMatchObject({ gap: 0, heldOut: true, selectedOn: 24, judgedOn: 24 });
  });

  it("fails a candidate that succeeds whatever is commanded, and names the probe", async () => {
    const { axis, details } = await optimism.measure(await run(obliging));
    expect(axis.status).toBe("fail");
    expect(axis.reason).toMatch(/^under \w+ actions, the candidate passes (\d+) of the \1 rollouts/);
    expect(details.worst).toMatch(/actions$/);
  });

  it("repeats the same probes in both worlds, each a rearrangement of what was commanded in truth", async () => {
    const exam = await run(cart());
    const [zero, shuffled, reversed] = optimismProbes(exam, 8);
    for (let start = 0; start < 8; start++) {
      const recorded = exam.pairs[start]!.truth.requestedAction["force"]!.map((f) =>
        Math.min(2, Math.max(-2, f)),
      );
      expect([...zero!.actions[start]!.columns["force"]!].every((f) => f === 0)).toBe(true);
      expect([...shuffled!.actions[start]!.columns["force"]!].sort()).toEqual([...recorded].sort());
      expect(shuffled!.actions[start]!.columns["force"]).not.toEqual(recorded);
      expect([...reversed!.actions[start]!.columns["force"]!]).toEqual([...recorded].map((f) => -f));
    }
    expect(optimismProbes(exam, 8)).toEqual([zero, shuffled, reversed]);
  });

  it("does not count what an open loop shows after the rollout would have been ended", () => {
    const trace = {
      start: { index: 0, initial: {}, parameters: {}, seed: 0n },
      steps: 3,
      observation: { x: Float64Array.of(0, 6, 2, 0) },
    } as unknown as Trace;
    expect(judge.outcome(trace).kind).toBe("success");
    expect(openLoopOutcome(judge, trace)).toEqual({ kind: "failure", margin: 0.3 - 6 });
  });
});
