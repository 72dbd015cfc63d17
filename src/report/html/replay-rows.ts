import type { ErrorRow, ReplayResult, WorldReplay } from "../replay-result.ts";

/** The channel that stands for all channels together, in tolerances. */
export const SCALED = "*";

/** The world that was asked about, then the others. */
export function replayWorlds(result: ReplayResult): readonly WorldReplay[] {
  return [result, ...result.others];
}

/** Rows at a time, to half a nanosecond of rounding. */
export function rowsAt(rows: readonly ErrorRow[], atSec: number): readonly ErrorRow[] {
  return rows.filter((row) => Math.abs(row.atSec - atSec) < 1e-9 * Math.max(1, atSec));
}

export function channelsOf(rows: readonly ErrorRow[]): readonly string[] {
  return [...new Set(rows.map(({ channel }) => channel))];
}

export function channelTitle(channel: string): string {
  return channel === SCALED ? "All channels, in tolerances" : channel;
}
