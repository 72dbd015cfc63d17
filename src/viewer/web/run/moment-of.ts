import type { RecordedWorld, Signal } from "../../recording.ts";
import type { MomentRequest } from "../../session.ts";
import { indexAt } from "../time/nearest.ts";

/** What a world showed last at a time, as it showed it: nothing between two samples is made up. */
export function momentOf(world: RecordedWorld, timeSec: number): MomentRequest {
  const rows = (signals: Readonly<Record<string, Signal>>): Record<string, number[]> =>
    Object.fromEntries(
      Object.entries(signals).map(([name, { channel, timesSec, values }]) => {
        const row = Math.max(0, indexAt(timesSec, timeSec));
        return [name, Array.from(values.subarray(row * channel.size, (row + 1) * channel.size))];
      }),
    );
  return {
    observation: rows(world.observation),
    action: rows(world.applied),
    parameters: world.start?.parameters ?? {},
  };
}
