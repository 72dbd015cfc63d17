import { barnard } from "./barnard.ts";
import { barnardCritical, waldZ } from "./barnard-critical.ts";

/** Successes and trials of one policy in one world. */
export interface SuccessTrials {
  readonly successes: number;
  readonly trials: number;
}

export interface PolicyCounts {
  readonly policy: string;
  readonly truth: SuccessTrials;
  readonly candidate: SuccessTrials;
}

/** Which of two policies one world says is better. */
export interface Comparison {
  /** Success rate of the first less that of the second. */
  readonly difference: number;
  /** Barnard's exact test, two-sided, pooled. */
  readonly p: number;
  /** The better policy, where p ≤ α. */
  readonly better: string | null;
}

export interface PairDecision {
  readonly first: string;
  readonly second: string;
  readonly truth: Comparison;
  readonly candidate: Comparison;
  /** Whether the candidate's difference has the sign of what truth decides; null where truth decides nothing. */
  readonly reproduced: boolean | null;
}

/** Every pair of policies compared in both worlds at level α. */
export function pairwiseDecisions(policies: readonly PolicyCounts[], alpha: number): PairDecision[] {
  return policies.flatMap((one, i) =>
    policies.slice(i + 1).map((other): PairDecision => {
      const truth = compare(one, other, "truth", alpha);
      const candidate = compare(one, other, "candidate", alpha);
      const reproduced =
        truth.better === null ? null : Math.sign(candidate.difference) === Math.sign(truth.difference);
      return { first: one.policy, second: other.policy, truth, candidate, reproduced };
    }),
  );
}

/** Share of the pairs that truth decides whose direction the candidate reproduces; NaN where truth decides none. */
export function pairwiseAgreement(decisions: readonly PairDecision[]): number {
  const decided = decisions.filter(({ reproduced }) => reproduced !== null);
  return decided.filter(({ reproduced }) => reproduced).length / decided.length;
}

/**
 * {@link pairwiseAgreement} of rates that vary while the numbers of trials stay, as resamples need it: the critical
 * values are found once.
 */
export function pairwiseAgreementOf(
  trials: readonly number[],
  alpha: number,
): (truth: ArrayLike<number>, candidate: ArrayLike<number>) => number {
  const critical = trials.map((n, i) => trials.slice(0, i).map((m) => barnardCritical(n, m, alpha)));
  return (truth, candidate) => {
    let [decided, reproduced] = [0, 0];
    for (let i = 0; i < trials.length; i++) {
      for (let j = 0; j < i; j++) {
        const z = waldZ(truth[i]!, trials[i]!, truth[j]!, trials[j]!);
        if (!(Math.abs(z) >= critical[i]![j]!)) continue;
        decided++;
        if (Math.sign(candidate[i]! - candidate[j]!) === Math.sign(z)) reproduced++;
      }
    }
    return reproduced / decided;
  };
}

function compare(
  one: PolicyCounts,
  other: PolicyCounts,
  world: "truth" | "candidate",
  alpha: number,
): Comparison {
  const [a, b] = [one[world], other[world]];
  const difference = a.successes / a.trials - b.successes / b.trials;
  const p = barnard({ a, b });
  return { difference, p, better: p <= alpha ? (difference > 0 ? one.policy : other.policy) : null };
}
