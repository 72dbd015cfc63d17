import { type ChannelSpec, difference } from "../core/channels.ts";
import type { Trace } from "../core/trace.ts";
import { columnOfTrace } from "./divergence.ts";

/**
 * Root mean square distance of a signal from its mean over all rows of some traces, per channel, in its unit. Each
 * component has its own mean. Angles: distance on the circle from the circular mean, so at most π. Orientations have
 * none.
 */
export function signalSpread(
  channels: readonly ChannelSpec[],
  traces: readonly Pick<Trace, "observation" | "steps">[],
): Record<string, number> {
  const rows = traces.reduce((sum, trace) => sum + trace.steps + 1, 0);
  const spread: Record<string, number> = {};
  for (const channel of channels) {
    if (channel.kind === "quaternion") continue;
    const angle = channel.kind === "angle";
    let squares = 0;
    for (let component = 0; component < channel.size; component++) {
      const mean = (map: (value: number) => number): number => total(traces, channel, component, map) / rows;
      const centre = angle ? Math.atan2(mean(Math.sin), mean(Math.cos)) : mean((value) => value);
      squares += total(traces, channel, component, (value) => difference(channel.kind, value, centre) ** 2);
    }
    spread[channel.name] = rows === 0 ? 0 : Math.sqrt(squares / (rows * channel.size));
  }
  return spread;
}

function total(
  traces: readonly Pick<Trace, "observation" | "steps">[],
  channel: ChannelSpec,
  component: number,
  map: (value: number) => number,
): number {
  let sum = 0;
  for (const { observation, steps } of traces) {
    const column = columnOfTrace(observation, channel, steps + 1, "true");
    for (let k = 0; k <= steps; k++) sum += map(column[k * channel.size + component]!);
  }
  return sum;
}
