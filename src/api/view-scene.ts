import { basename } from "node:path";
import type { ObservationChannel, Scenario, ScenarioObject } from "../scenario/scenario.ts";
import type { WorldConfig } from "../scenario/schema.ts";
import { bodyPoses, multiply, type Pose, rotate } from "../viewer/kinematics.ts";
import type { Quaternion, Scene, SceneBody, SceneGeom, SceneObject, Vector } from "../viewer/scene.ts";
import { describeGeometry, type ModelGeom, type ModelJoint } from "../world/mujoco/describe-geometry.ts";

/**
 * What can be drawn of a scenario: the bodies of its MuJoCo model, each joint with the channel that says where it
 * stands, and the objects. A scenario without such a model is its objects alone.
 * @param truth the world whose model is drawn, if it is one of MuJoCo
 */
export async function sceneOf(
  scenario: Scenario,
  truth: WorldConfig | undefined,
  parameters: Readonly<Record<string, number>>,
): Promise<Scene> {
  const config = truth?.kind === "mujoco" ? truth : Object.values(scenario.worlds).find(isMujoco);
  if (config === undefined || config.kind !== "mujoco") return bareScene(scenario);
  const { bodies, geoms, meshes } = await describeGeometry({
    scenario,
    modelPath: config.model,
    set: config.set,
    parameters,
  });
  const drivers = jointDrivers(
    scenario.observation,
    bodies.flatMap(({ joints }) => joints),
  );
  const places = bodyPlaces(scenario.observation);
  const drawn = bodies.map((body): SceneBody => ({
    name: body.name,
    parent: body.parent,
    position: body.position as Vector,
    orientation: body.orientation as Quaternion,
    joints: body.joints.map(({ name, type, axis, anchor, reference, rest }) => ({
      name,
      type,
      axis: axis as Vector,
      anchor: anchor as Vector,
      reference,
      rest,
      driver: drivers.get(name) ?? null,
    })),
    placed: places.get(body.name) ?? [],
  }));
  const used = new Set([
    ...[...drivers.values()].map(({ channel }) => channel),
    ...[...places.values()].flatMap((list) => list.map(({ channel }) => channel)),
  ]);
  const objects = scenario.objects.map((object) => sceneObject(object, drawn));
  return {
    source: basename(config.model),
    bodies: drawn,
    geoms: geoms.map(sceneGeom),
    meshes: meshes.map(({ name, positions, triangles }) => ({
      name,
      positions: base64(positions),
      triangles: base64(triangles),
    })),
    objects,
    bounds: boundsOf(
      geoms,
      bodyPoses({ bodies: drawn }, () => undefined),
    ),
    undrawn: scenario.observation.map(({ name }) => name).filter((name) => !used.has(name)),
  };
}

function isMujoco(config: WorldConfig): boolean {
  return config.kind === "mujoco";
}

/** Joint → the first component of the channel that holds its value. */
function jointDrivers(
  channels: readonly ObservationChannel[],
  joints: readonly ModelJoint[],
): Map<string, { channel: string; component: number }> {
  const drivers = new Map<string, { channel: string; component: number }>();
  for (const { name, mujoco } of channels) {
    if (mujoco === undefined || !("joint" in mujoco) || mujoco.field !== "qpos") continue;
    let component = 0;
    for (const joint of [mujoco.joint].flat()) {
      drivers.set(joint, { channel: name, component });
      component += joints.find((one) => one.name === joint)?.rest.length ?? 1;
    }
  }
  return drivers;
}

/** Body → the coordinates of it that channels state in the frame of the world. */
function bodyPlaces(channels: readonly ObservationChannel[]): Map<string, SceneBody["placed"][number][]> {
  const places = new Map<string, SceneBody["placed"][number][]>();
  for (const { name, mujoco } of channels) {
    if (mujoco === undefined || !("body" in mujoco)) continue;
    const list = places.get(mujoco.body) ?? [];
    if (mujoco.field === "xquat") list.push({ coordinate: "orientation", channel: name, component: 0 });
    else {
      const coordinates = mujoco.components ?? (["x", "y", "z"] as const);
      coordinates.forEach((coordinate, component) => list.push({ coordinate, channel: name, component }));
    }
    places.set(mujoco.body, list);
  }
  return places;
}

export function sceneObject(object: ScenarioObject, bodies: readonly SceneBody[]): SceneObject {
  const { name, label, position, orientation, visible, matchWithin } = object;
  const body = bodies.find(
    ({ joints, placed }) =>
      joints.some(({ driver }) => driver?.channel === position) ||
      placed.some(({ channel }) => channel === position),
  );
  return {
    name,
    label: label ?? name,
    position,
    orientation: orientation ?? null,
    visible: visible ?? null,
    matchWithin,
    body: body?.name ?? null,
  };
}

function bareScene(scenario: Scenario): Scene {
  const objects = scenario.objects.map((object) => sceneObject(object, []));
  const used = new Set(objects.flatMap(({ position, orientation }) => [position, orientation]));
  return {
    source: null,
    bodies: [
      { name: "world", parent: -1, position: [0, 0, 0], orientation: [1, 0, 0, 0], joints: [], placed: [] },
    ],
    geoms: [],
    meshes: [],
    objects,
    bounds: { min: [-1, -1, -1], max: [1, 1, 1] },
    undrawn: scenario.observation.map(({ name }) => name).filter((name) => !used.has(name)),
  };
}

function sceneGeom({ radius: _, ...geom }: ModelGeom): SceneGeom {
  return geom as unknown as SceneGeom;
}

function boundsOf(geoms: readonly ModelGeom[], poses: readonly Pose[]): Scene["bounds"] {
  if (geoms.length === 0) return { min: [-1, -1, -1], max: [1, 1, 1] };
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (const geom of geoms) {
    const pose = poses[geom.body]!;
    const offset = rotate(pose.orientation, geom.position as Vector);
    const turned = multiply(pose.orientation, geom.orientation as Quaternion);
    const half = halfExtents(geom);
    // A box around a turned box: the sum of its half axes, each taken without its sign.
    const axes = half.map((length, i) =>
      rotate(turned, [0, 1, 2].map((j) => (i === j ? length : 0)) as unknown as Vector),
    );
    for (let i = 0; i < 3; i++) {
      const at = pose.position[i]! + offset[i]!;
      const reach = axes.reduce((sum, axis) => sum + Math.abs(axis[i]!), 0);
      min[i] = Math.min(min[i]!, at - reach);
      max[i] = Math.max(max[i]!, at + reach);
    }
  }
  return { min: min as unknown as Vector, max: max as unknown as Vector };
}

function halfExtents({ shape, size, radius }: ModelGeom): readonly number[] {
  const [a = 0, b = 0, c = 0] = size;
  switch (shape) {
    case "plane":
      return [a, b, 0];
    case "sphere":
      return [a, a, a];
    case "capsule":
      return [a, a, a + b];
    case "cylinder":
      return [a, a, b];
    case "box":
    case "ellipsoid":
      return [a, b, c];
    case "mesh":
      return [radius, radius, radius];
  }
}

function base64(values: Float32Array | Uint32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}
