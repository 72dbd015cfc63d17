import { bootstrapInterval, clusterIndex } from "../bootstrap.ts";
import { midRanks, spearman } from "../correlation.ts";
import { type Estimate, estimate, undefinedEstimate } from "../estimate.ts";
import { clusteredRate } from "../rate.ts";
import type { RegionOptions } from "./region-measures.ts";

/** The margin of one rollout in truth and in the candidate. */
export interface MarginPair {
  readonly truth: number;
  readonly candidate: number;
  /** The start: rollouts from one start are resampled together. */
  readonly cluster: string | number;
}

/** Whether the candidate's margins mean what truth's mean. */
export interface MarginPreservation {
  /** Share of margins with the same sign. */
  readonly signAgreement: Estimate;
  /** Spearman's ρ of the two. */
  readonly spearman: Estimate;
}

/**
 * Sign agreement (clustered Wilson interval) and Spearman's ρ. The interval of ρ is the bootstrap over starts of the
 * correlation of ranks, with the ranks of the whole sample kept.
 */
export function marginPreservation(pairs: readonly MarginPair[], options: RegionOptions): MarginPreservation {
  const { of, count } = clusterIndex(pairs.map(({ cluster }) => cluster));
  const agreeing = Array.from({ length: count }, () => ({ hits: 0, trials: 0 }));
  pairs.forEach(({ truth, candidate }, i) => {
    const cluster = agreeing[of[i]!]!;
    cluster.trials++;
    if (truth > 0 === candidate > 0) cluster.hits++;
  });
  return {
    signAgreement: clusteredRate(agreeing, "no rollout has a margin in both worlds", options.confidence),
    spearman: rankCorrelation(pairs, of, count, options),
  };
}

function rankCorrelation(
  pairs: readonly MarginPair[],
  of: Uint32Array,
  clusters: number,
  options: RegionOptions,
): Estimate {
  const truth = pairs.map((pair) => pair.truth);
  const candidate = pairs.map((pair) => pair.candidate);
  const value = spearman(truth, candidate);
  if (Number.isNaN(value)) {
    return undefinedEstimate(
      pairs.length < 2 ? "fewer than two margins" : "all margins of one world are the same",
      pairs.length,
    );
  }
  // n, Σx, Σy, Σx², Σy², Σxy of the ranks of each cluster: a resample is a sum of them.
  const sums = new Float64Array(clusters * 6);
  const [x, y] = [midRanks(truth), midRanks(candidate)];
  pairs.forEach((_, i) => {
    const terms = [1, x[i]!, y[i]!, x[i]! * x[i]!, y[i]! * y[i]!, x[i]! * y[i]!];
    terms.forEach((term, k) => (sums[of[i]! * 6 + k]! += term));
  });
  const interval = bootstrapInterval({
    ...options,
    clusters,
    statistic: (drawn) => {
      let [n, sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
      for (const cluster of drawn) {
        const at = cluster * 6;
        n += sums[at]!;
        sx += sums[at + 1]!;
        sy += sums[at + 2]!;
        sxx += sums[at + 3]!;
        syy += sums[at + 4]!;
        sxy += sums[at + 5]!;
      }
      const spread = (n * sxx - sx * sx) * (n * syy - sy * sy);
      return spread > 0 ? (n * sxy - sx * sy) / Math.sqrt(spread) : NaN;
    },
  });
  return estimate(value, pairs.length, interval, `bootstrap-${options.method ?? "bca"}`);
}
