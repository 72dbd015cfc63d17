import { type ChannelSpec, difference } from "../core/channels.ts";
import { columnOfTrace, type Columns } from "./divergence.ts";

/** What an action changes in one channel: what is observed under it, less what is observed under another one. */
export interface ChannelEffect {
  readonly channel: string;
  /** Values in a row: one a component, but three (a rotation vector) an orientation. */
  readonly width: number;
  /** rows × width, in tolerances of the channel. */
  readonly values: Float64Array;
  /** A full turn in tolerances, where the channel is an angle. */
  readonly turn?: number;
}

/** The effect over rows `fromRow` … `toRow`, both included, of the two traces. */
export function actionEffect(
  channel: ChannelSpec,
  under: Columns,
  counterfactual: Columns,
  fromRow: number,
  toRow: number,
): ChannelEffect {
  const rows = toRow - fromRow + 1;
  const a = columnOfTrace(under, channel, toRow + 1, "scripted");
  const b = columnOfTrace(counterfactual, channel, toRow + 1, "counterfactual");
  const { name, kind, size, tolerance } = channel;
  const from = fromRow * size;
  if (kind === "quaternion") {
    const values = new Float64Array((rows * size * 3) / 4);
    for (let i = 0; i < (rows * size) / 4; i++) {
      const turn = rotationBetween(b, a, from + 4 * i);
      for (let j = 0; j < 3; j++) values[3 * i + j] = turn[j]! / tolerance;
    }
    return { channel: name, width: (size * 3) / 4, values };
  }
  const values = Float64Array.from(
    { length: rows * size },
    (_, i) => difference(kind, a[from + i]!, b[from + i]!) / tolerance,
  );
  return kind === "angle"
    ? { channel: name, width: size, values, turn: (2 * Math.PI) / tolerance }
    : { channel: name, width: size, values };
}

/** Two effects of the same action in the same channel, side by side. Squares are means over steps and components. */
export interface EffectComparison {
  readonly channel: string;
  readonly truthSquare: number;
  readonly candidateSquare: number;
  readonly gapSquare: number;
  /** Values in which truth's effect is above the floor, and those of them in which the candidate's has its sign. */
  readonly signs: { readonly trials: number; readonly hits: number };
  /** Correlation at each lag −L … L; positive lags: the candidate is late. */
  readonly lags: LagSums;
}

/** Sums over the window with one effect shifted; entry i is lag i − L. Before the window there is no effect. */
export interface LagSums {
  readonly cross: Float64Array;
  readonly truth: Float64Array;
  readonly candidate: Float64Array;
}

export interface CompareOptions {
  /** Size, in tolerances, from which on truth's value counts as an effect. */
  readonly noiseFloor: number;
  /** L: the longest lag looked at, in steps. */
  readonly mostLagSteps: number;
}

export function compareEffects(
  truth: ChannelEffect,
  candidate: ChannelEffect,
  { noiseFloor, mostLagSteps }: CompareOptions,
): EffectComparison {
  const { values: t, turn, width } = truth;
  const { values: c } = candidate;
  const count = t.length;
  let [gap, trials, hits] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const apart = c[i]! - t[i]!;
    gap += (turn === undefined ? apart : apart - turn * Math.round(apart / turn)) ** 2;
    if (Math.abs(t[i]!) < noiseFloor) continue;
    trials++;
    if (t[i]! * c[i]! > 0) hits++;
  }
  const [dt, dc] = [increments(truth), increments(candidate)];
  const lags: LagSums = {
    cross: new Float64Array(2 * mostLagSteps + 1),
    truth: new Float64Array(2 * mostLagSteps + 1),
    candidate: new Float64Array(2 * mostLagSteps + 1),
  };
  for (let lag = -mostLagSteps; lag <= mostLagSteps; lag++) {
    const [ofTruth, ofCandidate] = [Math.max(0, -lag) * width, Math.max(0, lag) * width];
    const i = lag + mostLagSteps;
    const overlap = count - Math.abs(lag) * width;
    lags.cross[i] = dot(dt, ofTruth, dc, ofCandidate, overlap);
    // What is shifted in from before the window is 0; the other effect keeps its first rows, which then match nothing.
    lags.truth[i] = lag >= 0 ? dot(dt, 0, dt, 0, overlap) : dot(dt, 0, dt, 0, count);
    lags.candidate[i] = lag <= 0 ? dot(dc, 0, dc, 0, overlap) : dot(dc, 0, dc, 0, count);
  }
  return {
    channel: truth.channel,
    truthSquare: dot(t, 0, t, 0, count) / count,
    candidateSquare: dot(c, 0, c, 0, count) / count,
    gapSquare: gap / count,
    signs: { trials, hits },
    lags,
  };
}

/**
 * Change of the effect from row to row, before the window 0. Effects grow smoothly, and smooth signals correlate at every
 * lag; what tells the time is when they begin and end to grow.
 */
function increments({ values, width, turn }: ChannelEffect): Float64Array {
  return values.map((value, i) => {
    const step = value - (i < width ? 0 : values[i - width]!);
    return turn === undefined ? step : step - turn * Math.round(step / turn);
  });
}

function dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[fromA + i]! * b[fromB + i]!;
  return sum;
}

/** Rotation vector (axis × angle in [0, π], in the frame both are given in) that takes orientation `from` to `to`. */
function rotationBetween(
  from: Float64Array,
  to: Float64Array,
  at: number,
): readonly [number, number, number] {
  const [w, x, y, z] = [to[at]!, to[at + 1]!, to[at + 2]!, to[at + 3]!];
  const [s, i, j, k] = [from[at]!, -from[at + 1]!, -from[at + 2]!, -from[at + 3]!];
  const real = w * s - x * i - y * j - z * k;
  const imaginary = [
    w * i + x * s + y * k - z * j,
    w * j - x * k + y * s + z * i,
    w * k + x * j - y * i + z * s,
  ] as const;
  const size = Math.hypot(...imaginary);
  // q and −q are the same orientation: the shorter way round has a real part above 0.
  const scale = size === 0 ? 0 : ((real < 0 ? -1 : 1) * 2 * Math.atan2(size, Math.abs(real))) / size;
  return [imaginary[0] * scale, imaginary[1] * scale, imaginary[2] * scale];
}
