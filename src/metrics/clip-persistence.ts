import { distance } from "./distance.ts";
import { hungarian } from "./hungarian.ts";
import {
  auditPersistence,
  type PersistenceAudit,
  type Sighting,
  type TrueObject,
} from "./object-persistence.ts";

/** An object that a clip is said to show. */
export interface ClipObject {
  readonly name: string;
  /** Farthest it moves from one frame to the next. */
  readonly reach: number;
  /** Frames in which it is rightly out of sight. */
  readonly hidden: (frame: number) => boolean;
}

/** An object that is there in two frames in a row, farther apart than it can move. */
export interface ClipJump {
  readonly object: string;
  /** The later frame. */
  readonly frame: number;
  readonly far: number;
}

export interface ClipAudit extends PersistenceAudit {
  readonly jumps: readonly ClipJump[];
  /** For each object and frame, which of the frame's sightings it is; −1: none. */
  readonly tracks: readonly (readonly number[])[];
}

/**
 * Is every object of a clip there, once, with its identity? A clip has no truth beside it: an object should be where
 * continuity puts it. Each goes from frame to frame to what has its name within its reach, else to what is nearest to its last
 * place, whatever that is called; one that was lost is found again under its name wherever it is. What the clip then shows is
 * audited against that.
 */
export function auditClip(
  frames: readonly (readonly Sighting[])[],
  objects: readonly ClipObject[],
): ClipAudit {
  const { places, jumps, tracks } = follow(frames, objects);
  const truth = frames.map((_, frame) =>
    objects.map(({ name, hidden }, o): TrueObject => ({
      name,
      position: places[o]![frame] ?? firstOf(places[o]!) ?? [],
      seen: !hidden(frame),
    })),
  );
  const reach = Object.fromEntries(objects.map((object) => [object.name, object.reach]));
  return { ...auditPersistence(truth, frames, { matchWithin: reach, reach }), jumps, tracks };
}

/** In reaches: dearer than two ways to what has the right name. */
const PASSING = 2;

type Places = (ArrayLike<number> | undefined)[];

/** Where each object is, frame by frame: its last place while it is lost, undefined before it is first seen. */
function follow(
  frames: readonly (readonly Sighting[])[],
  objects: readonly ClipObject[],
): { places: readonly Places[]; jumps: ClipJump[]; tracks: readonly number[][] } {
  const places = objects.map((): Places => []);
  const tracks = objects.map((): number[] => []);
  const inSight = objects.map(() => false);
  const jumps: ClipJump[] = [];
  frames.forEach((seen, frame) => {
    const next = hungarian(
      objects.map(({ name, reach }, o) => {
        const at = inSight[o]! ? places[o]![frame - 1] : undefined;
        return seen.map(({ identity, position }) => {
          const far = at === undefined ? Infinity : distance(at, position);
          if (!(far <= reach)) return Infinity;
          // What has the right name and can have come there is it: two may pass each other.
          return identity === name ? far : far + PASSING * reach;
        });
      }),
    );
    const taken = new Set(next);
    objects.forEach(({ name }, o) => {
      const before = places[o]![frame - 1];
      const found = seen[next[o]!] ?? seen.find(({ identity }, i) => identity === name && !taken.has(i));
      if (found !== undefined && next[o]! < 0 && inSight[o] === true) {
        jumps.push({ object: name, frame, far: distance(before!, found.position) });
      }
      places[o]!.push(found?.position ?? before);
      tracks[o]!.push(found === undefined ? -1 : seen.indexOf(found));
      inSight[o] = found !== undefined;
    });
  });
  return { places, jumps, tracks };
}

function firstOf(places: Places): ArrayLike<number> | undefined {
  return places.find((place) => place !== undefined);
}
