import { describe, expect, it } from "vitest";
import type { Trace } from "../../src/core/trace.ts";
import type { ExamRun } from "../../src/exam/axis.ts";
import { policyRepeatability } from "../../src/exam/policy-repeatability.ts";
import type { RolloutRequest } from "../../src/exam/rollouts.ts";

type Kind = "success" | "failure" | "fault";

/** Truth with the outcomes given, start by start: once in the pairs of the exam, and once when asked again. */
function runOf(first: readonly Kind[], second: readonly Kind[]): { run: ExamRun; asked: RolloutRequest[] } {
  const asked: RolloutRequest[] = [];
  const trace = (kind: Kind, index: number, margin: number): Trace =>
    ({ start: { index }, kind, margin }) as unknown as Trace;
  const outcome = (one: Trace) => one as unknown as { kind: Kind; margin: number };
  const run = {
    contract: {
      scenario: { thresholds: { confidence: 0.95 }, horizonSteps: 5 },
      truth: { name: "truth" },
      policies: [{ name: "lqr" }, { name: "sampler", deterministic: false }],
      panel: first.map((_, index) => ({ index })),
      seed: 1n,
    },
    judge: { outcome },
    rollouts: {
      run(requests: readonly RolloutRequest[]) {
        asked.push(...requests);
        return Promise.resolve(requests.map(() => second.map((kind, index) => trace(kind, index, 3))));
      },
    },
    pairs: ["lqr", "sampler"].flatMap((policy) =>
      first.map((kind, start) => ({ policy, start, truthOutcome: outcome(trace(kind, start, 1)) })),
    ),
  } as unknown as ExamRun;
  return { run, asked };
}

const times = (n: number, kind: Kind): Kind[] => new Array<Kind>(n).fill(kind);

describe("policies that cannot be seeded", () => {
  it("drive truth once more, and only they", async () => {
    const { run, asked } = runOf([...times(5, "success"), ...times(5, "failure")], times(10, "success"));
    const found = await policyRepeatability(run);
    expect([...found.keys()]).toEqual(["sampler"]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ repeat: 1, world: { name: "truth" }, horizonSteps: 5 });
  });

  it("are said to agree with themselves by count: 8 of 10 alike, J = 4/5 + 4/5 − 1", async () => {
    const first = [...times(5, "success"), ...times(5, "failure")];
    const second = [...times(4, "success"), "failure", "success", ...times(4, "failure")] as Kind[];
    const found = (await policyRepeatability(runOf(first, second).run)).get("sampler")!;
    // Wilson, 8 of 10 at 95 % (Newcombe 1998, method 3).
    expect(found.sameOutcome).toMatchObject({ value: 0.8, n: 10 });
    expect((found.sameOutcome as { interval: number[] }).interval[0]).toBeCloseTo(0.4902, 4);
    expect(found.youden).toMatchObject({ n: 10 });
    expect((found.youden as { value: number }).value).toBeCloseTo(0.6, 12);
    expect(found.medianMarginDifference).toBe(2);
  });

  it("have no score where a fault took every outcome, with the reason", async () => {
    const found = (await policyRepeatability(runOf(times(4, "success"), times(4, "fault")).run)).get(
      "sampler",
    );
    expect(found?.sameOutcome).toEqual({ undefined: "no start was judged in both runs of truth" });
    expect(found?.medianMarginDifference).toBeNull();
  });
});
