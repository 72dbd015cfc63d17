import { errorsAt, type ErrorWindow, partOf, type WindowPart } from "./error-window.ts";
import { quantileOfSorted, sorted } from "./quantile.ts";

/** Error against steps since the prediction started, in tolerances. null: infinite (that share of predictions broke). */
export interface GrowthCurve {
  readonly median: readonly (number | null)[];
  readonly p90: readonly (number | null)[];
  /** Windows that reach each step. */
  readonly n: readonly number[];
}

export interface ErrorGrowth {
  readonly controlPeriodSec: number;
  /** Number of windows. */
  readonly windows: number;
  readonly channels: Readonly<Record<string, GrowthCurve>>;
  /** Of the largest component of any channel. */
  readonly worst: GrowthCurve;
}

/** Per-step median and 90 % quantile over windows; a step that no window reaches ends the curve. */
export function errorGrowth(windows: readonly ErrorWindow[], controlPeriodSec: number): ErrorGrowth {
  const names = [...new Set(windows.flatMap((window) => Object.keys(window.errors)))];
  return {
    controlPeriodSec,
    windows: windows.length,
    channels: Object.fromEntries(names.map((channel) => [channel, growthCurve(windows, { channel })])),
    worst: growthCurve(windows, "worst"),
  };
}

function growthCurve(windows: readonly ErrorWindow[], part: WindowPart): GrowthCurve {
  const median: (number | null)[] = [];
  const p90: (number | null)[] = [];
  const n: number[] = [];
  const longest = Math.max(0, ...windows.map((window) => partOf(window, part).length));
  for (let step = 0; step < longest; step++) {
    const ascending = sorted(errorsAt(windows, part, step).map((error) => error.value));
    median.push(finiteOrNull(quantileOfSorted(ascending, 0.5)));
    p90.push(finiteOrNull(quantileOfSorted(ascending, 0.9)));
    n.push(ascending.length);
  }
  return { median, p90, n };
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
