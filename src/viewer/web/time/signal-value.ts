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

/** The observations of a world at a time, each looked up when it is asked for. */
export function observationAt(
  { observation }: RecordedWorld,
  timeSec: number,
): (channel: string) => ArrayLike<number> | undefined {
  const known = new Map<string, ArrayLike<number> | undefined>();
  return (channel) => {
    if (!known.has(channel)) {
      const signal = observation[channel];
      known.set(channel, signal && rowAt(signal, timeSec));
    }
    return known.get(channel);
  };
}
