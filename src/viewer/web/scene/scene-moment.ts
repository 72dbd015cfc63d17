import { bodyPoses, type Pose } from "../../kinematics.ts";
import type { RecordedWorld, RecordingEvent } from "../../recording.ts";
import type { Scene, SceneObject } from "../../scene.ts";
import type { Fan, SceneContacts } from "../../session.ts";
import { figure } from "../numbers/format.ts";
import type { Opened } from "../run/opened.ts";
import { observationAt } from "../time/signal-value.ts";
import type { SceneLabel } from "./labels.ts";
import type { PointHistory } from "./point-history.ts";
import type { SceneMoment, Shown } from "./scene-view.ts";
import { pointInWorld, type TrackedPoint } from "./tracked-points.ts";

/** What the reader wants to see of a moment. */
export interface SceneLayers {
  readonly ghost: boolean;
  readonly trails: boolean;
  readonly errors: boolean;
  readonly names: boolean;
  readonly contacts: boolean;
}

export interface MomentSource {
  readonly opened: Opened;
  readonly scene: Scene;
  readonly points: readonly TrackedPoint[];
  readonly histories: ReadonlyMap<RecordedWorld, PointHistory>;
  readonly layers: SceneLayers;
  readonly fan: Fan | undefined;
  readonly contacts: SceneContacts["contacts"];
}

/** How far back a trail reaches, s. */
const TRAIL_SEC = 1.5;
/** Below this an error vector is a dot, m. */
const LEAST_ERROR_M = 1e-3;

/** Everything that is drawn at one time. */
export function sceneMoment(source: MomentSource, timeSec: number): SceneMoment {
  const { opened, scene, points, layers } = source;
  const shown = opened.worlds.filter(
    (world) => (world !== opened.candidate || layers.ghost) && timeSec >= beginning(world) - 1e-9,
  );
  const poses = new Map(shown.map((world) => [world, bodyPoses(scene, observationAt(world, timeSec))]));
  const places = (world: RecordedWorld): (readonly [number, number, number])[] =>
    points.map((point) => pointInWorld(point, poses.get(world)!));
  const worlds = shown.map((world): Shown => ({
    role: world.role,
    look: world === opened.truth ? "solid" : "ghost",
    poses: poses.get(world)!,
    trails: layers.trails ? trailOf(source, world, timeSec, places(world)) : [],
    ahead: world === opened.candidate ? predicted(source) : [],
  }));
  const truthPlaces = places(opened.truth);
  const errors =
    opened.candidate !== undefined && poses.has(opened.candidate)
      ? errorsBetween(truthPlaces, places(opened.candidate))
      : [];
  const labels = [
    ...(layers.errors ? distanceLabel(errors) : []),
    ...(layers.names ? nameLabels(source, poses, timeSec) : []),
    ...contactLabels(source.contacts),
  ];
  return {
    worlds,
    errors: layers.errors
      ? errors.map(({ from, to }) => ({ points: [...from, ...to], role: "candidate" }))
      : [],
    contacts: contactLines(source),
    labels,
    focus: truthPlaces[0],
  };
}

function beginning(world: RecordedWorld): number {
  return world.role === "branch" ? world.fromSec : -Infinity;
}

function trailOf(
  { histories }: MomentSource,
  world: RecordedWorld,
  timeSec: number,
  now: readonly (readonly number[])[],
): number[][] {
  const lines = histories.get(world)?.between(timeSec - TRAIL_SEC, timeSec) ?? [];
  return lines.map((line, i) => [...line, ...now[i]!]);
}

/** Paths of the points as the model predicted them. */
function predicted({ fan, scene, points }: MomentSource): number[][] {
  return (fan?.predictions ?? []).flatMap(({ observation, steps }) => {
    const lines: number[][] = points.map(() => []);
    const every = Math.max(1, Math.ceil(steps / 60));
    for (let k = 0; k <= steps; k += every) {
      const values = Object.fromEntries(
        Object.entries(observation).map(([name, rows]) => {
          const size = Math.round(rows.length / (steps + 1));
          return [name, rows.slice(k * size, (k + 1) * size)];
        }),
      );
      const poses = bodyPoses(scene, (channel) => values[channel]);
      points.forEach((point, i) => lines[i]!.push(...pointInWorld(point, poses)));
    }
    return lines;
  });
}

