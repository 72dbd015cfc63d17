import type { Interval } from "./estimate.ts";
import { wilson } from "./wilson.ts";

/** Two yes-or-no answers to the same trials. */
export interface PairedCounts {
  readonly both: number;
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
}

/**
 * Interval of the difference first − second of two paired rates: Newcombe 1998 (Statistics in Medicine 17, 2635–2650),
 * method 10: Wilson limits joined with the correlation φ, which is continuity-corrected where positive. Holds up where
 * no pair, or every pair, disagrees. Needs one pair at least.
 */
export function pairedDifferenceInterval(counts: PairedCounts, confidence = 0.95): Interval {
  const { both: a, firstOnly: b, secondOnly: c, neither: d } = counts;
  const n = a + b + c + d;
  const first = (a + b) / n;
  const second = (a + c) / n;
  const firstIn = wilson(a + b, n, confidence);
  const secondIn = wilson(a + c, n, confidence);
  const phi = correlation(a, b, c, d);
  const reach = (x: number, y: number): number => Math.sqrt(Math.max(0, x * x - 2 * phi * x * y + y * y));
  return [
    first - second - reach(first - firstIn[0], secondIn[1] - second),
    first - second + reach(firstIn[1] - first, second - secondIn[0]),
  ];
}

function correlation(a: number, b: number, c: number, d: number): number {
  const scale = Math.sqrt((a + b) * (c + d) * (a + c) * (b + d));
  if (scale === 0) return 0;
  const product = a * d - b * c;
  return (product > 0 ? Math.max(product - (a + b + c + d) / 2, 0) : product) / scale;
}
