import { bootstrapInterval, clusterIndex } from "./bootstrap.ts";
import { type Estimate, estimate, undefinedEstimate } from "./estimate.ts";

/** One measured value and what it shares with others: the start, the recording. */
export interface ClusteredValue {
  readonly value: number;
  readonly cluster: string | number;
}

export interface ClusteredMeanOptions {
  readonly seed: bigint;
  /** What is averaged: other names draw other resamples. */
  readonly name: string;
  readonly whenEmpty: string;
  readonly confidence?: number;
  readonly resamples?: number;
}

/** Mean of values that come in clusters, with its bootstrap interval over whole clusters. */
export function clusteredMean(values: readonly ClusteredValue[], options: ClusteredMeanOptions): Estimate {
  if (values.length === 0) return undefinedEstimate(options.whenEmpty);
  const { of, count } = clusterIndex(values.map(({ cluster }) => cluster));
  const sums = new Float64Array(count);
  const sizes = new Uint32Array(count);
  values.forEach(({ value }, i) => {
    sums[of[i]!]! += value;
    sizes[of[i]!]!++;
  });
  const mean = (drawn: Uint32Array): number => {
    let sum = 0;
    let size = 0;
    for (const cluster of drawn) {
      sum += sums[cluster]!;
      size += sizes[cluster]!;
    }
    return sum / size;
  };
  const whole = mean(Uint32Array.from({ length: count }, (_, i) => i));
  const interval = bootstrapInterval({
    ...options,
    clusters: count,
    statistic: mean,
  });
  return estimate(whole, values.length, interval, "bootstrap-bca");
}
