import { distance } from "./distance.ts";
import type { Estimate } from "./estimate.ts";
import type { Sighting, TrueObject } from "./object-persistence.ts";
import { quantileOfSorted, sorted } from "./quantile.ts";
import { type ClusterCount, clusteredRate } from "./rate.ts";

/** One frame of truth: what is in it, and what a probe says is. */
export interface ProbedFrame {
  /** Frames of one start are alike: they are counted together. */
  readonly start: number;
  readonly truth: readonly TrueObject[];
  readonly seen: readonly Sighting[];
}

/** How often a probe errs where truth is known. */
export interface ProbeErrors {
  readonly frames: number;
  /** Of the objects that it finds under their names, in the unit of their positions; absent where it finds none. */
  readonly position?: {
    readonly median: number;
    readonly p90: number;
    readonly largest: number;
    readonly n: number;
  };
  /** Objects that truth shows: those of which nothing is found, and those taken for something else. */
  readonly missed: Estimate;
  readonly misnamed: Estimate;
  /** Of all that is found: what truth does not show. */
  readonly phantom: Estimate;
}

/**
 * Compares what a probe sees with what is there. An object is found by the nearest sighting of its name within `matchWithin`;
 * if there is none, one of another name there is its misnaming. What is left over is phantom.
 * @param matchWithin object → farthest from its place that still is it
 */
export function probeErrors(
  frames: readonly ProbedFrame[],
  matchWithin: Readonly<Record<string, number>>,
  confidence: number,
): ProbeErrors {
  const far: number[] = [];
  const counts = { missed: new Counts(), misnamed: new Counts(), phantom: new Counts() };
  for (const { start, truth, seen } of frames) {
    const left = new Set(seen);
    const shown = truth.filter((object) => object.seen);
    const unfound = shown.filter(({ name, position }) => {
      const found = nearest(position, left, matchWithin[name]!, (one) => one.identity === name);
      if (found === undefined) return true;
      left.delete(found);
      far.push(distance(found.position, position));
      return false;
    });
    let misnamed = 0;
    for (const { name, position } of unfound) {
      const other = nearest(position, left, matchWithin[name]!, () => true);
      if (other === undefined) continue;
      left.delete(other);
      misnamed++;
    }
    counts.missed.add(start, unfound.length - misnamed, shown.length);
    counts.misnamed.add(start, misnamed, shown.length);
    counts.phantom.add(start, left.size, seen.length);
  }
  const ascending = sorted(far);
  return {
    frames: frames.length,
    ...(far.length === 0
      ? {}
      : {
          position: {
            median: quantileOfSorted(ascending, 0.5),
            p90: quantileOfSorted(ascending, 0.9),
            largest: ascending.at(-1)!,
            n: far.length,
          },
        }),
    missed: counts.missed.rate("truth shows no object", confidence),
    misnamed: counts.misnamed.rate("truth shows no object", confidence),
    phantom: counts.phantom.rate("nothing is found", confidence),
  };
}

function nearest(
  place: ArrayLike<number>,
  among: Iterable<Sighting>,
  within: number,
  fits: (one: Sighting) => boolean,
): Sighting | undefined {
  let best: Sighting | undefined;
  let least = within;
  for (const one of among) {
    if (!fits(one)) continue;
    const far = distance(one.position, place);
    if (far <= least) [best, least] = [one, far];
  }
  return best;
}

class Counts {
  readonly #byStart = new Map<number, ClusterCount>();

  add(start: number, hits: number, trials: number): void {
    const before = this.#byStart.get(start) ?? { hits: 0, trials: 0 };
    this.#byStart.set(start, { hits: before.hits + hits, trials: before.trials + trials });
  }

  rate(whenEmpty: string, confidence: number): Estimate {
    return clusteredRate(this.#byStart.values(), whenEmpty, confidence);
  }
}
