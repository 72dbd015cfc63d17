import { rotate, type Pose } from "../../kinematics.ts";
import type { Quaternion, Scene, Vector } from "../../scene.ts";

/** A point of a moving body that leaves a trail, and between whose two places the error vector is drawn. */
export interface TrackedPoint {
  readonly body: number;
  /** In the body's frame, m. */
  readonly at: Vector;
  readonly label: string;
}

const COLLISION_GROUP = 3;

/**
 * One point a moving body: the far end of a slender body (the tip of a pole says more than its hinge), the middle of any
 * other. Bodies without a visible shape have none.
 */
export function trackedPoints(scene: Scene, moving: readonly boolean[]): readonly TrackedPoint[] {
  return scene.bodies.flatMap((body, index): TrackedPoint[] => {
    const geoms = scene.geoms.filter(
      (geom) => geom.body === index && geom.rgba[3] > 0 && geom.group < COLLISION_GROUP,
    );
    if (moving[index] !== true || geoms.length === 0) return [];
    const label = scene.objects.find((object) => object.body === body.name)?.label ?? body.name;
    let farthest: Vector = [0, 0, 0];
    for (const geom of geoms) {
      for (const side of [-1, 1]) {
        const end = endOf(geom.position, geom.orientation, side * longHalf(geom.shape, geom.size));
        if (norm(end) > norm(farthest)) farthest = end;
      }
    }
    const middle = mean(geoms.map(({ position }) => position));
    const slender = geoms.length === 1 && norm(farthest) > 1.5 * norm(middle) && norm(middle) > 1e-6;
    return [{ body: index, at: slender ? farthest : middle, label }];
  });
}

/** Where the point is when its body stands so. */
export function pointInWorld(point: TrackedPoint, poses: readonly Pose[]): [number, number, number] {
  const pose = poses[point.body]!;
  const [x, y, z] = rotate(pose.orientation, point.at);
  return [x + pose.position[0], y + pose.position[1], z + pose.position[2]];
}

/** Half the extent along z of the shapes that may be slender. */
function longHalf(shape: string, size: Vector): number {
  if (shape === "capsule") return size[0] + size[1];
  if (shape === "cylinder") return size[1];
  if (shape === "box" || shape === "ellipsoid") return size[2];
  return 0;
}

function endOf(position: Vector, orientation: Quaternion, along: number): Vector {
  const [x, y, z] = rotate(orientation, [0, 0, along]);
  return [position[0] + x, position[1] + y, position[2] + z];
}

function norm([x, y, z]: Vector): number {
  return Math.hypot(x, y, z);
}

function mean(points: readonly Vector[]): Vector {
  const sum = [0, 0, 0];
  for (const point of points) point.forEach((value, i) => (sum[i]! += value));
  return [sum[0]! / points.length, sum[1]! / points.length, sum[2]! / points.length];
}
