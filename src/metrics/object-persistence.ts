import { distance } from "./distance.ts";
import { hungarian } from "./hungarian.ts";
import { occlusionsOf } from "./occlusions.ts";
import { EventLog, type PersistenceEvent, type PersistenceEventKind } from "./persistence-events.ts";

/** Something seen at one step, and what it is said to be. */
export interface Sighting {
  readonly identity: string;
  readonly position: ArrayLike<number>;
}

/** An object as truth has it at one step. Where it is hidden, its position is not read. */
export interface TrueObject {
  readonly name: string;
  readonly position: ArrayLike<number>;
  readonly seen: boolean;
}

export interface PersistenceOptions {
  /** Object → farthest its position may be from truth's and still be it. */
  readonly matchWithin: Readonly<Record<string, number>>;
  /** Object → farthest it can come in one step beside truth's own motion. Default: `matchWithin`. */
  readonly reach?: Readonly<Record<string, number>>;
  /** Longest time for which an object may be shown too long, or too early, at the edge of an occlusion. Default 0. */
  readonly graceSteps?: number;
}

/** What one step says about one object. */
export const KEPT = 1;
export const BROKEN = 0;
/** Hidden in truth, or off by prediction error: nothing can be said. */
export const NOT_COUNTED = -1;

/** One rollout, object by object. */
export interface PersistenceAudit {
  readonly objects: readonly {
    readonly name: string;
    /** {@link KEPT}, {@link BROKEN} or {@link NOT_COUNTED}, step by step. */
    readonly steps: Int8Array;
    /** Steps at which truth sees it, but it had drifted off without a break. */
    readonly strayed: number;
    /** Each time truth sees it again after an occlusion: whether it was back at the first step that counts. */
    readonly comebacks: readonly { readonly step: number; readonly back: boolean }[];
  }[];
  /** Kept ÷ counted over all objects; undefined where no step counts. */
  readonly persistenceRate: number | undefined;
  readonly firstBreakStep: number | undefined;
  readonly events: readonly PersistenceEvent[];
}

interface Track {
  readonly name: string;
  /** Where it was at the last step; undefined while it is out of sight. */
  at: ArrayLike<number> | undefined;
  /** It moved off truth's place without a break: a prediction error, not a loss of identity. */
  strayed: boolean;
  readonly steps: Int8Array;
  strayedSteps: number;
}

/**
 * Follows every object through a rollout: is it there, once, with its identity?
 *
 * Each object has a track, which goes from step to step to what is seen nearest to where it should have moved (by as
 * much as truth's object moves; Hungarian assignment over all tracks, no farther off than `reach`), whatever that is
 * called; a track out of sight is taken up again only where truth has the object (within `matchWithin`). So what is scored is the candidate's scene against itself: an object that drifts away
 * from truth's place without a break is `strayed`, a prediction error, and does not count until it is back; one that is
 * gone, or changes its name, or is there twice, is broken. An object hidden in truth does not count, and must be back
 * when truth sees it again. What is seen too early or too late at the edge of an occlusion is not counted either where
 * an error of position within `matchWithin` explains it.
 *
 * @param truth objects by step, in the same order at each
 * @param candidate sightings by step; steps that are missing at the end were lost to a fault and count as broken
 */
export function auditPersistence(
  truth: readonly (readonly TrueObject[])[],
  candidate: readonly (readonly Sighting[])[],
  options: PersistenceOptions,
): PersistenceAudit {
  const count = truth.length;
  const names = (truth[0] ?? []).map(({ name }) => name);
  const tracks = names.map((name): Track => ({
    name,
    at: undefined,
    strayed: false,
    steps: new Int8Array(count).fill(NOT_COUNTED),
    strayedSteps: 0,
  }));
  const log = new EventLog();
  const occlusions = names.map((_, o) => occlusionsOf(truth, o, options));

  for (let step = 0; step < count; step++) {
    const objects = truth[step]!;
    const seen = candidate[step];
    if (seen === undefined) {
      tracks.forEach((track, o) => {
        if (!objects[o]!.seen) return;
        track.steps[step] = BROKEN;
        log.add("lost", track.name, step);
      });
      continue;
    }
    const assigned = assign(tracks, objects, truth[step - 1], seen, options);
    const taken = new Set(assigned);
    const over = seen.filter((_, i) => !taken.has(i));
    tracks.forEach((track, o) => {
      const object = objects[o]!;
      const within = options.matchWithin[track.name]!;
      const sighting = seen[assigned[o]!];
      const wasInSight = track.at !== undefined;
      track.at = sighting?.position;
      if (!object.seen) {
        const phantom = sighting ?? over.find(({ identity }) => identity === track.name);
        if (phantom === undefined || track.strayed || occlusions[o]!.excuses(step)) return;
        track.steps[step] = BROKEN;
        log.add("spawned", track.name, step);
        return;
      }
      const fault = faultOf(track.name, sighting, over, assigned, seen, wasInSight, within);
      if (fault === undefined) {
        track.strayed = distance(sighting!.position, object.position) > within;
        if (track.strayed) track.strayedSteps++;
        else track.steps[step] = KEPT;
        return;
      }
      if (fault.kind === "vanished") {
        if (track.strayed) {
          track.strayedSteps++;
          return;
        }
        const hidden = !seen.some(({ identity }) => identity === track.name);
        if (hidden && occlusions[o]!.excuses(step)) return;
      }
      track.steps[step] = BROKEN;
      log.add(fault.kind, track.name, step, fault.as);
    });
    logSpawned(over, tracks, objects, options, step, log);
  }
  return {
    objects: tracks.map(({ name, steps, strayedSteps }, o) => ({
      name,
      steps,
      strayed: strayedSteps,
      comebacks: comebacksOf(truth, o, steps),
    })),
    ...totals(tracks),
    events: log.events(),
  };
}

