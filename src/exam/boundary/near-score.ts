import type { OutcomePair } from "../../metrics/confusion.ts";
import { type Estimate, isDefined } from "../../metrics/estimate.ts";
import { nearBand } from "../../metrics/boundary/near-band.ts";
import { type ClusterCount, clusteredRate } from "../../metrics/rate.ts";
import type { ExamRun } from "../axis.ts";
import type { Pair } from "../pairs.ts";
import { type BoundaryPolicy, boundaryPolicies, type OneSidedPolicy } from "./boundary-policies.ts";

/** What lies near truth's boundary, and how much of it ends in the candidate as in truth. */
export interface NearScore {
  /** Share of rollouts that agree, clustered by start; a fault of the candidate does not agree. */
  readonly score: Estimate;
  readonly near: readonly Pair[];
  readonly widened: boolean;
  readonly policies: readonly { readonly policy: string; readonly score: Estimate }[];
  readonly scored: readonly BoundaryPolicy[];
  readonly oneSided: readonly OneSidedPolicy[];
}

/** The score of the decision boundary, from the pairs of the panel alone: no further rollouts. */
export function nearScore(run: ExamRun): NearScore {
  const { bandMargin, confidence } = run.contract.scenario.thresholds;
  const { scored, oneSided } = boundaryPolicies(run);
  const all = scored.flatMap(({ pairs }) =>
    pairs.map((pair) => ({
      pair,
      margin: pair.truthOutcome.margin!,
      start: pair.start,
      policy: pair.policy,
    })),
  );
  const { near, widened } = all.length === 0 ? { near: [], widened: false } : nearBand(all, bandMargin);
  const pairs = near.map(({ pair }) => pair);
  const agreement = (of: readonly Pair[], whenEmpty: string): Estimate =>
    clusteredRate(byStart(of), whenEmpty, confidence);
  return {
    score: agreement(pairs, noBoundary(oneSided)),
    near: pairs,
    widened,
    policies: scored.map(({ policy }) => ({
      policy: policy.name,
      score: agreement(
        pairs.filter((pair) => pair.policy === policy.name),
        "none of its rollouts lies near the boundary",
      ),
    })),
    scored,
    oneSided,
  };
}

/** The policy that agrees least; undefined where all agree everywhere. */
export function worstPolicy({ policies }: NearScore): { policy: string; value: number } | undefined {
  const scores = policies.flatMap(({ policy, score }) =>
    isDefined(score) ? [{ policy, value: score.value }] : [],
  );
  const worst = scores.reduce<(typeof scores)[number] | undefined>(
    (least, one) => (least === undefined || one.value < least.value ? one : least),
    undefined,
  );
  return worst === undefined || worst.value === 1 ? undefined : worst;
}

/** The part of a pair that outcome statistics look at. */
export function outcomePair({ policy, start, truthOutcome, candidateOutcome }: Pair): OutcomePair {
  return { policy, start, truth: truthOutcome.kind, candidate: candidateOutcome.kind };
}

function byStart(pairs: readonly Pair[]): Iterable<ClusterCount> {
  const clusters = new Map<number, { hits: number; trials: number }>();
  for (const { start, truthOutcome, candidateOutcome } of pairs) {
    const cluster = clusters.get(start) ?? { hits: 0, trials: 0 };
    cluster.trials++;
    if (truthOutcome.kind === candidateOutcome.kind) cluster.hits++;
    clusters.set(start, cluster);
  }
  return clusters.values();
}

function noBoundary(oneSided: readonly OneSidedPolicy[]): string {
  const said = oneSided.map(({ policy, outcome }) =>
    outcome === null ? `${policy} gives no outcome` : `${policy} ends in ${outcome} from every start`,
  );
  return `truth has no boundary in the box (${said.join(", ")}): widen the box of starts, or add policies`;
}
