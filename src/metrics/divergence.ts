import { type ChannelSpec, difference } from "../core/channels.ts";
import { inputError } from "../core/errors.ts";

/** Channel name → values over time, row-major: (steps + 1) × size, as a trace holds them. */
export type Columns = Readonly<Record<string, Float64Array>>;

/** How far two traces are apart in one channel, in units of its tolerance, step by step. */
export interface ChannelDivergence {
  readonly channel: string;
  /** Root mean square over the components. */
  readonly rms: Float64Array;
  /** Largest component. */
  readonly max: Float64Array;
}

export interface Divergence {
  readonly steps: number;
  readonly channels: readonly ChannelDivergence[];
  /** Largest component of any channel at each step. */
  readonly worst: Float64Array;
  /** First step at which any component is off by more than its tolerance. */
  readonly first?: {
    readonly step: number;
    readonly timeSec: number;
    readonly channel: string;
  };
}

/** Compares steps 0…`steps` of two traces. A value that is not finite on either side counts as infinitely far off. */
export function divergence(
  channels: readonly ChannelSpec[],
  truth: Columns,
  candidate: Columns,
  steps: number,
  controlPeriodSec: number,
): Divergence {
  const worst = new Float64Array(steps + 1);
  const parts = channels.map((channel) => {
    const rms = new Float64Array(steps + 1);
    const max = new Float64Array(steps + 1);
    const a = columnOfTrace(truth, channel, steps + 1, "truth");
    const b = columnOfTrace(candidate, channel, steps + 1, "candidate");
    for (let k = 0; k <= steps; k++) {
      const error = scaledError(channel, a, k, b, k);
      rms[k] = error.rms;
      max[k] = error.max;
      if (error.max > worst[k]!) worst[k] = error.max;
    }
    return { channel: channel.name, rms, max };
  });
  const step = worst.findIndex((value) => value > 1);
  if (step < 0) return { steps, channels: parts, worst };
  const channel = parts.find((part) => part.max[step] === worst[step])!.channel;
  return {
    steps,
    channels: parts,
    worst,
    first: { step, timeSec: step * controlPeriodSec, channel },
  };
}

/** The column of a channel. @throws SimgateError if it is missing or holds fewer rows. */
export function columnOfTrace(
  columns: Columns,
  channel: ChannelSpec,
  rows: number,
  of: string,
): Float64Array {
  const column = columns[channel.name];
  if (column === undefined || column.length < rows * channel.size) {
    throw inputError(`the ${of} trace does not carry channel "${channel.name}" far enough`, {
      expected: `${rows} rows of ${channel.size}`,
      got: column === undefined ? "no such channel" : `${column.length} values`,
    });
  }
  return column;
}

/**
 * Error of one channel between row `rowA` of `a` and row `rowB` of `b`, divided by the tolerance: linear components by
 * subtraction, angles on the circle, each quaternion (w, x, y, z) as one geodesic angle.
 */
export function scaledError(
  channel: ChannelSpec,
  a: Float64Array,
  rowA: number,
  b: Float64Array,
  rowB: number,
): { rms: number; max: number } {
  const count = componentCount(channel);
  let squares = 0;
  let max = 0;
  for (let i = 0; i < count; i++) {
    const error = componentError(channel, i, a, rowA, b, rowB);
    squares += error * error;
    if (error > max) max = error;
  }
  return { rms: Math.sqrt(squares / count), max };
}

/** How many things of a channel are compared one by one: an orientation is one, not four. */
export function componentCount({ kind, size }: ChannelSpec): number {
  return kind === "quaternion" ? size / 4 : size;
}

/** {@link scaledError} of one component (or one orientation) alone; Infinity where either side is not a number. */
export function componentError(
  channel: ChannelSpec,
  component: number,
  a: Float64Array,
  rowA: number,
  b: Float64Array,
  rowB: number,
): number {
  const width = channel.kind === "quaternion" ? 4 : 1;
  const atA = rowA * channel.size + component * width;
  const atB = rowB * channel.size + component * width;
  const raw =
    width === 4 ? geodesicAngle(a, atA, b, atB) : Math.abs(difference(channel.kind, a[atA]!, b[atB]!));
  return Number.isNaN(raw) ? Infinity : raw / channel.tolerance;
}

/** The angle, in [0, π], of the rotation that takes one orientation to the other; q and −q are the same one. */
export function geodesicAngle(p: ArrayLike<number>, atP: number, q: ArrayLike<number>, atQ: number): number {
  let dot = 0;
  let pp = 0;
  let qq = 0;
  for (let i = 0; i < 4; i++) {
    dot += p[atP + i]! * q[atQ + i]!;
    pp += p[atP + i]! ** 2;
    qq += q[atQ + i]! ** 2;
  }
  const sign = dot < 0 ? -1 : 1;
  let apart = 0;
  let along = 0;
  for (let i = 0; i < 4; i++) {
    const u = p[atP + i]! / Math.sqrt(pp);
    const v = (sign * q[atQ + i]!) / Math.sqrt(qq);
    apart += (u - v) ** 2;
    along += (u + v) ** 2;
  }
  // Half-angle form: exact for small angles, where acos of the dot product is not.
  return 4 * Math.atan2(Math.sqrt(apart), Math.sqrt(along));
}
