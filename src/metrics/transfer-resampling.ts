import { RandomStream } from "../core/random.ts";
import { bootstrapReplicates, clusterIndex, DEFAULT_RESAMPLES } from "./bootstrap.ts";
import type { OutcomePair } from "./confusion.ts";
import type { Interval } from "./estimate.ts";
import { pairedDifferenceInterval } from "./paired-difference.ts";
import type { PolicyCounts } from "./pairwise-decisions.ts";
import { differenceInterval } from "./rate.ts";
import { wilson } from "./wilson.ts";

/** Statistics of success rates, one per policy, truth first. */
export type RateStatistics<K extends string> = (
  truth: Float64Array,
  candidate: Float64Array,
) => Readonly<Record<K, number>>;

/** Success counts of the policies in both worlds, and what else the same experiment might have given. */
export interface TransferSample {
  readonly counts: readonly PolicyCounts[];
  /** Trials behind the counts; paired ones count once. */
  readonly n: number;
  /** Interval of each policy's error, candidate less truth. */
  errorIntervals(confidence: number): readonly Interval[];
  /** Replicates of the statistics; undefined where nothing can be resampled. */
  resample<K extends string>(
    statistics: RateStatistics<K>,
    names: readonly K[],
  ): Readonly<Record<K, Float64Array>> | undefined;
}

export interface ResampleOptions {
  readonly seed: bigint;
  readonly resamples?: number;
}

/**
 * Paired records, one per policy and start: whole starts are resampled. Only starts that both worlds judged are
 * trials.
 */
export function pairedSample(
  pairs: readonly OutcomePair[],
  { seed, resamples = DEFAULT_RESAMPLES }: ResampleOptions,
): TransferSample {
  const judged = pairs.filter(({ truth, candidate }) => truth !== "fault" && candidate !== "fault");
  const policies = [...new Set(judged.map(({ policy }) => policy))];
  const width = policies.length;
  const { of, count: starts } = clusterIndex(judged.map(({ start }) => start));
  const [trials, truth, candidate] = [0, 1, 2].map(() => new Uint8Array(starts * width)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  judged.forEach((pair, k) => {
    const at = of[k]! * width + policies.indexOf(pair.policy);
    trials[at] = 1;
    truth[at] = pair.truth === "success" ? 1 : 0;
    candidate[at] = pair.candidate === "success" ? 1 : 0;
  });
  const total = (column: Uint8Array, p: number): number =>
    column.reduce((sum, one, at) => (at % width === p ? sum + one : sum), 0);
  const counts = policies.map((policy, p): PolicyCounts => {
    const n = total(trials, p);
    return {
      policy,
      truth: { successes: total(truth, p), trials: n },
      candidate: { successes: total(candidate, p), trials: n },
    };
  });
  return {
    counts,
    n: judged.length,
    errorIntervals: (confidence) =>
      policies.map((policy) =>
        pairedDifferenceInterval(pairedCounts(judged.filter((pair) => pair.policy === policy)), confidence),
      ),
    resample: (statistics, names) => {
      if (starts < 2) return undefined;
      const [n, t, c] = [0, 1, 2].map(() => new Float64Array(width)) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      const ofStarts = (drawn: Uint32Array) => {
        for (const one of [n, t, c]) one.fill(0);
        for (let k = 0; k < drawn.length; k++) {
          const from = drawn[k]! * width;
          for (let p = 0; p < width; p++) {
            n[p]! += trials[from + p]!;
            t[p]! += truth[from + p]!;
            c[p]! += candidate[from + p]!;
          }
        }
        for (let p = 0; p < width; p++) {
          t[p]! /= n[p]!;
          c[p]! /= n[p]!;
        }
        return statistics(t, c);
      };
      const options = { clusters: starts, seed, name: "policy transfer", statistics: ofStarts };
      return bootstrapReplicates(options, names, resamples);
    },
  };
}

/** Successes and trials alone: every count is drawn anew from the binomial at its rate, independently. */
export function binomialSample(
  counts: readonly PolicyCounts[],
  { seed, resamples = DEFAULT_RESAMPLES }: ResampleOptions,
): TransferSample {
  return {
    counts,
    n: counts.reduce((sum, { truth, candidate }) => sum + truth.trials + candidate.trials, 0),
    errorIntervals: (confidence) =>
      counts.map(({ truth: t, candidate: c }) =>
        differenceInterval(
          c.successes / c.trials,
          wilson(c.successes, c.trials, confidence),
          t.successes / t.trials,
          wilson(t.successes, t.trials, confidence),
        ),
      ),
    resample: (statistics, names) => {
      const stream = new RandomStream(seed, "bootstrap", "policy transfer of counts");
      const tables = counts.flatMap(({ truth, candidate }) => [truth, candidate].map(binomialTable));
      const [t, c] = [new Float64Array(counts.length), new Float64Array(counts.length)];
      const replicates = Object.fromEntries(
        names.map((name) => [name, new Float64Array(resamples)]),
      ) as Record<(typeof names)[number], Float64Array>;
      for (let r = 0; r < resamples; r++) {
        for (let p = 0; p < counts.length; p++) {
          t[p] = drawRate(tables[2 * p]!, stream.uniform(r, 2 * p));
          c[p] = drawRate(tables[2 * p + 1]!, stream.uniform(r, 2 * p + 1));
        }
        const found = statistics(t, c);
        for (const name of names) replicates[name][r] = found[name];
      }
      return replicates;
    },
  };
}

function pairedCounts(pairs: readonly OutcomePair[]) {
  const count = (candidate: string, truth: string): number =>
    pairs.filter((pair) => pair.candidate === candidate && pair.truth === truth).length;
  return {
    both: count("success", "success"),
    firstOnly: count("success", "failure"),
    secondOnly: count("failure", "success"),
    neither: count("failure", "failure"),
  };
}

/** Distribution function of the binomial at 0 … trials. */
function binomialTable({ successes, trials }: { successes: number; trials: number }): Float64Array {
  const rate = successes / trials;
  const table = new Float64Array(trials + 1);
  if (rate === 0 || rate === 1) return table.fill(1, rate * trials);
  let logTerm = trials * Math.log1p(-rate);
  let sum = 0;
  for (let k = 0; k <= trials; k++) {
    sum += Math.exp(logTerm);
    table[k] = sum;
    logTerm += Math.log((trials - k) / (k + 1)) + Math.log(rate) - Math.log1p(-rate);
  }
  return table;
}

function drawRate(table: Float64Array, uniform: number): number {
  const trials = table.length - 1;
  let [low, high] = [0, trials];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (table[middle]! > uniform) high = middle;
    else low = middle + 1;
  }
  return low / trials;
}
