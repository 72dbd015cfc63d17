/** Where the cursor stands and how it moves. Times in seconds on the shared axis. */
export interface PlayHead {
  readonly timeSec: number;
  readonly playing: boolean;
  /** Simulated seconds a second. */
  readonly speed: number;
  readonly loop: boolean;
}

export interface Span {
  readonly fromSec: number;
  readonly toSec: number;
}

export const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4, 8] as const;

export function clampTime(timeSec: number, { fromSec, toSec }: Span): number {
  return Math.min(toSec, Math.max(fromSec, timeSec));
}

/** The head after `elapsedSec` of real time. At the end it stops, or begins again if it loops. */
export function advance(head: PlayHead, elapsedSec: number, span: Span): PlayHead {
  if (!head.playing) return head;
  const timeSec = head.timeSec + elapsedSec * head.speed;
  if (timeSec < span.toSec) return { ...head, timeSec: clampTime(timeSec, span) };
  if (!head.loop) return { ...head, timeSec: span.toSec, playing: false };
  const length = span.toSec - span.fromSec;
  return { ...head, timeSec: length > 0 ? span.fromSec + ((timeSec - span.fromSec) % length) : span.fromSec };
}

/** Starting at the end starts over. */
export function togglePlay(head: PlayHead, span: Span): PlayHead {
  if (head.playing) return { ...head, playing: false };
  return { ...head, playing: true, timeSec: head.timeSec >= span.toSec ? span.fromSec : head.timeSec };
}

/** The next faster or slower speed of the list. */
export function changeSpeed(speed: number, direction: 1 | -1): number {
  const faster = SPEEDS.find((one) => one > speed * 1.001);
  const slower = SPEEDS.findLast((one) => one < speed * 0.999);
  return (direction === 1 ? faster : slower) ?? speed;
}

/** How far an arrow key goes: Shift finely, Alt coarsely. */
export function arrowStepSec(keys: { readonly shiftKey: boolean; readonly altKey: boolean }): number {
  return keys.shiftKey ? 0.01 : keys.altKey ? 0.5 : 0.1;
}
