import type { RecordedWorld, Recording } from "../../recording.ts";
import type { Alignment } from "../time/alignment.ts";
import { spanOf } from "./span.ts";

type ByEvent = Extract<Alignment, { kind: "event" }>;

/**
 * Events that both worlds have, each at its own time: the end of the rollout, and the moment at which a channel was
 * farthest out (the top of a swing), for as many channels as there are.
 */
export function eventAlignments(recording: Recording | undefined): readonly ByEvent[] {
  const [truth, other] = recording?.worlds ?? [];
  if (truth === undefined || other === undefined) return [];
  const found: ByEvent[] = [
    { kind: "event", name: "end", truthSec: spanOf([truth]).toSec, otherSec: spanOf([other]).toSec },
  ];
  for (const name of Object.keys(truth.observation)) {
    const [a, b] = [farthest(truth, name), farthest(other, name)];
    if (a === undefined || b === undefined) continue;
    found.push({ kind: "event", name: `peak of ${name}`, truthSec: a, otherSec: b });
  }
  return found;
}

/** When the largest component of a channel was largest in size. */
function farthest(world: RecordedWorld, name: string): number | undefined {
  const signal = world.observation[name];
  if (signal === undefined) return undefined;
  let best = -1;
  let at: number | undefined;
  signal.values.forEach((value, i) => {
    if (Math.abs(value) > best) {
      best = Math.abs(value);
      at = signal.timesSec[Math.floor(i / signal.channel.size)];
    }
  });
  return at;
}
