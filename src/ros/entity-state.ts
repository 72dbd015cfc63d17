import type { Place } from "./entities.ts";

/** `geometry_msgs/Vector3`, `Point` */
export interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** `geometry_msgs/Quaternion` */
export interface Quaternion extends Vector {
  readonly w: number;
}

/** `geometry_msgs/Pose` */
export interface Pose {
  readonly position: Vector;
  readonly orientation: Quaternion;
}

/** `geometry_msgs/Twist` */
export interface Twist {
  readonly linear: Vector;
  readonly angular: Vector;
}

type Columns = Readonly<Record<string, ArrayLike<number>>>;
/** Channel → a value a component. */
type ChannelValues = Readonly<Record<string, readonly number[]>>;

const ORIGIN: Vector = { x: 0, y: 0, z: 0 };
const UPRIGHT: Quaternion = { ...ORIGIN, w: 1 };
/** How far from length 1 a quaternion may be. */
const UNIT_TOLERANCE = 1e-3;

/** Where it is, of one lane. On a table or a line, what is not observed is zero. */
export function poseOf({ position, orientation }: Place, columns: Columns): Pose {
  const turned = orientation && columns[orientation.name]!;
  return {
    position: vector(columns[position.name]!),
    orientation: turned === undefined ? UPRIGHT : quaternion(turned),
  };
}

export function twistOf({ velocity, turnRate }: Place, columns: Columns): Twist {
  return {
    linear: velocity === undefined ? ORIGIN : vector(columns[velocity.name]!),
    angular: turnRate === undefined ? ORIGIN : { ...ORIGIN, z: columns[turnRate.name]![0]! },
  };
}

/** What the channels are where it stands so. @returns why it cannot stand so, where the channels have no room for that. */
export function channelsOfPose({ position, orientation }: Place, pose: Pose): ChannelValues | string {
  const { x, y, z } = pose.position;
  const at = [x, y, z];
  if (!at.every(Number.isFinite)) return `its position is not finite: ${at.join(", ")}`;
  const beyond = at.slice(position.size).some((value) => value !== 0);
  if (beyond) return `the scenario knows ${"xyz".slice(0, position.size)} of it only: leave the rest 0`;
  const values = { [position.name]: at.slice(0, position.size) };
  const { w, ...axis } = pose.orientation;
  const length = Math.hypot(w, axis.x, axis.y, axis.z);
  if (!(Math.abs(length - 1) < UNIT_TOLERANCE)) return `its quaternion has length ${length}, not 1`;
  if (orientation === undefined) {
    const turned = Math.hypot(axis.x, axis.y, axis.z) > UNIT_TOLERANCE;
    return turned ? "the scenario does not know how it is turned: leave the orientation upright" : values;
  }
  if (orientation.size === 4) return { ...values, [orientation.name]: [w, axis.x, axis.y, axis.z] };
  if (Math.hypot(axis.x, axis.y) > UNIT_TOLERANCE) return "the scenario knows its turn about z only";
  return { ...values, [orientation.name]: [2 * Math.atan2(axis.z, w)] };
}

/** What the channels are where it moves so. @returns why it cannot, where the channels have no room for that. */
export function channelsOfTwist(
  { velocity, turnRate }: Place,
  { linear, angular }: Twist,
): ChannelValues | string {
  const moves = [linear.x, linear.y, linear.z];
  const turns = [angular.x, angular.y, angular.z];
  if (![...moves, ...turns].every(Number.isFinite)) return "its twist is not finite";
  if (moves.slice(velocity?.size ?? 0).some((value) => value !== 0)) {
    return "the scenario does not know how fast it moves that way: leave that 0";
  }
  if (turns.slice(0, turnRate === undefined ? 3 : 2).some((value) => value !== 0)) {
    return "the scenario does not know how fast it turns that way: leave that 0";
  }
  return {
    ...(velocity === undefined ? {} : { [velocity.name]: moves.slice(0, velocity.size) }),
    ...(turnRate === undefined ? {} : { [turnRate.name]: [angular.z] }),
  };
}

function vector(values: ArrayLike<number>): Vector {
  return { x: values[0] ?? 0, y: values[1] ?? 0, z: values[2] ?? 0 };
}

function quaternion(values: ArrayLike<number>): Quaternion {
  if (values.length === 4) return { w: values[0]!, x: values[1]!, y: values[2]!, z: values[3]! };
  return { x: 0, y: 0, z: Math.sin(values[0]! / 2), w: Math.cos(values[0]! / 2) };
}
