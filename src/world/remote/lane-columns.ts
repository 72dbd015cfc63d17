import type { ChannelSpec } from "../../core/channels.ts";
import type { Columns } from "./lane-block.ts";

/** The values of the lanes `from … to`: views. */
export function cut(columns: Columns, channels: readonly ChannelSpec[], from: number, to: number): Columns {
  return Object.fromEntries(
    channels.map(({ name, size }) => [name, columns[name]!.subarray(from * size, to * size)]),
  );
}

/** Writes the values of some lanes into those of all, from lane `from` on. */
export function put(into: Columns, channels: readonly ChannelSpec[], columns: Columns, from: number): void {
  for (const { name, size } of channels)
    if (columns[name] !== undefined) into[name]!.set(columns[name], from * size);
}
