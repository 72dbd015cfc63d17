import { type DefinedEstimate, type Estimate, estimate, isDefined } from "../../metrics/estimate.ts";
import type { Semigroup } from "../../metrics/semigroup.ts";
import {
  changeEnvelope,
  type JudgedTrace,
  temporalConsistency as judge,
  type TemporalConsistency as Judged,
} from "../../metrics/temporal-consistency.ts";
import type { TemporalConsistency } from "../../report/result.ts";
import type { Axis, ExamRun, Finding } from "../axis.ts";
import { brokenSteps, declaredInvariants, type JudgedInvariant } from "../declared-invariants.ts";
import { frozenStretches } from "../frozen-stretches.ts";
import { axisResult, measureOf } from "../measure.ts";
import { semigroupCheck } from "../semigroup-check.ts";

/**
 * Does the candidate hang together over time? The share of its steps that neither jump, freeze, break nor leave what is
 * declared, and whether it goes on the same when taken up again in the middle; the smaller of the two is the score.
 */
export const temporalConsistency: Axis<TemporalConsistency> = {
  name: "temporalConsistency",
  async measure(run: ExamRun): Promise<Finding<TemporalConsistency>> {
    const { contract, pairs } = run;
    const { scenario } = contract;
    const { temporalConsistency: threshold, confidence } = scenario.thresholds;
    const channels = scenario.observation;
    const frozen = await frozenStretches(run);
    const envelope = changeEnvelope(
      channels,
      pairs.map(({ truth }) => truth),
    );
    const declared = declaredInvariants(run);
    // What truth itself does not keep is no invariant.
    const kept = declared.filter(({ inTruth }) => inTruth === 0);
    const judged = judge(
      pairs.map(({ start, candidate, truth }, i): JudgedTrace => ({
        start,
        trace: candidate,
        expectedSteps: truth.steps,
        frozen: frozen?.[i] ?? [],
        invariants: kept.map((one) => one.candidate[i]!.steps),
      })),
      channels,
      envelope,
      confidence,
    );
    const resumed = await semigroupCheck(run);
    return {
      axis: axisResult(
        smaller(judged.unbroken, resumed.candidate.same),
        threshold,
        explain(judged, resumed.candidate, declared),
      ),
      details: {
        steps: measureOf(judged.unbroken),
        broken: {
          ...judged.broken,
          frozen: frozen === undefined ? null : judged.broken.frozen,
          invariants: kept.length === 0 ? null : judged.broken.invariants,
        },
        invariants: declared.map(invariantDetails),
        components: judged.components.map((one) => ({
          ...one,
          largestChange: finite(one.largestChange),
        })),
        worstJump: worstJump(judged, run),
        semigroup: {
          lengthSec: resumed.lengthSteps * scenario.controlPeriodSec,
          candidate: measureOf(resumed.candidate.same),
          truth: measureOf(resumed.truth.same),
          worst: resumed.candidate.worst ?? null,
        },
      },
    };
  },
};

/** The smaller of two shares; its interval goes from the smaller lower to the smaller upper end. */
function smaller(a: Estimate, b: Estimate): Estimate {
  if (!isDefined(a) || !isDefined(b)) return a;
  const least = a.value <= b.value ? a : b;
  const end = (side: 0 | 1): number => Math.min(...[a, b].map((one) => endOf(one, side)));
  return estimate(least.value, least.n, [end(0), end(1)], "wilson-clustered");
}

function endOf({ interval, value }: DefinedEstimate, side: 0 | 1): number {
  return interval?.[side] ?? value;
}

function worstJump({ worstJump: jump }: Judged, { pairs }: ExamRun): TemporalConsistency["worstJump"] {
  if (jump === undefined) return null;
  const { trace, change, ...rest } = jump;
  const { policy, start } = pairs[trace]!;
  return { ...rest, policy, start, change: finite(change) };
}

function invariantDetails({
  invariant,
  inTruth,
  candidate,
}: JudgedInvariant): TemporalConsistency["invariants"][number] {
  const { name, expression, unit, tolerance } = invariant;
  return {
    name,
    rule: invariant.rule === "conserved" ? "conserved" : invariant.direction,
    expression,
    unit,
    tolerance,
    brokenInTruth: inTruth,
    brokenSteps: candidate.reduce((sum, breaks) => sum + brokenSteps(breaks), 0),
    largestDeparture: finite(candidate.reduce((most, { largest }) => Math.max(most, largest), 0)),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function explain(
  { unbroken, broken }: Judged,
  { same }: Semigroup,
  declared: readonly JudgedInvariant[],
): string {
  if (!isDefined(unbroken)) return unbroken.undefined;
  const causes = [
    [broken.jumps, broken.jumps === 1 ? "jump" : "jumps"],
    [broken.frozen, "frozen"],
    [broken.outOfLimits, "outside limits"],
    [broken.invariants, "against a declared quantity"],
    [broken.lost, "lost to faults"],
  ] as const;
  const bad = unbroken.n - Math.round(unbroken.value * unbroken.n);
  const named = causes.filter(([count]) => count > 0).map(([count, what]) => `${whole(count)} ${what}`);
  const steps =
    bad === 0
      ? `none of its ${whole(unbroken.n)} steps jumps, freezes or breaks`
      : `${whole(bad)} of its ${whole(unbroken.n)} steps break an invariant (${named.join(", ")})`;
  const wrong = declared.filter(({ inTruth }) => inTruth > 0).map(({ invariant }) => invariant.name);
  const left = wrong.length === 0 ? "" : `; truth itself breaks ${wrong.join(", ")}: not counted`;
  if (!isDefined(same)) return steps + left;
  const hits = Math.round(same.value * same.n);
  return `${steps}${left}, and ${hits} of ${same.n} rollouts go on the same when taken up again half-way (the smaller share is the score)`;
}

function whole(count: number): string {
  return count.toLocaleString("en");
}
