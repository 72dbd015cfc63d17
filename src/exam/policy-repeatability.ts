import { rate } from "../metrics/rate.ts";
import { taskValidity } from "../metrics/task-validity.ts";
import { quantile } from "../metrics/quantile.ts";
import type { PolicyRepeatability } from "../report/result.ts";
import type { ExamRun } from "./axis.ts";
import { measureOf } from "./measure.ts";
import type { Pair } from "./pairs.ts";

/**
 * What a policy that cannot be seeded decides when it drives truth from the same starts once more (an A/A comparison):
 * no candidate can be expected to agree with truth better than truth agrees with itself. One entry for each such policy.
 */
export async function policyRepeatability(run: ExamRun): Promise<ReadonlyMap<string, PolicyRepeatability>> {
  const { contract, rollouts, judge, pairs } = run;
  const { scenario, truth, panel, seed } = contract;
  const { confidence } = scenario.thresholds;
  const asked = contract.policies.filter(({ deterministic }) => deterministic === false);
  const again = await rollouts.run(
    asked.map((policy) => ({
      world: truth,
      drive: { kind: "policy", policy },
      starts: panel,
      horizonSteps: scenario.horizonSteps,
      repeat: 1,
    })),
  );
  return new Map(
    asked.map(({ name }, p): [string, PolicyRepeatability] => {
      const own = new Map(pairs.filter(({ policy }) => policy === name).map((pair) => [pair.start, pair]));
      const twice = again[p]!.map((trace) => ({
        start: trace.start.index,
        first: (own.get(trace.start.index) as Pair).truthOutcome,
        second: judge.outcome(trace),
      }));
      const judged = twice.filter(({ first, second }) => first.kind !== "fault" && second.kind !== "fault");
      const same = judged.filter(({ first, second }) => first.kind === second.kind).length;
      const validity = taskValidity(
        judged.map(({ start, first, second }) => ({
          policy: name,
          start,
          truth: first.kind,
          candidate: second.kind,
        })),
        { seed, confidence },
      );
      const margins = judged.flatMap(({ first, second }) =>
        first.margin === null || second.margin === null ? [] : [Math.abs(first.margin - second.margin)],
      );
      return [
        name,
        {
          sameOutcome: measureOf(
            rate(same, judged.length, "no start was judged in both runs of truth", confidence),
          ),
          youden: measureOf(validity.youden),
          medianMarginDifference: margins.length === 0 ? null : quantile(margins, 0.5),
        },
      ];
    }),
  );
}
