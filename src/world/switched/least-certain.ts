import type { Batch, ChannelSpec } from "../../core/channels.ts";
import type { Evidence } from "./switching-rule.ts";

/** The channel of which a world is least certain in a lane, in tolerances; undefined where it states nothing of them. */
export function leastCertain(
  { columns }: Batch,
  channels: readonly ChannelSpec[],
  lane: number,
): Evidence["uncertainty"] {
  let found: Evidence["uncertainty"];
  for (const { name, size, tolerance } of channels) {
    const deviations = columns[name]?.subarray(lane * size, (lane + 1) * size);
    if (deviations === undefined) continue;
    const value = Math.max(...deviations) / tolerance;
    if (found === undefined || value > found.value) found = { channel: name, value };
  }
  return found;
}
