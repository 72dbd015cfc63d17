/** How often values in [0, 1] fall into each of `bins` equal parts; 1 belongs to the last. */
export function histogram(values: ArrayLike<number>, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) counts[Math.min(bins - 1, Math.floor(values[i]! * bins))]!++;
  return counts;
}

/** Largest gap between the distribution of the values and the uniform one on [0, 1] (Kolmogorov–Smirnov). */
export function uniformGap(values: ArrayLike<number>): number {
  const ascending = Float64Array.from(values).sort();
  const n = ascending.length;
  let gap = 0;
  ascending.forEach((value, i) => {
    gap = Math.max(gap, (i + 1) / n - value, value - i / n);
  });
  return gap;
}

/**
 * Probability of a gap as large by chance among n independent values: Kolmogorov's limit at (√n + 0.12 + 0.11/√n) D
 * (Stephens 1970), right to 0.02 for n ≥ 20.
 */
export function uniformGapPValue(gap: number, n: number): number {
  const root = Math.sqrt(n);
  const lambda = (root + 0.12 + 0.11 / root) * gap;
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * lambda * lambda);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-16) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}
