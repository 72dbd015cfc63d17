import type { RecordedWorld, Signal } from "../../recording.ts";

/**
 * How another world's moments are laid beside truth's: the same time since the start, the same control step (they differ
 * where one dropped samples or runs at another period), or both at an event, whenever each reached it.
 */
export type Alignment =
  | { readonly kind: "time" }
  | { readonly kind: "step" }
  /** Times of the event in truth and in the other world, s. */
  | { readonly kind: "event"; readonly name: string; readonly truthSec: number; readonly otherSec: number };

/** The world with its samples moved on the time axis, so that nobody after this needs to know how it was aligned. */
export function alignWorld(world: RecordedWorld, truth: RecordedWorld, alignment: Alignment): RecordedWorld {
  if (alignment.kind === "time") return world;
  const move = (kind: "observation" | "applied" | "requested" | "uncertainty"): Record<string, Signal> =>
    Object.fromEntries(
      Object.entries(world[kind]).map(([name, signal]) => [
        name,
        { ...signal, timesSec: moved(signal, truth[kind][name] ?? truth.observation[name], alignment) },
      ]),
    );
  return {
    ...world,
    observation: move("observation"),
    applied: move("applied"),
    requested: move("requested"),
    uncertainty: move("uncertainty"),
  };
}

function moved(
  { timesSec }: Signal,
  truth: Signal | undefined,
  alignment: Exclude<Alignment, { kind: "time" }>,
): Float64Array {
  if (alignment.kind === "event") {
    const by = alignment.truthSec - alignment.otherSec;
    return timesSec.map((t) => t + by);
  }
  if (truth === undefined || truth.timesSec.length < 2) return timesSec;
  const last = truth.timesSec.length - 1;
  const periodSec = (truth.timesSec[last]! - truth.timesSec[0]!) / last;
  return timesSec.map((_, k) => truth.timesSec[k] ?? truth.timesSec[last]! + (k - last) * periodSec);
}
