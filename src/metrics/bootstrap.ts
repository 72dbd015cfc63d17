import { philox4x32, RandomStream } from "../core/random.ts";
import type { Interval } from "./estimate.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import { quantileOfSorted } from "./quantile.ts";

export interface ResamplingOptions {
  /** Number of independent clusters (starts, recordings); whole clusters are resampled. */
  readonly clusters: number;
  readonly seed: bigint;
  /** What is estimated: other names draw other resamples. */
  readonly name: string;
  readonly resamples?: number;
  readonly confidence?: number;
  /** `bca`: bias-corrected and accelerated (Efron 1987). */
  readonly method?: "bca" | "percentile";
}

export interface BootstrapOptions extends ResamplingOptions {
  /**
   * The statistic of a sample of clusters, given by their indices, repeats included. Must not depend on their order.
   * NaN: not defined for this sample; such resamples are left out.
   */
  readonly statistic: (drawn: Uint32Array) => number;
}

export interface JointBootstrapOptions<K extends string> extends ResamplingOptions {
  /** Several statistics of one sample, which share what they have in common. */
  readonly statistics: (drawn: Uint32Array) => Readonly<Record<K, number>>;
}

export const DEFAULT_RESAMPLES = 10_000;

/**
 * Bootstrap interval of a statistic over clusters. Undefined for fewer than two clusters, or where the statistic is
 * not defined for the data or for half of the resamples.
 */
export function bootstrapInterval(options: BootstrapOptions): Interval | undefined {
  return bootstrapIntervals({ ...options, statistics: (drawn) => ({ value: options.statistic(drawn) }) })
    .value;
}

/** {@link bootstrapInterval} of several statistics from the same resamples. */
export function bootstrapIntervals<K extends string>(
  options: JointBootstrapOptions<K>,
): Partial<Readonly<Record<K, Interval>>> {
  const { clusters, statistics, confidence = 0.95, resamples = DEFAULT_RESAMPLES, method = "bca" } = options;
  if (clusters < 2) return {};
  const values = statistics(Uint32Array.from({ length: clusters }, (_, i) => i));
  const names = (Object.keys(values) as K[]).filter((name) => Number.isFinite(values[name]));
  const replicates = bootstrapReplicates(options, names, resamples);
  const leftOut = method === "bca" ? jackknife(clusters, statistics) : [];
  const tail = (1 - confidence) / 2;
  const intervals: Partial<Record<K, Interval>> = {};
  for (const name of names) {
    const ascending = replicates[name].filter((value) => !Number.isNaN(value)).sort();
    if (ascending.length * 2 < resamples) continue;
    const without = leftOut.map((one) => one[name]).filter(Number.isFinite);
    const [lower, upper] =
      method === "bca" ? correctedLevels(ascending, values[name], tail, without) : [tail, 1 - tail];
    intervals[name] = [quantileOfSorted(ascending, lower), quantileOfSorted(ascending, upper)];
  }
  return intervals;
}

/** Each statistic over the resamples, in the order they were drawn; NaN where it is not defined for one. */
export function bootstrapReplicates<K extends string>(
  { clusters, statistics, seed, name }: JointBootstrapOptions<K>,
  names: readonly K[],
  resamples: number,
): Record<K, Float64Array> {
  const key = new RandomStream(seed, "bootstrap", name).seed(0);
  const keyLow = Number(key & 0xffffffffn);
  const keyHigh = Number(key >> 32n);
  const scale = clusters / 4294967296;
  const block = new Uint32Array(4);
  const drawn = new Uint32Array(clusters);
  const values = Object.fromEntries(names.map((one) => [one, new Float64Array(resamples)])) as Record<
    K,
    Float64Array
  >;
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < clusters; i += 4) {
      block[0] = r;
      block[1] = i;
      block[2] = 0;
      block[3] = 0;
      philox4x32(block, keyLow, keyHigh);
      for (let j = 0; j < 4 && i + j < clusters; j++) drawn[i + j] = Math.floor(block[j]! * scale);
    }
    const found = statistics(drawn);
    for (const one of names) values[one][r] = found[one];
  }
  return values;
}

/** The statistics without each cluster in turn. */
function jackknife<T>(clusters: number, statistics: (drawn: Uint32Array) => T): T[] {
  const drawn = Uint32Array.from({ length: clusters - 1 }, (_, i) => i + 1);
  const values: T[] = [];
  for (let left = 0; left < clusters; left++) {
    if (left > 0) drawn[left - 1] = left - 1;
    values.push(statistics(drawn));
  }
  return values;
}

/** Levels of the replicates at which BCa reads the interval (Efron & Tibshirani 1993, eq. 14.9–14.15). */
function correctedLevels(
  ascending: Float64Array,
  value: number,
  tail: number,
  leftOut: readonly number[],
): [number, number] {
  let below = 0;
  let equal = 0;
  for (const replicate of ascending) {
    if (replicate < value) below++;
    else if (replicate === value) equal++;
  }
  // Ties count half, so that a discrete statistic is not called biased for being discrete.
  const share = (below + equal / 2) / ascending.length;
  if (share === 0 || share === 1) return [tail, 1 - tail];
  const bias = normalQuantile(share);
  const centre = leftOut.reduce((sum, one) => sum + one, 0) / leftOut.length;
  let squares = 0;
  let cubes = 0;
  for (const one of leftOut) {
    const gap = centre - one;
    squares += gap * gap;
    cubes += gap * gap * gap;
  }
  const acceleration = squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
  const level = (z: number): number => normalCdf(bias + (bias + z) / (1 - acceleration * (bias + z)));
  return [level(normalQuantile(tail)), level(normalQuantile(1 - tail))];
}

/** How often each cluster occurs in a sample of cluster indices, written into `counts`. */
export function countClusters(drawn: Uint32Array, counts: Uint32Array): Uint32Array {
  counts.fill(0);
  for (let i = 0; i < drawn.length; i++) counts[drawn[i]!]!++;
  return counts;
}

/** Numbers the distinct keys 0, 1, … in order of appearance: which cluster each item belongs to. */
export function clusterIndex(keys: readonly (string | number)[]): { of: Uint32Array; count: number } {
  const known = new Map<string | number, number>();
  const of = Uint32Array.from(keys, (key) => {
    const found = known.get(key) ?? known.size;
    known.set(key, found);
    return found;
  });
  return { of, count: known.size };
}
