import type { Picture } from "../core/picture.ts";

/** Brightness in 255ths by which the whole frame may change from one to the next. */
const LEAST_CHANGE = 8;
/** And how many times as much as it usually does. */
const TIMES_USUAL = 6;

/** By how many 255ths the middle pixel changes in brightness: half of the frame changes more, whatever moves in it. */
export function brightnessChange(before: Picture, after: Picture): number {
  const counts = new Uint32Array(256);
  const pixels = after.width * after.height;
  for (let i = 0; i < 3 * pixels; i += 3) {
    counts[Math.min(255, Math.round(Math.abs(brightness(after, i) - brightness(before, i))))]!++;
  }
  let change = 0;
  for (let below = 0; change < 255; change++) {
    below += counts[change]!;
    if (2 * below > pixels) break;
  }
  return change;
}

/** The later frames of the changes that stand out: where the whole frame changes at once, far more than it usually does. */
export function flickers(changes: readonly number[]): number[] {
  const usual = [...changes].sort((a, b) => a - b)[Math.floor((changes.length - 1) / 2)] ?? 0;
  const most = Math.max(LEAST_CHANGE, TIMES_USUAL * usual);
  return changes.flatMap((change, i) => (change > most ? [i + 1] : []));
}

/** Rec. 709 luma. */
function brightness({ rgb }: Picture, i: number): number {
  return 0.2126 * rgb[i]! + 0.7152 * rgb[i + 1]! + 0.0722 * rgb[i + 2]!;
}