interface ErrorVector {
  readonly from: readonly [number, number, number];
  readonly to: readonly [number, number, number];
  readonly lengthM: number;
}

function errorsBetween(
  truth: readonly (readonly [number, number, number])[],
  other: readonly (readonly [number, number, number])[],
): readonly ErrorVector[] {
  return truth.flatMap((from, i) => {
    const to = other[i]!;
    const lengthM = Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]);
    return lengthM > LEAST_ERROR_M ? [{ from, to, lengthM }] : [];
  });
}

function distanceLabel(errors: readonly ErrorVector[]): readonly SceneLabel[] {
  if (errors.length === 0) return [];
  const { from, to, lengthM } = errors.reduce((a, b) => (b.lengthM > a.lengthM ? b : a));
  const middle = [0, 1, 2].map((i) => (from[i]! + to[i]!) / 2) as [number, number, number];
  const text = lengthM < 0.1 ? `${(1000 * lengthM).toFixed(0)} mm` : `${lengthM.toFixed(2)} m`;
  return [{ at: middle, text, kind: "distance" }];
}

/** The longest of a contact's normal, of the size of the scene. */
const NORMAL_SHARE = 0.18;

/** Normals, as long as the force is strong; the strongest is the longest. */
function contactLines({ contacts, scene: { bounds } }: MomentSource): readonly (readonly number[])[] {
  const size = Math.hypot(...[0, 1, 2].map((i) => bounds.max[i]! - bounds.min[i]!));
  const strongest = Math.max(1e-9, ...contacts.map(({ forceN }) => forceN));
  return contacts.map(({ position, normal, forceN }) => {
    const length = NORMAL_SHARE * size * Math.max(0.15, forceN / strongest);
    return [...position, ...position.map((at, i) => at + length * normal[i]!)];
  });
}

function contactLabels(contacts: MomentSource["contacts"]): readonly SceneLabel[] {
  return contacts.map(({ position, forceN }) => ({
    at: position as unknown as SceneLabel["at"],
    text: `${figure(forceN, 2)} N`,
    kind: "contact",
  }));
}

/** The names of objects at their places, and what became of an identity that broke before this moment. */
function nameLabels(
  { opened, scene }: MomentSource,
  poses: ReadonlyMap<RecordedWorld, readonly Pose[]>,
  timeSec: number,
): readonly SceneLabel[] {
  return scene.objects.flatMap((object): SceneLabel[] => {
    const body = scene.bodies.findIndex(({ name }) => name === object.body);
    if (body < 0) return [];
    const at = (world: RecordedWorld): [number, number, number] | undefined => {
      const place = poses.get(world)?.[body]?.position;
      return place === undefined ? undefined : [place[0], place[1], place[2]];
    };
    const truth = at(opened.truth);
    const candidate = opened.candidate === undefined ? undefined : at(opened.candidate);
    const broken = brokenBefore(opened.events, object, timeSec);
    return [
      ...(truth === undefined
        ? []
        : [{ at: truth, text: object.label + hiddenNote(opened.truth, object, timeSec), kind: "object" }]),
      ...(broken === undefined || candidate === undefined
        ? []
        : [{ at: candidate, text: `✕ ${broken.label}`, kind: "broken" }]),
    ];
  });
}

function hiddenNote(world: RecordedWorld, { visible }: SceneObject, timeSec: number): string {
  if (visible === null) return "";
  const seen = observationAt(world, timeSec)(visible)?.[0];
  return seen !== undefined && seen < 0.5 ? " (hidden)" : "";
}

function brokenBefore(
  events: readonly RecordingEvent[],
  { name }: SceneObject,
  timeSec: number,
): RecordingEvent | undefined {
  return events.findLast(
    (event) => event.kind === "identity" && event.object === name && event.timeSec <= timeSec + 1e-9,
  );
}
