import type { ChannelSpec } from "../core/channels.ts";
import type { ErrorWindow } from "./error-window.ts";
import { undefinedEstimate } from "./estimate.ts";
import { firstCrossing, type Horizon, type HorizonOptions, type HorizonSeries } from "./horizon.ts";

export interface ValidPredictionOptions extends HorizonOptions {
  readonly channels: readonly ChannelSpec[];
  /** Channel → standard deviation of the true signal in the channel's unit, see `signal-spread.ts`. */
  readonly spread: Readonly<Record<string, number>>;
  /** In standard deviations. */
  readonly threshold?: number;
}

/**
 * Valid prediction time: the first time at which the median error is above 0.4 standard deviations of the true signal,
 * that is, at which more than half of the windows are. The error of a window is the root mean square over the channels
 * (Vlachas et al. 2020). Channels that do not move in truth have no scale and are left out, as are orientations.
 */
export function validPredictionTime(
  windows: readonly ErrorWindow[],
  options: ValidPredictionOptions,
): Horizon {
  const { channels, spread, threshold = 0.4 } = options;
  const moving = channels.filter(
    (channel) => channel.kind !== "quaternion" && (spread[channel.name] ?? 0) > 0,
  );
  if (moving.length === 0) return undefinedEstimate("no channel moves in truth", windows.length);
  const series = windows.map((window) => ({
    cluster: window.cluster,
    error: inSpreads(window, moving, spread),
  }));
  return firstCrossing(series, {
    ...options,
    name: "valid prediction time",
    report: "crossing",
    exceeds: (error) => error > threshold,
    crossed: (over, n) => (n === 0 ? "unknown" : over * 2 > n ? "yes" : "no"),
  });
}

function inSpreads(
  window: ErrorWindow,
  channels: readonly ChannelSpec[],
  spread: Readonly<Record<string, number>>,
): HorizonSeries["error"] {
  const sum = new Float64Array(window.worst.length);
  for (const channel of channels) {
    const scale = channel.tolerance / spread[channel.name]!;
    window.errors[channel.name]!.forEach((error, k) => (sum[k]! += (error * scale) ** 2));
  }
  return sum.map((squares) => Math.sqrt(squares / channels.length));
}
