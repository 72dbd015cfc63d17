import type { Outcome } from "../core/trace.ts";
import { type Estimate, estimate, type Interval, undefinedEstimate } from "./estimate.ts";
import { type PairedCounts, pairedDifferenceInterval } from "./paired-difference.ts";

/** One rollout of truth, and how two candidates ended from the same start under the same policy. */
export interface PairedVerdict {
  readonly start: number;
  readonly truth: Outcome["kind"];
  readonly first: Outcome["kind"];
  readonly second: Outcome["kind"];
}

export interface PairedValidity {
  /** Youden's J of the first − that of the second, before either is cut off at 0. */
  readonly youden: Estimate;
  /** Share of the rollouts that end as in truth, first − second. */
  readonly agreement: Estimate;
}

/**
 * Which of two candidates ends as truth ends, on the same rollouts. A candidate's fault is a wrong answer; rollouts in
 * which truth faulted say nothing. Intervals: Newcombe's for paired rates (method 10) at the effective number of
 * rollouts, n ÷ design effect of the starts (each is tried by several policies); for J, those of the true-pass and
 * true-fail rates joined (MOVER; Zou & Donner 2008). They hold up where few rollouts differ, where a bootstrap does not.
 */
export function pairedValidity(verdicts: readonly PairedVerdict[], confidence = 0.95): PairedValidity {
  const judged = verdicts.filter(({ truth }) => truth !== "fault");
  const passes = judged.filter(({ truth }) => truth === "success");
  const fails = judged.filter(({ truth }) => truth === "failure");
  return {
    youden:
      passes.length === 0 || fails.length === 0
        ? undefinedEstimate("truth has one outcome only", judged.length)
        : summed([passes, fails], confidence),
    agreement:
      judged.length === 0 ? undefinedEstimate("truth gave no outcome at all") : summed([judged], confidence),
  };
}

/** The sum of the paired differences of these groups. */
function summed(groups: readonly (readonly PairedVerdict[])[], confidence: number): Estimate {
  const effect = designEffect(groups);
  let value = 0;
  let below = 0;
  let above = 0;
  for (const group of groups) {
    const counts = countsOf(group);
    const difference = (counts.firstOnly - counts.secondOnly) / group.length;
    const [lower, upper] = pairedDifferenceInterval(scaled(counts, 1 / effect), confidence);
    value += difference;
    below += (difference - lower) ** 2;
    above += (upper - difference) ** 2;
  }
  const interval: Interval = [value - Math.sqrt(below), value + Math.sqrt(above)];
  const n = groups.reduce((sum, group) => sum + group.length, 0);
  return estimate(value, n, interval, "newcombe-paired");
}

/**
 * Variance of the summed differences between starts, over what it would be if all rollouts were independent (Kish
 * 1965), held ≥ 1. Where nothing differs the data say nothing about it, and every start counts as one rollout.
 */
function designEffect(groups: readonly (readonly PairedVerdict[])[]): number {
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  const sums = new Map<number, number>();
  let independent = 0;
  for (const group of groups) {
    const mean = group.reduce((sum, verdict) => sum + gain(verdict), 0) / group.length;
    for (const verdict of group) {
      const share = (gain(verdict) - mean) / group.length;
      sums.set(verdict.start, (sums.get(verdict.start) ?? 0) + share);
      independent += share * share;
    }
  }
  const starts = sums.size;
  if (starts === total) return 1;
  if (independent === 0 || starts < 2) return total / starts;
  let between = 0;
  for (const sum of sums.values()) between += sum * sum;
  return Math.max(1, ((starts / (starts - 1)) * between) / independent);
}

/** 1: only the first is right, −1: only the second. */
function gain({ truth, first, second }: PairedVerdict): number {
  return Number(first === truth) - Number(second === truth);
}

function countsOf(group: readonly PairedVerdict[]): PairedCounts {
  const counts = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
  for (const { truth, first, second } of group) {
    if (first === truth) counts[second === truth ? "both" : "firstOnly"]++;
    else counts[second === truth ? "secondOnly" : "neither"]++;
  }
  return counts;
}

function scaled(counts: PairedCounts, by: number): PairedCounts {
  const { both, firstOnly, secondOnly, neither } = counts;
  return { both: both * by, firstOnly: firstOnly * by, secondOnly: secondOnly * by, neither: neither * by };
}
