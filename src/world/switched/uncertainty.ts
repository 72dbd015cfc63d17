import { type Batch, type ChannelSpec, emptyBatch } from "../../core/channels.ts";
import type { WorldSpec } from "../world.ts";
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

/** What the learned world says of its own error, where it made the step; elsewhere no number. */
export function statedWhereMade(
  said: Batch | undefined,
  byPhysics: Uint8Array,
  step: number,
  { observation }: WorldSpec,
): Batch | undefined {
  if (said === undefined) return undefined;
  const known = observation.filter(({ name }) => name in said.columns);
  const { columns } = emptyBatch(known, said.lanes);
  for (const { name, size } of known) {
    const column = columns[name]!;
    for (let i = 0; i < column.length; i++) {
      column[i] = byPhysics[Math.floor(i / size)] === 1 ? NaN : said.columns[name]![i]!;
    }
  }
  return { lanes: said.lanes, step, columns };
}
