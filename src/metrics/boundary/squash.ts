import { median } from "../quantile.ts";

/**
 * How margins are bent before a surface is laid through them: tanh(margin ÷ scale), which keeps every sign and so the
 * zero set. Where an outcome changes, margins may jump (by all the way that a pole falls), and a surface through the bare
 * values would swing around the jump; where they do not, bending throws away what tells how far the boundary is.
 */
export function squash(margin: number, scale: number): number {
  return Math.tanh(margin / scale);
}

/**
 * Scales worth trying, the strongest bend first: the smaller of the median margins of successes and of failures, four
 * times that, and one so large that next to nothing is bent.
 */
export function squashScales(margins: readonly number[]): readonly number[] {
  const sides = [margins.filter((margin) => margin > 0), margins.filter((margin) => margin <= 0)];
  const sizes = sides.filter((side) => side.length > 0).map((side) => Math.abs(median(side)));
  const least = Math.min(...sizes.filter((size) => size > 0));
  if (!Number.isFinite(least)) return [1];
  const most = 3 * margins.reduce((largest, margin) => Math.max(largest, Math.abs(margin)), 0);
  return most > 8 * least ? [least, 4 * least, most] : [least, most];
}
