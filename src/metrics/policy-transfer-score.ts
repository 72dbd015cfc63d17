import { type Estimate, estimate, type Interval, isDefined, undefinedEstimate } from "./estimate.ts";
import type { PolicyTransferWithDecisions } from "./policy-transfer.ts";

/** What a policy ranker must get right, each 0 … 1, 1 perfect. */
export interface TransferScore {
  /** 1 − MMRV: what a wrong order costs in success rate. */
  readonly rank: Estimate;
  /**
   * 1 − 2 × mean absolute error, cut at 0: a world that says 50 % of every policy is off by 0.5 at most, and scores 0
   * then.
   */
  readonly success: Estimate;
  /** Share of the pairs that truth decides whose direction the candidate reproduces. */
  readonly decisions: Estimate;
  /** The least of the three. */
  readonly score: Estimate;
}

/**
 * Two policies whose order is wrong by v are off by v / 2 each at the least, so 1 − MMRV and 1 − 2 × the mean
 * absolute error measure with one yardstick. The least counts: a world that ranks well but flatters every policy is
 * no judge of a policy, nor is one whose rates are close but turn round what truth decides. The interval is that of
 * the least lower and the least upper end.
 */
export function transferScore(found: PolicyTransferWithDecisions): TransferScore {
  const rank = mapped(found.mmrv, (violation) => 1 - violation);
  const success = mapped(found.meanAbsoluteError, (error) => Math.max(0, 1 - 2 * error));
  const decisions = found.pairwiseAgreement;
  const all = [rank, success, decisions];
  const missing = all.find((one) => !isDefined(one));
  if (missing !== undefined) return { rank, success, decisions, score: missing };
  const defined = all.filter(isDefined);
  const least = (of: readonly number[]): number => Math.min(...of);
  const intervals = defined.map(({ interval }) => interval).filter((one) => one !== undefined);
  const interval: Interval | undefined =
    intervals.length < defined.length
      ? undefined
      : [least(intervals.map(([lower]) => lower)), least(intervals.map(([, upper]) => upper))];
  const n = Math.max(...defined.map((one) => one.n));
  return {
    rank,
    success,
    decisions,
    score: estimate(least(defined.map(({ value }) => value)), n, interval, "bootstrap-conservative"),
  };
}

/** Through a falling function, which turns the interval round. */
function mapped(one: Estimate, falling: (value: number) => number): Estimate {
  if (!isDefined(one)) return undefinedEstimate(one.undefined, one.n);
  const { value, n, interval, method } = one;
  return interval === undefined || method === undefined
    ? { value: falling(value), n }
    : { value: falling(value), n, interval: [falling(interval[1]), falling(interval[0])], method };
}
