import { difference } from "../../../core/channels.ts";
import type { RecordedWorld, Signal } from "../../recording.ts";
import { indexAt } from "./nearest.ts";

/**
 * The row of a signal at a time: between two samples on the straight line (on the circle for angles; orientations keep
 * the nearer sample), before the first and after the last the sample itself. Undefined where there is none at all.
 */
export function rowAt(signal: Signal, timeSec: number, out: number[] = []): number[] | undefined {
  const { channel, timesSec, values } = signal;
  const last = timesSec.length - 1;
  if (last < 0) return undefined;
  const before = Math.max(0, indexAt(timesSec, timeSec));
  const after = Math.min(last, before + 1);
  const span = timesSec[after]! - timesSec[before]!;
  let share = span > 0 ? Math.min(1, Math.max(0, (timeSec - timesSec[before]!) / span)) : 0;
  if (channel.kind === "quaternion") share = share < 0.5 ? 0 : 1;
  for (let c = 0; c < channel.size; c++) {
    const a = values[before * channel.size + c]!;
    const b = values[after * channel.size + c]!;
    out[c] = share === 0 ? a : a + share * difference(channel.kind, b, a);
  }
  out.length = channel.size;
  return out;
}

/** All observations of a world at a time, by channel. */
export function observationAt(
  world: RecordedWorld,
  timeSec: number,
  out: Record<string, number[]> = {},
): Record<string, number[]> {
  for (const [name, signal] of Object.entries(world.observation)) {
    const row = rowAt(signal, timeSec, out[name]);
    if (row !== undefined) out[name] = row;
  }
  return out;
}

/** As the kinematics ask for them. */
export function valuesOf(
  observation: Readonly<Record<string, ArrayLike<number>>>,
): (channel: string) => ArrayLike<number> | undefined {
  return (channel) => observation[channel];
}
