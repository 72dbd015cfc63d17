import { inputError } from "./errors.ts";
import { bytesOf, type Images, type ImageSpec } from "./picture.ts";

/** How two values of a channel are compared: on the line, on the circle, or as orientations (w, x, y, z). */
export type ChannelKind = "linear" | "angle" | "quaternion";

/** One named quantity, observed or commanded. Values are SI (`unit` names which), row-major over `shape`. */
export interface ChannelSpec {
  readonly name: string;
  /** A coherent SI unit: `rad`, `m/s`, `N m`; `1` for a pure number. */
  readonly unit: string;
  readonly kind: ChannelKind;
  readonly shape: readonly number[];
  /** Number of values in one lane: the product of `shape`. */
  readonly size: number;
  /** Names of the components (joint names, x/y/z); as many as `size`, or absent. */
  readonly labels?: readonly string[];
  readonly frame?: string;
  /** How far off, in `unit`, the task can bear; errors are reported divided by it. */
  readonly tolerance: number;
  /** Values outside are a fault in an observation and are clipped in an action. One pair for all components. */
  readonly limits?: readonly [lower: number, upper: number];
  /** The channel whose time derivative this one is (what a constant-velocity prediction extrapolates with). */
  readonly derivativeOf?: string;
}

/** The values of some channels for many lanes at one control step. */
export interface Batch {
  readonly lanes: number;
  /** Control step since reset; 0 is the observation that reset returns. */
  readonly step: number;
  /** Channel name → `lanes × size` values, lane-major. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** 1 for lanes still running; values of the others mean nothing. Absent: all run. */
  readonly active?: Uint8Array;
  /** The pictures that go with an observation, for policies that look at some. */
  readonly images?: Images;
}

/** A batch of zeros for these channels. */
export function emptyBatch(channels: readonly ChannelSpec[], lanes: number, step = 0): Batch {
  const columns: Record<string, Float64Array> = {};
  for (const channel of channels) columns[channel.name] = new Float64Array(lanes * channel.size);
  return { lanes, step, columns };
}

/** The column of one channel. @throws SimgateError if the batch does not carry it at the expected size. */
export function columnOf(batch: Batch, channel: ChannelSpec): Float64Array {
  const column = batch.columns[channel.name];
  if (column?.length !== batch.lanes * channel.size) {
    throw inputError(`channel "${channel.name}" is not in the batch as declared`, {
      expected: `${batch.lanes} lanes × ${channel.size} values`,
      got: column === undefined ? "no such column" : `${column.length} values`,
    });
  }
  return column;
}

/** The pictures of one image channel. @throws SimgateError if the batch does not carry them at the expected size. */
export function picturesOf(batch: Batch, image: ImageSpec): Uint8Array {
  const pictures = batch.images?.[image.name];
  if (pictures?.length !== batch.lanes * bytesOf(image)) {
    throw inputError(`image channel "${image.name}" is not in the batch as declared`, {
      expected: `${batch.lanes} lanes × ${image.size.join(" × ")} pixels`,
      got: pictures === undefined ? "no such pictures" : `${pictures.length} bytes`,
    });
  }
  return pictures;
}

/** A copy that shares nothing with the original. */
export function copyBatch(batch: Batch): Batch {
  const columns: Record<string, Float64Array> = {};
  for (const [name, column] of Object.entries(batch.columns)) columns[name] = column.slice();
  const { lanes, step, active, images } = batch;
  return {
    lanes,
    step,
    columns,
    ...(active === undefined ? {} : { active: active.slice() }),
    ...(images === undefined
      ? {}
      : { images: Object.fromEntries(Object.entries(images).map(([name, rgb]) => [name, rgb.slice()])) }),
  };
}

/** Whether a lane is still running. */
export function isActive(batch: Batch, lane: number): boolean {
  return batch.active === undefined || batch.active[lane] === 1;
}

/** `name[label]` or `name[index]` for a component of a vector channel, `name` for a scalar. */
export function componentName(channel: ChannelSpec, component: number): string {
  if (channel.size === 1) return channel.name;
  return `${channel.name}[${channel.labels?.[component] ?? component}]`;
}

/** Signed difference a − b of one component; angles on the circle, in (−π, π]. Quaternions: see `metrics/divergence.ts`. */
export function difference(kind: ChannelKind, a: number, b: number): number {
  return kind === "angle" ? wrapAngle(a - b) : a - b;
}

/** The angle brought into (−π, π]. */
export function wrapAngle(angleRad: number): number {
  if (angleRad > -Math.PI && angleRad <= Math.PI) return angleRad;
  const turn = 2 * Math.PI;
  const wrapped = angleRad - turn * Math.floor((angleRad + Math.PI) / turn);
  return wrapped <= -Math.PI ? wrapped + turn : wrapped;
}
