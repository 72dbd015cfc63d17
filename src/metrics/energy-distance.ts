import { RandomStream } from "../core/random.ts";

/** Samples of the same quantities from two sources, from one start: rows of equal width. */
export interface SamplePair {
  readonly first: readonly ArrayLike<number>[];
  readonly second: readonly ArrayLike<number>[];
}

/**
 * Energy distance of two samples, 2 E|X − Y| − E|X − X′| − E|Y − Y′|, with the means over all pairs (Székely & Rizzo
 * 2013, the V-statistic): 0 for equal samples, in the unit of the rows. It is the square of scipy's.
 */
export function energyDistance(pair: SamplePair): number {
  return pooled(pair).energy(
    Uint8Array.from({ length: pair.first.length + pair.second.length }, (_, i) => +(i >= pair.first.length)),
  );
}

export interface EnergyTest {
  /** Mean over the starts. */
  readonly distance: number;
  /** Probability of a distance as large if both sources were the same. */
  readonly pValue: number;
}

export interface EnergyTestOptions {
  readonly seed: bigint;
  /** What is compared: other names draw other permutations. */
  readonly name: string;
  readonly permutations?: number;
}

/**
 * The mean energy distance over starts, and a permutation test of it: which source a sample came from is shuffled within
 * each start, where samples are exchangeable if the sources are the same. p = (1 + as large) ÷ (1 + permutations).
 */
export function energyTest(
  pairs: readonly SamplePair[],
  { seed, name, permutations = 999 }: EnergyTestOptions,
): EnergyTest {
  const starts = pairs.map((pair) => ({ ...pooled(pair), first: pair.first.length }));
  const labelsOf = ({ first, count }: { first: number; count: number }): Uint8Array =>
    Uint8Array.from({ length: count }, (_, i) => (i >= first ? 1 : 0));
  const labels = starts.map(labelsOf);
  const mean = (): number =>
    starts.reduce((sum, { energy }, s) => sum + energy(labels[s]!), 0) / starts.length;
  const distance = mean();
  let asLarge = 1;
  for (let p = 0; p < permutations; p++) {
    const stream = new RandomStream(seed, "permutation", name, String(p));
    labels.forEach((own, s) => shuffle(own, stream, s));
    // What is equal but for rounding is as large.
    if (mean() >= distance * (1 - 1e-12)) asLarge++;
  }
  return { distance, pValue: asLarge / (permutations + 1) };
}

/** Distances between all samples of both, computed once. */
function pooled({ first, second }: SamplePair): {
  count: number;
  energy: (label: Uint8Array) => number;
} {
  const all = [...first, ...second];
  const count = all.length;
  const far = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      let squares = 0;
      for (let k = 0; k < all[i]!.length; k++) squares += (all[i]![k]! - all[j]![k]!) ** 2;
      far[i * count + j] = Math.sqrt(squares);
    }
  }
  const [m, n] = [first.length, second.length];
  return {
    count,
    energy(label) {
      // Sums over unordered pairs: within the first, within the second, between.
      let [within0, within1, between] = [0, 0, 0];
      for (let i = 0; i < count; i++) {
        for (let j = i + 1; j < count; j++) {
          const one = far[i * count + j]!;
          if (label[i] !== label[j]) between += one;
          else if (label[i] === 0) within0 += one;
          else within1 += one;
        }
      }
      return (2 * between) / (m * n) - (2 * within0) / (m * m) - (2 * within1) / (n * n);
    },
  };
}

/** Fisher–Yates, in place. */
function shuffle(labels: Uint8Array, stream: RandomStream, start: number): void {
  for (let i = labels.length - 1; i > 0; i--) {
    const j = stream.integer(i + 1, start, i);
    [labels[i], labels[j]] = [labels[j]!, labels[i]!];
  }
}
