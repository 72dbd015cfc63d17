import type { RecordedWorld, Recording, Signal } from "../../recording.ts";
import type { Alignment } from "../time/alignment.ts";
import { spanOf } from "./span.ts";

const PEAK = "peak of ";

/**
 * Events that both worlds have, each at its own time: the end of the rollout, and the moment at which a channel was
 * farthest out (the top of a swing), for as many channels as there are.
 */
export function alignableEvents({ worlds: [truth, other] }: Recording): readonly string[] {
  if (truth === undefined || other === undefined) return [];
  const shared = Object.keys(truth.observation).filter(
    (name) => hasSamples(truth, name) && hasSamples(other, name),
  );
  return ["end", ...shared.map((name) => PEAK + name)];
}

/** Undefined for an event that the two do not have. */
export function alignmentAt(recording: Recording, event: string): Alignment | undefined {
  const [truth, other] = recording.worlds;
  if (truth === undefined || other === undefined || !alignableEvents(recording).includes(event))
    return undefined;
  const momentOf = (world: RecordedWorld): number =>
    event === "end" ? spanOf([world]).toSec : farthest(world.observation[event.slice(PEAK.length)]!);
  return { kind: "event", name: event, truthSec: momentOf(truth), otherSec: momentOf(other) };
}

function hasSamples({ observation }: RecordedWorld, name: string): boolean {
  return (observation[name]?.timesSec.length ?? 0) > 0;
}

/** When the largest component of a channel was largest in size. */
function farthest({ channel, timesSec, values }: Signal): number {
  let best = -1;
  let at = timesSec[0]!;
  values.forEach((value, i) => {
    if (Math.abs(value) > best) {
      best = Math.abs(value);
      at = timesSec[Math.floor(i / channel.size)]!;
    }
  });
  return at;
}
