import { normalCdf } from "./normal.ts";

/**
 * Continuous ranked probability score of a normal prediction, closed form (Gneiting & Raftery 2007, eq. 21), in the
 * unit of the error: smaller is better; with std 0 it is the absolute error.
 * @param error observed − predicted
 */
export function crpsGaussian(error: number, std: number): number {
  if (std === 0) return Math.abs(error);
  const z = error / std;
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  return std * (z * (2 * normalCdf(z) - 1) + 2 * density - 1 / Math.sqrt(Math.PI));
}

/**
 * CRPS of the empirical distribution of samples: E|X − y| − ½ E|X − X′|, both means over all pairs (Gneiting & Raftery
 * 2007, eq. 20). NaN without samples.
 */
export function crpsSamples(samples: ArrayLike<number>, observed: number): number {
  const ascending = Float64Array.from(samples).sort();
  const n = ascending.length;
  let toObserved = 0;
  // Σ|xᵢ − xⱼ| over all pairs is 2 Σ (2i − n + 1) x₍ᵢ₎.
  let between = 0;
  ascending.forEach((x, i) => {
    toObserved += Math.abs(x - observed);
    between += (2 * i - n + 1) * x;
  });
  return toObserved / n - between / (n * n);
}
