import { Group, Mesh, type Material, type Vector2 } from "three";
import type { Pose } from "../../kinematics.ts";
import type { Scene } from "../../scene.ts";
import { geometryOf, outlineOf } from "./geometry.ts";
import { movingLook, ORDER, stillLook, type Colouring, type Look, type PartLook } from "./look.ts";

/** Visual group of MJCF from which on geoms are collision shapes. */
const COLLISION_GROUP = 3;

/** Bodies that some channel moves, themselves or through a parent. */
export function movingBodies(scene: Scene): readonly boolean[] {
  const moving: boolean[] = [];
  scene.bodies.forEach((body, i) => {
    moving[i] =
      (moving[body.parent] ?? false) ||
      body.placed.length > 0 ||
      body.joints.some((joint) => joint.driver !== null);
  });
  return moving;
}

/** Everything of a scene that one world moves; or, without a role, everything that stands still. */
export class Figure {
  readonly group = new Group();
  readonly #bodies: (Group | undefined)[] = [];
  readonly #materials: Material[] = [];

  constructor(
    scene: Scene,
    options: {
      readonly role: string | undefined;
      readonly look: Look;
      readonly colouring: Colouring;
      readonly viewport: Vector2;
    },
  ) {
    const moving = movingBodies(scene);
    const wanted = options.role !== undefined;
    for (const geom of scene.geoms) {
      if (moving[geom.body] !== wanted || geom.group >= COLLISION_GROUP || geom.rgba[3] === 0) continue;
      const look =
        options.role === undefined
          ? stillLook(geom.rgba)
          : movingLook(options.look, options.role, geom.rgba, options.colouring, options.viewport);
      const part = this.#part(geometryOf(scene, geom), look, wanted);
      part.position.set(...geom.position);
      const [w, x, y, z] = geom.orientation;
      part.quaternion.set(x, y, z, w);
      this.#body(geom.body).add(part);
    }
  }

  place(poses: readonly Pose[]): void {
    this.#bodies.forEach((body, i) => {
      const pose = poses[i];
      if (body === undefined || pose === undefined) return;
      const [w, x, y, z] = pose.orientation;
      body.position.set(...pose.position);
      body.quaternion.set(x, y, z, w);
    });
  }

  dispose(): void {
    this.group.traverse((one) => {
      if (one instanceof Mesh) (one as Mesh).geometry.dispose();
    });
    for (const material of this.#materials) material.dispose();
    this.group.removeFromParent();
  }

  #body(index: number): Group {
    let body = this.#bodies[index];
    if (body === undefined) {
      body = new Group();
      this.#bodies[index] = body;
      this.group.add(body);
    }
    return body;
  }

  #part(geometry: Mesh["geometry"], look: PartLook, moving: boolean): Group {
    const part = new Group();
    const add = (material: Material | undefined, order: number, shape = geometry): void => {
      if (material === undefined) return;
      const mesh = new Mesh(shape, material);
      mesh.renderOrder = order;
      part.add(mesh);
      this.#materials.push(material);
    };
    add(look.fill, look.depth === undefined ? (moving ? ORDER.solid : ORDER.ground) : ORDER.ghost);
    add(look.depth, ORDER.ghostDepth);
    if (look.outline !== undefined) add(look.outline, ORDER.outline, outlineOf(geometry));
    return part;
  }
}
