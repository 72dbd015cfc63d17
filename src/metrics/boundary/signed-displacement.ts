import { clusteredMean, type ClusteredMeanOptions } from "../clustered-mean.ts";
import type { Estimate } from "../estimate.ts";

/** Where truth and the candidate change their outcome along the same ray, from an origin where they agree. */
export interface PairedCrossing {
  /** Length of the ray, in whatever unit displacement is wanted. */
  readonly length: number;
  /** Outcome at the origin, in both worlds. */
  readonly insideSucceeds: boolean;
  /** Fraction of the ray; null: no change up to its end. */
  readonly truth: number | null;
  readonly candidate: number | null;
  /** Rays that are not independent share a cluster. */
  readonly cluster: string | number;
}

export interface Displacement {
  /** Mean of candidate − truth; positive: the candidate succeeds beyond truth's boundary (optimistic). */
  readonly bias: Estimate;
  /** Rays on which at least one world changes its outcome: those behind the mean. */
  readonly rays: number;
  /** Of these, rays on which the other world does not up to the end: there the displacement is a lower bound. */
  readonly censored: number;
}

/** Candidate − truth along one ray, positive = optimistic; undefined where neither changes. */
export function displacementOf({
  length,
  insideSucceeds,
  truth,
  candidate,
}: PairedCrossing): number | undefined {
  if (truth === null && candidate === null) return undefined;
  const outward = ((candidate ?? 1) - (truth ?? 1)) * length;
  if (outward === 0) return 0;
  return insideSucceeds ? outward : -outward;
}

/** Signed displacement of the candidate's boundary over paired rays. */
export function signedDisplacement(
  pairs: readonly PairedCrossing[],
  options: Omit<ClusteredMeanOptions, "whenEmpty">,
): Displacement {
  const values = pairs.flatMap((pair) => {
    const value = displacementOf(pair);
    return value === undefined ? [] : [{ value, cluster: pair.cluster }];
  });
  return {
    bias: clusteredMean(values, { ...options, whenEmpty: "no ray meets a boundary in either world" }),
    rays: values.length,
    censored: pairs.filter(({ truth, candidate }) => (truth === null) !== (candidate === null)).length,
  };
}
