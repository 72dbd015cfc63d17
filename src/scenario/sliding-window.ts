import type { Interval } from "./formula-tree.ts";

/** For each sample the first and last sample of its window, both included; neither ever decreases from one sample to the next. */
export interface Windows {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** [0, ∞): the window without bounds. */
export function isWhole({ fromSec, toSec }: Interval): boolean {
  return fromSec === 0 && toSec === Infinity;
}

/** Samples in [t + from, t + to], cut to those that exist; where there are none, the last one before. */
export function futureWindows(timesSec: Float64Array, { fromSec, toSec }: Interval): Windows {
  const count = timesSec.length;
  const slack = slackSec(timesSec);
  const low = new Int32Array(count);
  const high = new Int32Array(count);
  let [first, last] = [0, 0];
  for (let i = 0; i < count; i++) {
    while (first < count && timesSec[first]! < timesSec[i]! + fromSec - slack) first++;
    last = Math.max(last, i);
    while (last + 1 < count && timesSec[last + 1]! <= timesSec[i]! + toSec + slack) last++;
    high[i] = last;
    low[i] = Math.min(first, last);
  }
  return { low, high };
}

/** Samples in [t − to, t − from], cut to those that exist; where there are none, the last one before, or the first of all. */
export function pastWindows(timesSec: Float64Array, { fromSec, toSec }: Interval): Windows {
  const count = timesSec.length;
  const slack = slackSec(timesSec);
  const low = new Int32Array(count);
  const high = new Int32Array(count);
  let [first, last] = [0, -1];
  for (let i = 0; i < count; i++) {
    while (timesSec[first]! < timesSec[i]! - toSec - slack) first++;
    while (last + 1 < count && timesSec[last + 1]! <= timesSec[i]! - fromSec + slack) last++;
    high[i] = Math.max(last, 0);
    low[i] = Math.min(first, high[i]!);
  }
  return { low, high };
}

/** Minimum over each window; +∞ where high < low. Both bounds must not decrease. O(n) by a monotone queue (Lemire 2006). */
export function slidingMinimum(values: Float64Array, windows: Windows): Float64Array {
  return slide(values, windows, 1);
}

/** Maximum over each window; −∞ where high < low. */
export function slidingMaximum(values: Float64Array, windows: Windows): Float64Array {
  return slide(values, windows, -1);
}

function slide(values: Float64Array, { low, high }: Windows, sign: 1 | -1): Float64Array {
  const count = low.length;
  const result = new Float64Array(count);
  const queue = new Int32Array(values.length);
  let [head, tail, next] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    for (; next <= high[i]!; next++) {
      while (tail > head && sign * values[queue[tail - 1]!]! >= sign * values[next]!) tail--;
      queue[tail++] = next;
    }
    while (head < tail && queue[head]! < low[i]!) head++;
    result[i] = head < tail ? values[queue[head]!]! : sign * Infinity;
  }
  return result;
}

/** Times are compared with this much room, so that 0.1 × 3 s is inside [0, 0.3], and times counted from 1970 still compare. */
function slackSec(timesSec: Float64Array): number {
  const last = timesSec.length - 1;
  if (last < 1) return 1e-9;
  const meanPeriodSec = (timesSec[last]! - timesSec[0]!) / last;
  return Math.max(1e-6 * meanPeriodSec, 4 * Number.EPSILON * Math.abs(timesSec[last]!));
}
