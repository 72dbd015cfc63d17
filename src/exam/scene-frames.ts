import type { Trace } from "../core/trace.ts";
import { distance } from "../metrics/distance.ts";
import type { Sighting, TrueObject } from "../metrics/object-persistence.ts";
import type { Scenario, ScenarioObject } from "../scenario/scenario.ts";

/** The objects of a scenario in the channels of a trace. */
export interface ObjectChannels {
  readonly object: ScenarioObject;
  readonly size: number;
  readonly limits: readonly [lower: number, upper: number] | undefined;
}

export function objectChannels({ objects, observation }: Scenario): readonly ObjectChannels[] {
  return objects.map((object) => {
    const { size, limits } = observation.find(({ name }) => name === object.position)!;
    return { object, size, limits };
  });
}

/** What truth has of every object, step by step. */
export function trueObjects(channels: readonly ObjectChannels[], trace: Trace): readonly TrueObject[][] {
  return Array.from({ length: trace.steps + 1 }, (_, step) =>
    channels.map((one) => ({
      name: one.object.name,
      position: positionAt(one, trace, step),
      seen: isSeen(one, trace, step),
    })),
  );
}

/** What a world shows of every object: nothing of one that is hidden, not a number or outside its declared limits. */
export function sightings(
  channels: readonly ObjectChannels[],
  trace: Trace,
  steps: number,
): readonly Sighting[][] {
  return Array.from({ length: Math.min(steps, trace.steps) + 1 }, (_, step) =>
    channels.flatMap((one) => {
      const position = positionAt(one, trace, step);
      return isSeen(one, trace, step) && isPlace(position, one.limits)
        ? [{ identity: one.object.name, position }]
        : [];
    }),
  );
}

/** The farthest each object comes in one step, in sight, in any of these traces. */
export function largestStep(
  channels: readonly ObjectChannels[],
  traces: readonly Trace[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    channels.map((one) => {
      let largest = 0;
      for (const trace of traces) {
        for (let step = 1; step <= trace.steps; step++) {
          if (!isSeen(one, trace, step) || !isSeen(one, trace, step - 1)) continue;
          const far = distance(positionAt(one, trace, step), positionAt(one, trace, step - 1));
          if (far > largest) largest = far;
        }
      }
      return [one.object.name, largest];
    }),
  );
}

function positionAt({ object, size }: ObjectChannels, { observation }: Trace, step: number): Float64Array {
  return observation[object.position]!.subarray(step * size, (step + 1) * size);
}

/** A learned flag is some number near 0 or 1. */
function isSeen({ object }: ObjectChannels, { observation }: Trace, step: number): boolean {
  return object.visible === undefined || observation[object.visible]![step]! >= 0.5;
}

function isPlace(position: Float64Array, limits: ObjectChannels["limits"]): boolean {
  const [lower, upper] = limits ?? [-Infinity, Infinity];
  return position.every((value) => Number.isFinite(value) && value >= lower && value <= upper);
}
