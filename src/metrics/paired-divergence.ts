import { bootstrapInterval, clusterIndex, countClusters } from "./bootstrap.ts";
import { type Estimate, estimate, undefinedEstimate } from "./estimate.ts";
import { median, quantileOfResample } from "./quantile.ts";

/** When a candidate first left truth by more than a tolerance, in one rollout. */
export interface DivergenceTime {
  /** Null: never, while both worlds ran. */
  readonly timeSec: number | null;
  /** For how long both ran: what a `never` stands on. */
  readonly comparedSec: number;
}

/** The same rollout of truth beside two candidates. */
export interface PairedDivergence {
  readonly start: number;
  readonly first: DivergenceTime;
  readonly second: DivergenceTime;
}

export interface PairedDivergenceOptions {
  readonly seed: bigint;
  readonly name: string;
  readonly confidence?: number;
  readonly resamples?: number;
}

/**
 * How much longer the first stays with truth than the second, s: median over the rollouts, with a bootstrap interval
 * over starts. A candidate that never left is credited with the time it was compared for, and no more; where neither
 * left, the difference is 0. So the figure is cautious: it never claims time that nobody saw.
 */
export function pairedDivergence(
  rollouts: readonly PairedDivergence[],
  options: PairedDivergenceOptions,
): Estimate {
  if (rollouts.length === 0) return undefinedEstimate("no rollout is in both");
  const order = rollouts
    .map(({ start, first, second }) => ({ start, difference: difference(first, second) }))
    .sort((a, b) => a.difference - b.difference);
  const ascending = Float64Array.from(order, (one) => one.difference);
  const { of, count } = clusterIndex(order.map(({ start }) => start));
  const counts = new Uint32Array(count);
  const interval = bootstrapInterval({
    ...options,
    clusters: count,
    method: "percentile",
    statistic: (drawn) => quantileOfResample(ascending, of, countClusters(drawn, counts), 0.5),
  });
  return estimate(median(ascending), rollouts.length, interval, "bootstrap-percentile");
}

/** Seconds by which the first lasted longer, as far as it was seen. */
export function difference(first: DivergenceTime, second: DivergenceTime): number {
  if (first.timeSec !== null && second.timeSec !== null) return first.timeSec - second.timeSec;
  if (first.timeSec === null && second.timeSec === null) return 0;
  return first.timeSec === null
    ? first.comparedSec - Math.min(second.timeSec!, first.comparedSec)
    : Math.min(first.timeSec, second.comparedSec) - second.comparedSec;
}
