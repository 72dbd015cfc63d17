import { componentName, wrapAngle, type ChannelSpec } from "../../core/channels.ts";
import type { FloatArray } from "../../tensor/session.ts";

/** How one graph output is laid out: rows × members × values in some order of axes. */
export interface OutputLayout {
  readonly tensor: string;
  readonly mode: "delta" | "absolute" | "log-variance";
  /** 1 where the output has no ensemble axis. */
  readonly members: number;
  readonly memberAxis: 0 | 1;
  readonly values: readonly OutputValue[];
}

/** What one position on the last axis is. */
export interface OutputValue {
  readonly channel: ChannelSpec;
  readonly component: number;
  readonly mean: number;
  readonly std: number;
  readonly wrap: boolean;
}

/** Names of the components that these outputs tell. */
export function toldBy(outputs: readonly OutputLayout[]): ReadonlySet<string> {
  return new Set(
    outputs
      .filter(({ mode }) => mode !== "log-variance")
      .flatMap(({ values }) => values.map(({ channel, component }) => componentName(channel, component))),
  );
}

/** Where predictions go: lanes × size values by channel. */
export interface Predictions {
  readonly previous: Readonly<Record<string, Float64Array>>;
  readonly next: Readonly<Record<string, Float64Array>>;
  /** Variance of `next`, for the channels the model has an opinion on; added to. */
  readonly variance: Readonly<Record<string, Float64Array>>;
  /** The member each lane follows; undefined: the mean of all. */
  readonly memberOfLane: Int32Array | undefined;
}

/**
 * Reads one graph output for the lanes `rows[from … to)`; row r of the tensor, which has `batch`, is lane
 * `rows[from + r]`.
 *
 * Variance is that of the mixture of the members' normal distributions (Lakshminarayanan, Pritzel & Blundell 2017,
 * section 2.4): the mean of the predicted variances plus the variance (over n) of the members' predictions.
 */
export function readOutput(
  layout: OutputLayout,
  data: FloatArray,
  batch: number,
  rows: Int32Array,
  from: number,
  to: number,
  into: Predictions,
): void {
  const width = layout.values.length;
  const rowStride = layout.memberAxis === 0 ? width : layout.members * width;
  const memberStride = layout.memberAxis === 0 ? batch * width : width;
  layout.values.forEach((value, v) => {
    const span = { rows, from, to, first: v, rowStride, memberStride, members: layout.members };
    const { name } = value.channel;
    if (layout.mode === "log-variance") {
      addVariances(value, data, span, into.variance[name]!);
      return;
    }
    // Absolute values are changes from nothing.
    const previous = layout.mode === "delta" ? into.previous[name]! : undefined;
    if (layout.members === 1) predictOne(value, data, span, previous, into.next[name]!);
    else {
      predictMany(value, data, span, previous, into.next[name]!, into.variance[name]!, into.memberOfLane);
    }
  });
}

/** Where one value of every row and member lies: `first + row × rowStride + member × memberStride`. */
interface Span {
  readonly rows: Int32Array;
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly rowStride: number;
  readonly memberStride: number;
  readonly members: number;
}

function addVariances(value: OutputValue, data: FloatArray, span: Span, variance: Float64Array): void {
  const { rows, from, to, rowStride, memberStride, members } = span;
  const { component, std } = value;
  const { size } = value.channel;
  const scale = (std * std) / members;
  for (let row = from, first = span.first; row < to; row++, first += rowStride) {
    let sum = 0;
    for (let m = 0, i = first; m < members; m++, i += memberStride) sum += Math.exp(data[i]!);
    const at = rows[row]! * size + component;
    variance[at] = variance[at]! + sum * scale;
  }
}

function predictOne(
  value: OutputValue,
  data: FloatArray,
  span: Span,
  previous: Float64Array | undefined,
  next: Float64Array,
): void {
  const { rows, from, to, rowStride } = span;
  const { component, mean, std, wrap } = value;
  const { size } = value.channel;
  for (let row = from, i = span.first; row < to; row++, i += rowStride) {
    const at = rows[row]! * size + component;
    const predicted = data[i]! * std + mean + (previous === undefined ? 0 : previous[at]!);
    next[at] = wrap ? wrapAngle(predicted) : predicted;
  }
}

/** Mean and variance in one pass, about the first member: what is squared is as small as the spread. */
function predictMany(
  value: OutputValue,
  data: FloatArray,
  span: Span,
  previous: Float64Array | undefined,
  next: Float64Array,
  variance: Float64Array,
  memberOfLane: Int32Array | undefined,
): void {
  const { rows, from, to, rowStride, memberStride, members } = span;
  const { component, mean, std, wrap } = value;
  const { size } = value.channel;
  for (let row = from, first = span.first; row < to; row++, first += rowStride) {
    const base = data[first]!;
    let sum = 0;
    let squares = 0;
    for (let m = 1, i = first + memberStride; m < members; m++, i += memberStride) {
      const off = data[i]! - base;
      sum += off;
      squares += off * off;
    }
    const shift = sum / members;
    const spread = Math.max(0, squares / members - shift * shift);
    const lane = rows[row]!;
    const at = lane * size + component;
    variance[at] = variance[at]! + spread * std * std;
    const output =
      memberOfLane === undefined ? base + shift : data[first + memberOfLane[lane]! * memberStride]!;
    const predicted = output * std + mean + (previous === undefined ? 0 : previous[at]!);
    next[at] = wrap ? wrapAngle(predicted) : predicted;
  }
}
