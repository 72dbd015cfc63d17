import { bootstrapInterval, clusterIndex } from "./bootstrap.ts";
import { type Interval, type UndefinedEstimate, undefinedEstimate } from "./estimate.ts";

/** How long a candidate may be believed. `censored`: it held to the end of the data, so read "at least". */
export interface DefinedHorizon {
  readonly seconds: number;
  readonly step: number;
  readonly censored: boolean;
  /** In seconds; its upper end cannot lie beyond the data. */
  readonly interval?: Interval;
  /** Windows, or pairs of outcomes, at the step that decided. */
  readonly n: number;
}

export type Horizon = DefinedHorizon | UndefinedEstimate;

export interface HorizonOptions {
  readonly controlPeriodSec: number;
  readonly seed: bigint;
  readonly confidence?: number;
  readonly resamples?: number;
}

/** Error of one window at 0, 1, … steps, and the start or recording it belongs to. */
export interface HorizonSeries {
  readonly cluster: string | number;
  readonly error: Float64Array;
}

export interface CrossingOptions extends HorizonOptions {
  readonly name: string;
  /** Whether one window's error is too large. */
  readonly exceeds: (error: number) => boolean;
  /** Whether `over` windows too many of `n` have crossed; `unknown` where n is too small to say. */
  readonly crossed: (over: number, n: number) => "yes" | "no" | "unknown";
  /** Which step is reported: the one at which it crossed, or the last good one before it. */
  readonly report: "crossing" | "before";
}

/** The first step at which too many windows exceed, with an interval by resampling clusters of windows. */
export function firstCrossing(series: readonly HorizonSeries[], options: CrossingOptions): Horizon {
  const { controlPeriodSec, name, exceeds, report } = options;
  const index = clusterIndex(series.map((one) => one.cluster));
  const steps = Math.max(0, ...series.map((one) => one.error.length));
  if (steps < 2) return undefinedEstimate("no window is longer than its first step", series.length);
  const changes = changesByCluster(series, index.of, index.count, exceeds);
  const overAt = new Int32Array(steps + 1);
  const nAt = new Int32Array(steps + 1);
  const find = (drawn: Uint32Array): { step: number; censored: boolean; n: number } => {
    overAt.fill(0);
    nAt.fill(0);
    for (let i = 0; i < drawn.length; i++) {
      const { step, over, n } = changes[drawn[i]!]!;
      for (let j = 0; j < step.length; j++) {
        overAt[step[j]!]! += over[j]!;
        nAt[step[j]!]! += n[j]!;
      }
    }
    let over = 0;
    let n = 0;
    for (let k = 0; k < steps; k++) {
      const before = n;
      over += overAt[k]!;
      n += nAt[k]!;
      const crossed = options.crossed(over, n);
      if (crossed === "unknown") return { step: Math.max(0, k - 1), censored: true, n: before };
      if (crossed === "yes")
        return { step: report === "crossing" ? k : Math.max(0, k - 1), censored: false, n };
    }
    return { step: steps - 1, censored: true, n };
  };
  const found = find(Uint32Array.from({ length: index.count }, (_, i) => i));
  const interval = bootstrapInterval({
    ...options,
    clusters: index.count,
    name,
    method: "percentile",
    statistic: (drawn) => find(drawn).step * controlPeriodSec,
  });
  const result = { seconds: found.step * controlPeriodSec, ...found };
  return interval === undefined ? result : { ...result, interval };
}

/** At which steps the counts of one cluster change, and by how much: few, so that a resample is added up fast. */
interface Changes {
  readonly step: readonly number[];
  /** Windows that exceed. */
  readonly over: readonly number[];
  /** Windows that reach the step. */
  readonly n: readonly number[];
}

function changesByCluster(
  series: readonly HorizonSeries[],
  clusterOf: Uint32Array,
  clusters: number,
  exceeds: (error: number) => boolean,
): Changes[] {
  const changes = Array.from({ length: clusters }, () => ({ step: [0], over: [0], n: [0] }));
  series.forEach(({ error }, i) => {
    const { step, over, n } = changes[clusterOf[i]!]!;
    n[0]! += 1;
    let exceeding = 0;
    for (let k = 0; k <= error.length; k++) {
      const now = k < error.length && exceeds(error[k]!) ? 1 : 0;
      const ends = k === error.length ? -1 : 0;
      if (now === exceeding && ends === 0) continue;
      step.push(k);
      over.push(now - exceeding);
      n.push(ends);
      exceeding = now;
    }
  });
  return changes;
}
