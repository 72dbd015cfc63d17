import type { Quaternion, Scene, SceneBody, SceneJoint, Vector } from "./scene.ts";

/** Where a body stands, in the world's frame. */
export interface Pose {
  readonly position: Vector;
  readonly orientation: Quaternion;
}

/** The values of a channel at one moment; undefined where it is not known. */
export type ChannelValues = (channel: string) => ArrayLike<number> | undefined;

/**
 * Where every body of the scene stands when its channels have these values: MuJoCo's kinematics (joints act in the
 * order given, each about its anchor, in the frame that those before it have made), and then the places that channels
 * state outright. A joint without a channel stays at rest.
 */
export function bodyPoses({ bodies }: Pick<Scene, "bodies">, values: ChannelValues): readonly Pose[] {
  const poses: Pose[] = [];
  for (const body of bodies) {
    const parent = poses[body.parent];
    const moved = parent === undefined ? { ...body } : moveBody(body, parent, values);
    poses.push(placed(moved, body, values));
  }
  return poses;
}

function moveBody(body: SceneBody, parent: Pose, values: ChannelValues): Pose {
  const [first] = body.joints;
  // A free joint replaces the body's frame altogether.
  if (first?.type === "free") {
    const [x, y, z, ...q] = jointValues(first, values);
    return { position: [x!, y!, z!], orientation: normalised(q) };
  }
  let position = add(parent.position, rotate(parent.orientation, body.position));
  let orientation = multiply(parent.orientation, body.orientation);
  for (const joint of body.joints) {
    const value = jointValues(joint, values);
    const axis = rotate(orientation, joint.axis);
    if (joint.type === "slide") {
      position = add(position, scale(axis, value[0]! - joint.reference[0]!));
      continue;
    }
    const anchor = add(position, rotate(orientation, joint.anchor));
    const turn =
      joint.type === "ball" ? normalised(value) : aboutAxis(joint.axis, value[0]! - joint.reference[0]!);
    orientation = normalised(multiply(orientation, turn));
    position = add(anchor, scale(rotate(orientation, joint.anchor), -1));
  }
  return { position, orientation };
}

function jointValues({ driver, rest }: SceneJoint, values: ChannelValues): readonly number[] {
  const given = driver === null ? undefined : values(driver.channel);
  if (given === undefined) return rest;
  return rest.map((_, i) => given[driver!.component + i]!);
}

function placed(pose: Pose, body: SceneBody, values: ChannelValues): Pose {
  const position = [...pose.position] as [number, number, number];
  let { orientation } = pose;
  for (const { coordinate, channel, component } of body.placed) {
    const given = values(channel);
    if (given === undefined) continue;
    if (coordinate === "orientation") {
      orientation = normalised([0, 1, 2, 3].map((i) => given[component + i]!));
    } else {
      position["xyz".indexOf(coordinate)] = given[component]!;
    }
  }
  return { position, orientation };
}

export function rotate([w, x, y, z]: Quaternion, [a, b, c]: Vector): Vector {
  // v + 2 q × (q × v + w v)
  const tx = 2 * (y * c - z * b);
  const ty = 2 * (z * a - x * c);
  const tz = 2 * (x * b - y * a);
  return [a + w * tx + (y * tz - z * ty), b + w * ty + (z * tx - x * tz), c + w * tz + (x * ty - y * tx)];
}

export function multiply([a, b, c, d]: Quaternion, [e, f, g, h]: Quaternion): Quaternion {
  return [
    a * e - b * f - c * g - d * h,
    a * f + b * e + c * h - d * g,
    a * g - b * h + c * e + d * f,
    a * h + b * g - c * f + d * e,
  ];
}

function aboutAxis([x, y, z]: Vector, angle: number): Quaternion {
  const sine = Math.sin(angle / 2);
  return [Math.cos(angle / 2), x * sine, y * sine, z * sine];
}

/** A learned orientation need not have length 1; one without any is no rotation. */
function normalised(q: readonly number[]): Quaternion {
  const length = Math.hypot(...q);
  if (!(length > 1e-12)) return [1, 0, 0, 0];
  return [q[0]! / length, q[1]! / length, q[2]! / length, q[3]! / length];
}

function add([a, b, c]: Vector, [d, e, f]: Vector): Vector {
  return [a + d, b + e, c + f];
}

function scale([a, b, c]: Vector, by: number): Vector {
  return [a * by, b * by, c * by];
}
