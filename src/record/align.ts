import { wrapAngle } from "../core/channels.ts";
import type { Series } from "./series.ts";

/**
 * How a series is brought onto the control grid.
 *
 * - `hold`: the last sample, however old.
 * - `asof`: the last sample, if it is at most two control periods old.
 * - `drop`: the last sample, if it came since the control step before.
 * - `interpolate`: between the samples around: cubic Hermite where the channel's derivative is known, linear otherwise,
 *   along the shorter arc for angles and quaternions.
 * - `mean`: the time average over the coming control period of a signal that is held between samples (for actions).
 */
export type AlignMethod = "hold" | "asof" | "drop" | "interpolate" | "mean";

/** How well a series fitted the grid. */
export interface AlignmentReport {
  readonly channel: string;
  readonly topic: string;
  readonly method: AlignMethod;
  readonly samples: number;
  /** Grid points whose last sample was more than 1.5 times older than samples usually are apart, or a control period. */
  readonly late: number;
  /** Grid points without a usable sample. */
  readonly missing: number;
  readonly longestGapSec: number;
  readonly outOfOrder: number;
  readonly repeated: number;
  readonly dropped: number;
}

export interface Aligned {
  /** `gridSec.length × size`; NaN where there is no usable sample. */
  readonly values: Float64Array;
  readonly report: AlignmentReport;
}

export interface AlignOptions {
  readonly method: AlignMethod;
  readonly periodSec: number;
  /** Samples of the channel's derivative, for `interpolate`. */
  readonly derivative?: Series;
}

/** Times are compared to within this, so that stamps rounded to nanoseconds still meet the grid. */
export const TIME_SLACK_SEC = 2e-9;

const ASOF_PERIODS = 2;
const LATE_FACTOR = 1.5;

/** @param gridSec ascending */
export function alignSeries(series: Series, gridSec: Float64Array, options: AlignOptions): Aligned {
  const { size } = series.channel;
  const { timesSec } = series;
  const values = new Float64Array(gridSec.length * size);
  const usual = Math.max(options.periodSec, medianStep(timesSec));
  let late = 0;
  let missing = 0;
  let last = -1;
  for (let k = 0; k < gridSec.length; k++) {
    const t = gridSec[k]!;
    while (last + 1 < timesSec.length && timesSec[last + 1]! <= t + TIME_SLACK_SEC) last++;
    const row = values.subarray(k * size, (k + 1) * size);
    const ageSec = last < 0 ? Infinity : t - timesSec[last]!;
    if (!usable(options, last, ageSec, timesSec)) {
      row.fill(NaN);
      missing++;
      continue;
    }
    if (ageSec > LATE_FACTOR * usual) late++;
    if (options.method === "interpolate") interpolate(series, last, t, options.derivative, row);
    else if (options.method === "mean") heldMean(series, last, t, t + options.periodSec, row);
    else row.set(series.values.subarray(last * size, (last + 1) * size));
  }
  const { topic, outOfOrder, repeated, dropped, channel } = series;
  return {
    values,
    report: {
      channel: channel.name,
      topic,
      method: options.method,
      samples: timesSec.length,
      late,
      missing,
      longestGapSec: longestStep(timesSec),
      outOfOrder,
      repeated,
      dropped,
    },
  };
}

function usable(
  { method, periodSec }: AlignOptions,
  last: number,
  ageSec: number,
  times: Float64Array,
): boolean {
  if (last < 0) return false;
  switch (method) {
    case "hold":
    case "mean":
      return true;
    case "asof":
      return ageSec <= ASOF_PERIODS * periodSec + TIME_SLACK_SEC;
    case "drop":
      return ageSec < periodSec - TIME_SLACK_SEC;
    case "interpolate":
      return last + 1 < times.length || ageSec <= TIME_SLACK_SEC;
  }
}

