/** Something that happened at a moment. */
export interface Moment {
  readonly timeSec: number;
}

/** Two moments closer than this are one stop for the jump keys. */
const TOGETHER_SEC = 0.0005;

/** The first moment after the cursor; undefined behind the last. `moments` ascending. */
export function nextMoment<M extends Moment>(moments: readonly M[], timeSec: number): M | undefined {
  return moments.find((one) => one.timeSec > timeSec + TOGETHER_SEC);
}

/** The last moment before the cursor. */
export function previousMoment<M extends Moment>(moments: readonly M[], timeSec: number): M | undefined {
  return moments.findLast((one) => one.timeSec < timeSec - TOGETHER_SEC);
}
