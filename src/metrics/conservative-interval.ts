import type { Interval } from "./estimate.ts";
import { quantileOfSorted } from "./quantile.ts";

export interface ConservativeOptions {
  readonly confidence: number;
  /** The values that the statistic can take. */
  readonly range: Interval;
}

/**
 * Bootstrap interval of a statistic that bends or jumps where policies tie (a correlation of rates, a rank
 * violation), where percentile and BCa intervals cover far less than they say: at a perfect correlation none of the
 * replicates reaches 1, and where two policies nearly tie a small error of the rates makes a large one of the
 * statistic. The interval spans the percentile interval at a fifth of the allowed error and the reflected ("basic")
 * one, cut to the range: `bench/coverage.ts` shows that it covers, mostly more than asked. Undefined where half of
 * the replicates have no value.
 */
export function conservativeInterval(
  value: number,
  replicates: Float64Array,
  { confidence, range }: ConservativeOptions,
): Interval | undefined {
  const ascending = replicates.filter((one) => !Number.isNaN(one)).sort();
  if (!Number.isFinite(value) || ascending.length * 2 < replicates.length || ascending.length === 0)
    return undefined;
  const tail = (1 - confidence) / 2;
  const at = (level: number): number => quantileOfSorted(ascending, level);
  const lower = Math.min(at(tail / 5), 2 * value - at(1 - tail));
  const upper = Math.max(at(1 - tail / 5), 2 * value - at(tail));
  return [Math.max(range[0], Math.min(value, lower)), Math.min(range[1], Math.max(value, upper))];
}
