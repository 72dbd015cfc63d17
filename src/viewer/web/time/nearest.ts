/** The last index whose time is at or before `timeSec` (within a slack for rounding); −1 before the first. */
export function indexAt(timesSec: ArrayLike<number>, timeSec: number, length = timesSec.length): number {
  let low = -1;
  let high = length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (timesSec[middle]! <= timeSec + SLACK_SEC) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Nanoseconds rounded into seconds meet the grid again. */
const SLACK_SEC = 1e-6;
