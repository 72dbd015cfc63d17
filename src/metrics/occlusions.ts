import { distance } from "./distance.ts";
import type { PersistenceOptions, TrueObject } from "./object-persistence.ts";

/**
 * When an object is hidden or seen at the wrong time and an error of position explains it: hidden no farther than
 * `matchWithin` from where truth's went out of sight or came back, shown no longer than the grace.
 */
export function occlusionsOf(
  truth: readonly (readonly TrueObject[])[],
  o: number,
  { matchWithin, graceSteps = 0 }: PersistenceOptions,
): { excuses: (step: number) => boolean } {
  const seenAt = (step: number): boolean => truth[step]![o]!.seen;
  /** Steps at which truth still, or again, sees it: the edges of its occlusions. */
  const edges: number[] = [];
  for (let step = 1; step < truth.length; step++) {
    if (seenAt(step) !== seenAt(step - 1)) edges.push(seenAt(step) ? step : step - 1);
  }
  return {
    excuses: (step) =>
      edges.some((edge) => {
        if (!seenAt(step)) return Math.abs(edge - step) <= graceSteps;
        const { name, position } = truth[step]![o]!;
        return distance(position, truth[edge]![o]!.position) <= matchWithin[name]!;
      }),
  };
}
