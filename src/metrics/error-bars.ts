import { bootstrapInterval, clusterIndex } from "./bootstrap.ts";
import { crpsGaussian } from "./crps.ts";
import { clusteredMean } from "./clustered-mean.ts";
import { type Estimate, estimate, undefinedEstimate } from "./estimate.ts";
import { normalCdf, twoSidedZ } from "./normal.ts";
import { type ClusterCount, clusteredRate } from "./rate.ts";
import { histogram, uniformGap, uniformGapPValue } from "./uniformity.ts";

/** One prediction with the standard deviation its world gave it. */
export interface StatedError {
  /** Observed − predicted. */
  readonly error: number;
  readonly std: number;
  /** Predictions of one start are resampled together. */
  readonly cluster: string | number;
}

export const COVERAGE_LEVELS = [0.5, 0.8, 0.95] as const;
export const PIT_BINS = 10;

/** What stated standard deviations are worth as normal error bars. */
export interface ErrorBars {
  readonly n: number;
  /** Share of the errors inside the central interval of each level. */
  readonly coverage: readonly { readonly level: number; readonly observed: Estimate }[];
  /** Mean, in the unit of the errors. */
  readonly crps: Estimate;
  /** Mean CRPS of the same predictions without error bars: the mean absolute error. */
  readonly meanAbsoluteError: Estimate;
  /** Where each error lies in its predicted distribution: counts in ten equal parts of [0, 1]. */
  readonly pit: readonly number[];
  /** Largest gap to uniform, and its p-value on one value a cluster (the first), which are independent. */
  readonly pitGap: number;
  readonly pitPValue: number;
  /** √(mean variance) ÷ root mean square error: 1 is right, below 1 is too sure. */
  readonly spreadSkill: Estimate;
}

export interface ErrorBarOptions {
  readonly seed: bigint;
  readonly name: string;
  readonly confidence: number;
  readonly resamples?: number;
}

/** Needs one prediction at least; all finite. */
export function errorBars(stated: readonly StatedError[], options: ErrorBarOptions): ErrorBars {
  const pit = stated.map(({ error, std }) => placeOf(error, std));
  const seen = new Set<string | number>();
  const independent = pit.filter((_, i) => {
    const { cluster } = stated[i]!;
    if (seen.has(cluster)) return false;
    seen.add(cluster);
    return true;
  });
  const mean = (what: string, value: (one: StatedError) => number): Estimate =>
    clusteredMean(
      stated.map((one) => ({ value: value(one), cluster: one.cluster })),
      { ...options, name: `${options.name} ${what}`, whenEmpty: "nothing was predicted" },
    );
  return {
    n: stated.length,
    coverage: COVERAGE_LEVELS.map((level) => ({ level, observed: coverage(stated, level, options) })),
    crps: mean("crps", ({ error, std }) => crpsGaussian(error, std)),
    meanAbsoluteError: mean("absolute error", ({ error }) => Math.abs(error)),
    pit: histogram(pit, PIT_BINS),
    pitGap: uniformGap(pit),
    pitPValue: uniformGapPValue(uniformGap(independent), independent.length),
    spreadSkill: spreadSkill(stated, options),
  };
}

/** Probability that the predicted distribution gives to what is no larger than observed. */
function placeOf(error: number, std: number): number {
  if (std > 0) return normalCdf(error / std);
  return error === 0 ? 0.5 : error > 0 ? 1 : 0;
}

function coverage(stated: readonly StatedError[], level: number, { confidence }: ErrorBarOptions): Estimate {
  const z = twoSidedZ(level);
  const clusters = new Map<string | number, ClusterCount>();
  for (const { error, std, cluster } of stated) {
    const { hits, trials } = clusters.get(cluster) ?? { hits: 0, trials: 0 };
    clusters.set(cluster, { hits: hits + (Math.abs(error) <= z * std ? 1 : 0), trials: trials + 1 });
  }
  return clusteredRate(clusters.values(), "nothing was predicted", confidence);
}

function spreadSkill(stated: readonly StatedError[], options: ErrorBarOptions): Estimate {
  const { of, count } = clusterIndex(stated.map(({ cluster }) => cluster));
  const variances = new Float64Array(count);
  const squares = new Float64Array(count);
  stated.forEach(({ error, std }, i) => {
    variances[of[i]!]! += std * std;
    squares[of[i]!]! += error * error;
  });
  const ratio = (drawn: Uint32Array): number => {
    let spread = 0;
    let skill = 0;
    for (const cluster of drawn) {
      spread += variances[cluster]!;
      skill += squares[cluster]!;
    }
    return skill === 0 ? NaN : Math.sqrt(spread / skill);
  };
  const value = ratio(Uint32Array.from({ length: count }, (_, i) => i));
  if (Number.isNaN(value)) return undefinedEstimate("every prediction is exact", stated.length);
  const interval = bootstrapInterval({
    ...options,
    name: `${options.name} spread-skill`,
    clusters: count,
    statistic: ratio,
  });
  return estimate(value, stated.length, interval, "bootstrap-bca");
}
