import type { ChannelSpec } from "../core/channels.ts";
import { columnOfTrace, type Columns, scaledError } from "./divergence.ts";

/**
 * The error of one prediction over the steps after it was started, in tolerances. Free-running (one start, many steps)
 * and teacher-forced (re-synchronised each step) predictions differ only in how the errors came about.
 */
export interface ErrorWindow {
  /** The start or recording it belongs to: windows of one cluster are resampled together. */
  readonly cluster: string | number;
  /** Channel → root mean square over its components at 0, 1, … steps. Infinity once the prediction broke. */
  readonly errors: Readonly<Record<string, Float64Array>>;
  /** Largest component of any channel at each step. */
  readonly worst: Float64Array;
}

export interface WindowSource {
  readonly columns: Columns;
  /** Row at which the window begins. */
  readonly from: number;
}

export interface ErrorWindowOptions {
  readonly cluster: string | number;
  readonly channels: readonly ChannelSpec[];
  readonly truth: WindowSource;
  readonly prediction: WindowSource;
  /** Compares steps 0…`steps` of the window. */
  readonly steps: number;
  /** The prediction broke after this many steps (a fault): what follows counts as infinitely far off, not as missing. */
  readonly brokeAfter?: number;
}

export function errorWindow(options: ErrorWindowOptions): ErrorWindow {
  const { cluster, channels, truth, prediction, steps, brokeAfter = steps } = options;
  const errors: Record<string, Float64Array> = {};
  const worst = new Float64Array(steps + 1).fill(Infinity, brokeAfter + 1);
  const usable = Math.min(brokeAfter, steps);
  for (const channel of channels) {
    const a = columnOfTrace(truth.columns, channel, truth.from + steps + 1, "truth");
    const b = columnOfTrace(prediction.columns, channel, prediction.from + usable + 1, "predicted");
    const column = new Float64Array(steps + 1).fill(Infinity, usable + 1);
    for (let k = 0; k <= usable; k++) {
      const error = scaledError(channel, a, truth.from + k, b, prediction.from + k);
      column[k] = error.rms;
      if (error.max > worst[k]!) worst[k] = error.max;
    }
    errors[channel.name] = column;
  }
  return { cluster, errors, worst };
}

/** The part of windows a curve is about: one channel, or `worst`, the largest component of any channel. */
export type WindowPart = { readonly channel: string } | "worst";

export function partOf(window: ErrorWindow, part: WindowPart): Float64Array {
  return part === "worst" ? window.worst : (window.errors[part.channel] ?? new Float64Array(0));
}

/** Errors at one step of the windows that reach it, with their cluster. */
export function errorsAt(
  windows: readonly ErrorWindow[],
  part: WindowPart,
  step: number,
): { value: number; cluster: string | number }[] {
  const found: { value: number; cluster: string | number }[] = [];
  for (const window of windows) {
    const value = partOf(window, part)[step];
    if (value !== undefined) found.push({ value, cluster: window.cluster });
  }
  return found;
}
