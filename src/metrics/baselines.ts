import type { ChannelSpec } from "../core/channels.ts";
import { columnOfTrace, type Columns } from "./divergence.ts";

/** What a prediction must beat to be worth anything, made from the row it starts at alone. */
export type Baseline = "persistence" | "constant-velocity";

/**
 * Rows 0…`steps` of a baseline that starts from row `from` of an observed trace. `persistence` repeats the row;
 * `constant-velocity` moves each channel whose derivative is observed along that derivative and repeats the others.
 */
export function baselinePrediction(
  baseline: Baseline,
  channels: readonly ChannelSpec[],
  observation: Columns,
  from: number,
  steps: number,
  controlPeriodSec: number,
): Record<string, Float64Array> {
  const predicted: Record<string, Float64Array> = {};
  for (const channel of channels) {
    const { name, size } = channel;
    const start = rowOf(observation, channel, from);
    const velocity = baseline === "constant-velocity" ? velocityOf(channel, channels) : undefined;
    const rate = velocity === undefined ? undefined : rowOf(observation, velocity, from);
    const column = new Float64Array((steps + 1) * size);
    for (let k = 0; k <= steps; k++) {
      for (let i = 0; i < size; i++)
        column[k * size + i] = start[i]! + (rate?.[i] ?? 0) * k * controlPeriodSec;
    }
    predicted[name] = column;
  }
  return predicted;
}

/** The channel that is the time derivative of this one, component by component. */
function velocityOf(channel: ChannelSpec, channels: readonly ChannelSpec[]): ChannelSpec | undefined {
  return channels.find((other) => other.derivativeOf === channel.name && other.size === channel.size);
}

function rowOf(observation: Columns, channel: ChannelSpec, row: number): Float64Array {
  const column = columnOfTrace(observation, channel, row + 1, "observed");
  return column.subarray(row * channel.size, (row + 1) * channel.size);
}
