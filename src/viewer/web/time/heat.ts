import { indexAt } from "./nearest.ts";

/**
 * The largest scaled error in each of `columns` equal stretches of [fromSec, toSec]; NaN where there is no sample. What is
 * worst in a stretch is shown: a mean would hide a short excursion in a long trace.
 */
export function worstByColumn(
  timesSec: ArrayLike<number>,
  errors: ArrayLike<number>,
  fromSec: number,
  toSec: number,
  columns: number,
): Float64Array {
  const worst = new Float64Array(columns).fill(NaN);
  const length = Math.min(timesSec.length, errors.length);
  const perSec = columns / (toSec - fromSec);
  for (let i = Math.max(0, indexAt(timesSec, fromSec, length)); i < length; i++) {
    const t = timesSec[i]!;
    if (t > toSec) break;
    const column = Math.min(columns - 1, Math.max(0, Math.floor((t - fromSec) * perSec)));
    if (!(errors[i]! <= worst[column]!) && !Number.isNaN(errors[i]!)) worst[column] = errors[i]!;
  }
  // Fewer samples than columns: a sample stands for the time until the next.
  for (let column = 1; column < columns; column++) {
    if (!Number.isNaN(worst[column]!)) continue;
    const t = fromSec + column / perSec;
    if (length > 0 && t <= timesSec[length - 1]!) worst[column] = worst[column - 1]!;
  }
  return worst;
}

/**
 * Scaled error → [0, 1] of the colour scale: 0 at nothing, 1/2 at one tolerance, 1 at ten and beyond. Logarithmic above a
 * tenth, since errors of learned models grow by powers.
 */
export function heat(scaledError: number): number {
  if (Number.isNaN(scaledError)) return 0;
  if (scaledError <= 0) return 0;
  return Math.min(1, Math.max(0, (Math.log10(scaledError) + 1) / 2));
}
