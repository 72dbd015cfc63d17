import { type Estimate, estimate, type Interval, undefinedEstimate } from "./estimate.ts";
import { wilson } from "./wilson.ts";

/** Hits among the trials of one cluster (one start, say, tried by several policies). */
export interface ClusterCount {
  readonly hits: number;
  readonly trials: number;
}

/** A rate of independent trials with its Wilson interval; undefined, with the reason, over an empty set. */
export function rate(hits: number, trials: number, whenEmpty: string, confidence = 0.95): Estimate {
  if (trials === 0) return undefinedEstimate(whenEmpty);
  return estimate(hits / trials, trials, wilson(hits, trials, confidence), "wilson");
}

/**
 * A rate of trials that come in clusters. Wilson's interval at the effective number of trials n / deff, where the
 * design effect deff compares the between-cluster variance (ratio estimator; Cochran 1977, ch. 10) with the binomial
 * one (Kish 1965; Dean & Pagano 2015). deff is held ≥ 1. At a rate of 0 or 1 the data say nothing about it, and
 * every cluster counts as one trial.
 */
export function clusteredRate(
  clusters: Iterable<ClusterCount>,
  whenEmpty: string,
  confidence = 0.95,
): Estimate {
  const used = [...clusters].filter((cluster) => cluster.trials > 0);
  const trials = used.reduce((sum, cluster) => sum + cluster.trials, 0);
  const hits = used.reduce((sum, cluster) => sum + cluster.hits, 0);
  if (trials === used.length) return rate(hits, trials, whenEmpty, confidence);
  const value = hits / trials;
  const effective = trials / designEffect(used, hits, trials);
  return estimate(value, trials, wilson(value * effective, effective, confidence), "wilson-clustered");
}

function designEffect(clusters: readonly ClusterCount[], hits: number, trials: number): number {
  const value = hits / trials;
  const count = clusters.length;
  if (hits === 0 || hits === trials || count < 2) return trials / count;
  const squares = clusters.reduce((sum, cluster) => sum + (cluster.hits - value * cluster.trials) ** 2, 0);
  const variance = ((count / (count - 1)) * squares) / (trials * trials);
  return Math.max(1, variance / ((value * (1 - value)) / trials));
}

/**
 * Interval of the difference of two independent rates from their own intervals (Newcombe 1998, method 10; "MOVER").
 * Each side adds the distances that push the difference that way.
 */
export function differenceInterval(
  first: number,
  firstIn: Interval,
  second: number,
  secondIn: Interval,
): Interval {
  const difference = first - second;
  return [
    difference - Math.hypot(first - firstIn[0], secondIn[1] - second),
    difference + Math.hypot(firstIn[1] - first, second - secondIn[0]),
  ];
}
