import { type BodyTrack, type ContactCounts, contactCounts } from "../metrics/contact.ts";
import type { Seen } from "../perception/probe.ts";
import type { SessionActions } from "../record/session-actions.ts";
import type { SessionCard } from "../record/session-card.ts";
import type { Track } from "./inspect-clip.ts";
import { type ControlFinding, placesOf } from "./session-controls.ts";

/** Whether things move only if something moves them. */
export interface SessionContact extends ContactCounts {
  /** Frames in which an object under control has long been told nothing, and those of them in which it moves all the same. */
  readonly idle: number;
  readonly movedIdle: number;
}

/** A body lies still for so long before it moves. */
const SETTLE_SEC = 0.5;

/** Of the objects as they are seen; those under control are not passive. Undefined: nothing is seen. */
export function sessionContact(
  card: SessionCard & { readonly periodSec: number },
  tracks: readonly Track[],
  actions: SessionActions,
  findings: readonly ControlFinding[],
): SessionContact {
  const settleSteps = Math.max(1, Math.round(SETTLE_SEC / card.periodSec));
  const bodies = tracks.flatMap((track) => {
    const body = bodyOf(track, card.controls[track.name] === undefined);
    return body === undefined ? [] : [body];
  });
  const counts = contactCounts(bodies, { still: card.stillPx, touch: card.touchPx, settleSteps });
  const idle = tracks
    .filter(({ name }) => card.controls[name] !== undefined)
    .map((track) => idleMoves(card, track, actions, findings, settleSteps));
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  return {
    ...counts,
    idle: sum(idle.map((one) => one.frames)),
    movedIdle: sum(idle.map((one) => one.moved)),
  };
}

/** A capsule with the area and elongation that are usually seen of it, in the direction that is. */
function bodyOf(track: Track, passive: boolean): BodyTrack | undefined {
  const seen = track.seen.filter((one): one is Seen => one !== undefined);
  if (seen.length === 0) return undefined;
  const middle = [...seen].sort((a, b) => a.area - b.area)[Math.floor(seen.length / 2)]!;
  // A capsule: breadth 2 r, length 2 r × elongation, area π r² + 4 r² (elongation − 1).
  const radius = Math.sqrt(middle.area / (Math.PI + 4 * (middle.elongation - 1)));
  const [x, y] = [placesOf(track, "x"), placesOf(track, "y")];
  let at: readonly [number, number] = [0, 0];
  const position = Array.from(x, (_, frame) => {
    if (!Number.isNaN(x[frame]!)) at = [x[frame]!, y[frame]!];
    return at;
  }).flat();
  return {
    name: track.name,
    ...{ halfLength: radius * (middle.elongation - 1), angleRad: middle.turnRad, radius, passive, position },
    seen: Uint8Array.from(x, (value) => (Number.isNaN(value) ? 0 : 1)),
  };
}

/** Frames before which, for as long as an action can still show, every action that moves the object was 0. */
function idleMoves(
  { controls, stillPx }: SessionCard,
  track: Track,
  { columns }: SessionActions,
  findings: readonly ControlFinding[],
  settleSteps: number,
): { readonly frames: number; readonly moved: number } {
  const { x: alongX, y: alongY, commands } = controls[track.name]!;
  const counts = { frames: 0, moved: 0 };
  // Where the action sets a place or a push, nothing says that what is told nothing stands still.
  if (commands !== "velocity") return counts;
  const own = [alongX, alongY].flatMap((axis) => (axis === undefined ? [] : [columns[axis.action]!]));
  const late = Math.max(
    ...findings.filter(({ object }) => object === track.name).map(({ response }) => response?.lagFrames ?? 0),
  );
  const [x, y] = [placesOf(track, "x"), placesOf(track, "y")];
  for (let frame = settleSteps + late; frame + 1 < x.length; frame++) {
    const quiet = own.every((action) =>
      action.subarray(frame - settleSteps - late, frame + 1).every((value) => value === 0),
    );
    const far = Math.hypot(x[frame + 1]! - x[frame - settleSteps]!, y[frame + 1]! - y[frame - settleSteps]!);
    if (!quiet || Number.isNaN(far)) continue;
    counts.frames++;
    if (far > stillPx) counts.moved++;
  }
  return counts;
}
