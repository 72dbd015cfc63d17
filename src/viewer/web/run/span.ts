import type { RecordedWorld } from "../../recording.ts";
import type { Span } from "../time/play-head.ts";

/** From the first to the last observation of any of these worlds. */
export function spanOf(worlds: readonly RecordedWorld[]): Span {
  let fromSec = Infinity;
  let toSec = -Infinity;
  for (const world of worlds) {
    for (const { timesSec } of Object.values(world.observation)) {
      if (timesSec.length === 0) continue;
      fromSec = Math.min(fromSec, timesSec[0]!);
      toSec = Math.max(toSec, timesSec.at(-1)!);
    }
  }
  return fromSec <= toSec ? { fromSec, toSec } : { fromSec: 0, toSec: 0 };
}
