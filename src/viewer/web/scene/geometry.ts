import {
  BoxGeometry,
  BufferAttribute,
  BufferGeometry,
  CapsuleGeometry,
  CylinderGeometry,
  PlaneGeometry,
  SphereGeometry,
} from "three";
import { mergeVertices } from "three/addons/utils/BufferGeometryUtils.js";
import type { Scene, SceneGeom, SceneMesh } from "../../scene.ts";

/** Half side of a plane that the model leaves without end, m. */
const ENDLESS_M = 10;

const known = new WeakMap<SceneGeom, BufferGeometry>();
const outlines = new WeakMap<BufferGeometry, BufferGeometry>();

/** The shape of a geom in its own frame; the same for all worlds that show it. */
export function geometryOf(scene: Scene, geom: SceneGeom): BufferGeometry {
  return kept(known, geom, () => made(scene, geom));
}

/** The same without edges: an outline that follows the normals would tear open at them. */
export function outlineOf(shape: BufferGeometry): BufferGeometry {
  return kept(outlines, shape, () => {
    const welded = shape.clone();
    for (const name of ["normal", "uv"]) welded.deleteAttribute(name);
    const merged = mergeVertices(welded, 1e-5);
    merged.computeVertexNormals();
    return merged;
  });
}

function kept<K extends object>(
  from: WeakMap<K, BufferGeometry>,
  key: K,
  make: () => BufferGeometry,
): BufferGeometry {
  let geometry = from.get(key);
  if (geometry === undefined) from.set(key, (geometry = make()));
  return geometry;
}

/** MuJoCo's long axis is z, three's is y. */
function made(scene: Scene, geom: SceneGeom): BufferGeometry {
  const [a, b, c] = geom.size;
  switch (geom.shape) {
    case "plane":
      return new PlaneGeometry(2 * (a || ENDLESS_M), 2 * (b || ENDLESS_M));
    case "sphere":
      return new SphereGeometry(a, 32, 20);
    case "ellipsoid":
      return new SphereGeometry(1, 32, 20).scale(a, b, c);
    case "box":
      return new BoxGeometry(2 * a, 2 * b, 2 * c);
    case "capsule":
      return new CapsuleGeometry(a, 2 * b, 8, 24).rotateX(Math.PI / 2);
    case "cylinder":
      return new CylinderGeometry(a, a, 2 * b, 40).rotateX(Math.PI / 2);
    case "mesh":
      return meshGeometry(scene.meshes[geom.mesh ?? -1]);
  }
}

function meshGeometry(mesh: SceneMesh | undefined): BufferGeometry {
  const geometry = new BufferGeometry();
  if (mesh === undefined) return geometry;
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(bytes(mesh.positions)), 3));
  geometry.setIndex(new BufferAttribute(new Uint32Array(bytes(mesh.triangles)), 1));
  geometry.computeVertexNormals();
  return geometry;
}

function bytes(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer;
}
