import type { ChannelSpec } from "../core/channels.ts";
import type { Trace } from "../core/trace.ts";
import { distance } from "./distance.ts";
import {
  auditPersistence,
  type PersistenceAudit,
  type PersistenceOptions,
  type Sighting,
  type TrueObject,
} from "./object-persistence.ts";

/** An object may be shown this long after truth has hidden it, and before truth shows it again. */
const GRACE_SEC = 0.5;

/** An object, and the observation channels that show it. */
export interface ShownObject {
  readonly name: string;
  readonly position: string;
  /** 1 while the observer sees it, 0 while it is hidden. Absent: always seen. */
  readonly visible?: string;
  readonly matchWithin: number;
}

/** What of a trace shows objects. */
export type ShownTrace = Pick<Trace, "steps" | "observation" | "fault">;

/** The objects of a scenario in the channels of a trace. */
export interface ObjectChannels {
  readonly object: ShownObject;
  readonly size: number;
  readonly limits: readonly [lower: number, upper: number] | undefined;
}

export function objectChannels({
  objects,
  observation,
}: {
  readonly objects: readonly ShownObject[];
  readonly observation: readonly ChannelSpec[];
}): readonly ObjectChannels[] {
  return objects.map((object) => {
    const { size, limits } = observation.find(({ name }) => name === object.position)!;
    return { object, size, limits };
  });
}

/** How far objects may move and stray: their own motion in these traces of truth says. */
export function auditOptions(
  channels: readonly ObjectChannels[],
  truths: readonly ShownTrace[],
  controlPeriodSec: number,
): PersistenceOptions {
  const step = largestStep(channels, truths);
  return {
    matchWithin: Object.fromEntries(channels.map(({ object }) => [object.name, object.matchWithin])),
    reach: Object.fromEntries(
      channels.map(({ object: { name, matchWithin } }) => [name, Math.max(matchWithin, 2 * step[name]!)]),
    ),
    graceSteps: Math.round(GRACE_SEC / controlPeriodSec),
  };
}

/** As far as both worlds go on; a candidate that broke lost all that truth still shows. */
export function auditTraces(
  channels: readonly ObjectChannels[],
  truth: ShownTrace,
  candidate: ShownTrace,
  options: PersistenceOptions,
): PersistenceAudit {
  const frames = trueObjects(channels, truth);
  const { fault } = candidate;
  const lost = fault !== undefined && fault.kind !== "policy";
  return auditPersistence(
    lost ? frames : frames.slice(0, candidate.steps + 1),
    sightings(channels, candidate, truth.steps),
    options,
  );
}

/** What truth has of every object, step by step. */
export function trueObjects(channels: readonly ObjectChannels[], trace: ShownTrace): readonly TrueObject[][] {
  return Array.from({ length: trace.steps + 1 }, (_, step) =>
    channels.map((one) => ({
      name: one.object.name,
      position: positionAt(one, trace, step),
      seen: isSeen(one, trace, step),
    })),
  );
}

/** What a world shows of every object: nothing of one that is hidden, not a number or outside its declared limits. */
function sightings(
  channels: readonly ObjectChannels[],
  trace: ShownTrace,
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
function largestStep(
  channels: readonly ObjectChannels[],
  traces: readonly ShownTrace[],
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

function positionAt(
  { object, size }: ObjectChannels,
  { observation }: ShownTrace,
  step: number,
): Float64Array {
  return observation[object.position]!.subarray(step * size, (step + 1) * size);
}

/** A learned flag is some number near 0 or 1. */
function isSeen({ object }: ObjectChannels, { observation }: ShownTrace, step: number): boolean {
  return object.visible === undefined || observation[object.visible]![step]! >= 0.5;
}

function isPlace(position: Float64Array, limits: ObjectChannels["limits"]): boolean {
  const [lower, upper] = limits ?? [-Infinity, Infinity];
  return position.every((value) => Number.isFinite(value) && value >= lower && value <= upper);
}
