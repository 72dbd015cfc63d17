import { inputError } from "../core/errors.ts";

/** Ascending copy. @throws SimgateError on NaN, which has no place in an order. Infinity is allowed. */
export function sorted(values: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(values);
  if (copy.some(Number.isNaN))
    throw inputError("a quantile of values with NaN does not exist", { got: "NaN" });
  return copy.sort();
}

/** Quantile, linear between order statistics (type 7 of Hyndman & Fan 1996, numpy's default). Needs one value at least. */
export function quantile(values: ArrayLike<number>, probability: number): number {
  return quantileOfSorted(sorted(values), probability);
}

export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** {@link quantile} of values already ascending. */
export function quantileOfSorted(ascending: ArrayLike<number>, probability: number): number {
  const count = ascending.length;
  if (count === 0 || !(probability >= 0 && probability <= 1)) {
    throw inputError("a quantile needs values and a probability", {
      expected: "at least one value, 0 ≤ probability ≤ 1",
      got: `${count} values, probability ${probability}`,
    });
  }
  const position = (count - 1) * probability;
  const below = Math.floor(position);
  return between(ascending[below]!, ascending[Math.min(below + 1, count - 1)]!, position - below);
}

/**
 * {@link quantile} of a resample given as multiplicities: `ascending[i]` occurs `counts[group[i]]` times. NaN if
 * nothing was drawn. Costs one pass, so that a bootstrap need not sort.
 */
export function quantileOfResample(
  ascending: Float64Array,
  group: Uint32Array,
  counts: Uint32Array,
  probability: number,
): number {
  let total = 0;
  for (let i = 0; i < ascending.length; i++) total += counts[group[i]!]!;
  if (total === 0) return NaN;
  const position = (total - 1) * probability;
  const below = Math.floor(position);
  let seen = 0;
  let i = 0;
  for (; i < ascending.length; i++) {
    seen += counts[group[i]!]!;
    if (seen > below) break;
  }
  const low = ascending[i]!;
  if (position === below || seen > below + 1) return low;
  do i++;
  while (counts[group[i]!] === 0);
  return between(low, ascending[i]!, position - below);
}

/** Linear interpolation, 0 ≤ fraction < 1; between a finite and an infinite number it is the infinite one. */
function between(low: number, high: number, fraction: number): number {
  if (fraction === 0 || low === high) return low;
  if (!Number.isFinite(high - low)) return Number.isFinite(low) ? high : low;
  return low + (high - low) * fraction;
}