/** For each track the index of the sighting it goes to, −1 for none. */
function assign(
  tracks: readonly Track[],
  objects: readonly TrueObject[],
  before: readonly TrueObject[] | undefined,
  seen: readonly Sighting[],
  { matchWithin, reach }: PersistenceOptions,
): number[] {
  return hungarian(
    tracks.map((track, o) => {
      const { name, at } = track;
      const within = at === undefined ? matchWithin[name]! : (reach?.[name] ?? matchWithin[name]!);
      const expected = expectedAt(track, objects[o]!, before?.[o]);
      return seen.map(({ identity, position }) => {
        if (expected === undefined) return Infinity;
        const far = distance(expected, position);
        if (!(far <= within)) return Infinity;
        // Of two that fit equally well the one with the right name.
        return identity === name ? far : far + 1e-9 * within;
      });
    }),
  );
}

/** In sight: moved as truth's object moves, unless the two have gone apart. Out of sight: where truth has it. */
function expectedAt(
  { at, strayed }: Track,
  now: TrueObject,
  before: TrueObject | undefined,
): ArrayLike<number> | undefined {
  if (at === undefined) return now.seen ? now.position : undefined;
  if (strayed || before === undefined || !now.seen || !before.seen) return at;
  return Array.from(at, (value, i) => value + now.position[i]! - before.position[i]!);
}

function faultOf(
  name: string,
  sighting: Sighting | undefined,
  over: readonly Sighting[],
  assigned: readonly number[],
  seen: readonly Sighting[],
  wasInSight: boolean,
  within: number,
): { kind: PersistenceEventKind; as?: string } | undefined {
  if (sighting === undefined) return { kind: "vanished" };
  const { identity, position } = sighting;
  if (identity !== name) {
    const elsewhere = assigned.some((i) => seen[i]?.identity === name);
    return { kind: wasInSight && elsewhere ? "swapped" : "reappeared-as-another", as: identity };
  }
  const twice = over.find((one) => one.identity === name || distance(one.position, position) <= within);
  return twice === undefined ? undefined : { kind: "duplicated", as: twice.identity };
}

/** What is seen and belongs to no object: where nothing of that name is hidden, and no object has it twice. */
function logSpawned(
  over: readonly Sighting[],
  tracks: readonly Track[],
  objects: readonly TrueObject[],
  { matchWithin }: PersistenceOptions,
  step: number,
  log: EventLog,
): void {
  for (const { identity, position } of over) {
    const own = tracks.findIndex(({ name }) => name === identity);
    if (own >= 0 && (!objects[own]!.seen || tracks[own]!.strayed)) continue;
    const twin = tracks.some(
      ({ name, at }) =>
        at !== undefined && (name === identity || distance(at, position) <= matchWithin[name]!),
    );
    if (!twin) log.add("spawned", identity, step);
  }
}

function comebacksOf(
  truth: readonly (readonly TrueObject[])[],
  o: number,
  steps: Int8Array,
): { step: number; back: boolean }[] {
  const found: { step: number; back: boolean }[] = [];
  for (let step = 1; step < truth.length; step++) {
    if (!truth[step]![o]!.seen || truth[step - 1]![o]!.seen) continue;
    let at = step;
    while (at < truth.length && truth[at]![o]!.seen && steps[at] === NOT_COUNTED) at++;
    if (at < truth.length && truth[at]![o]!.seen) found.push({ step, back: steps[at] === KEPT });
  }
  return found;
}

function totals(tracks: readonly Track[]): Pick<PersistenceAudit, "persistenceRate" | "firstBreakStep"> {
  let kept = 0;
  let counted = 0;
  let first = Infinity;
  for (const { steps } of tracks) {
    steps.forEach((verdict, step) => {
      if (verdict === NOT_COUNTED) return;
      counted++;
      if (verdict === KEPT) kept++;
      else first = Math.min(first, step);
    });
  }
  return {
    persistenceRate: counted === 0 ? undefined : kept / counted,
    firstBreakStep: first === Infinity ? undefined : first,
  };
}