/** Time average over [from, to) of the values held from sample `first` on; the value itself if only one is held. */
function heldMean(
  { timesSec, values, channel }: Series,
  first: number,
  from: number,
  to: number,
  out: Float64Array,
): void {
  const { size } = channel;
  out.set(values.subarray(first * size, (first + 1) * size));
  if ((timesSec[first + 1] ?? Infinity) >= to - TIME_SLACK_SEC) return;
  out.fill(0);
  let sample = first;
  for (let t = from; t < to && sample < timesSec.length; sample++) {
    const until = Math.min(to, timesSec[sample + 1] ?? to);
    const weight = (until - t) / (to - from);
    for (let c = 0; c < size; c++) out[c]! += weight * values[sample * size + c]!;
    t = until;
  }
}

/** Between sample `left` and the next, at time `t`; exactly the sample where the two times agree. */
function interpolate(
  { timesSec, values, channel }: Series,
  left: number,
  t: number,
  derivative: Series | undefined,
  out: Float64Array,
): void {
  const { size, kind } = channel;
  const t0 = timesSec[left]!;
  const at = (sample: number): Float64Array => values.subarray(sample * size, (sample + 1) * size);
  if (Math.abs(t - t0) <= TIME_SLACK_SEC || left + 1 >= timesSec.length) {
    out.set(at(left));
    return;
  }
  const spanSec = timesSec[left + 1]! - t0;
  const s = Math.min(1, (t - t0) / spanSec);
  if (kind === "quaternion") {
    slerp(at(left), at(left + 1), s, out);
    return;
  }
  // Cubic Hermite basis: values at both ends and slopes scaled to the span.
  const slopes = derivative?.channel.size === size ? derivative : undefined;
  const before = slopes === undefined ? undefined : linearAt(slopes, t0);
  const after = slopes === undefined ? undefined : linearAt(slopes, t0 + spanSec);
  for (let c = 0; c < size; c++) {
    const y0 = at(left)[c]!;
    const raw = at(left + 1)[c]! - y0;
    const rise = kind === "angle" ? wrapAngle(raw) : raw;
    if (before === undefined || after === undefined) {
      out[c] = y0 + s * rise;
      continue;
    }
    const h10 = s * (1 - s) * (1 - s);
    const h01 = s * s * (3 - 2 * s);
    const h11 = s * s * (s - 1);
    out[c] = y0 + h01 * rise + spanSec * (h10 * before[c]! + h11 * after[c]!);
  }
}

/** Linear interpolation of a series, its end values held beyond. */
function linearAt({ timesSec, values, channel }: Series, t: number): Float64Array {
  const { size } = channel;
  let low = 0;
  let high = timesSec.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (timesSec[middle]! <= t + TIME_SLACK_SEC) low = middle;
    else high = middle - 1;
  }
  const result = values.slice(low * size, (low + 1) * size);
  const span = (timesSec[low + 1] ?? NaN) - timesSec[low]!;
  const s = (t - timesSec[low]!) / span;
  if (s > 0 && s <= 1) {
    for (let c = 0; c < size; c++) result[c]! += s * (values[(low + 1) * size + c]! - result[c]!);
  }
  return result;
}

/** Spherical linear interpolation of unit quaternions (Shoemake 1985), the shorter way round. */
function slerp(a: Float64Array, b: Float64Array, s: number, out: Float64Array): void {
  let dot = 0;
  for (let i = 0; i < 4; i++) dot += a[i]! * b[i]!;
  const sign = dot < 0 ? -1 : 1;
  const angle = Math.acos(Math.min(1, Math.abs(dot)));
  const small = angle < 1e-6;
  const wa = small ? 1 - s : Math.sin((1 - s) * angle) / Math.sin(angle);
  const wb = sign * (small ? s : Math.sin(s * angle) / Math.sin(angle));
  for (let i = 0; i < 4; i++) out[i] = wa * a[i]! + wb * b[i]!;
}

function steps(timesSec: Float64Array): Float64Array {
  return Float64Array.from(
    { length: Math.max(0, timesSec.length - 1) },
    (_, i) => timesSec[i + 1]! - timesSec[i]!,
  );
}

function medianStep(timesSec: Float64Array): number {
  const sorted = steps(timesSec).sort();
  return sorted[sorted.length >> 1] ?? 0;
}

function longestStep(timesSec: Float64Array): number {
  return steps(timesSec).reduce((longest, step) => Math.max(longest, step), 0);
}
