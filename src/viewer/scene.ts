/** What can be drawn, in the frame of the world: x forward, z up, metres, radians, quaternions (w, x, y, z). */
export interface Scene {
  /** The file it was compiled from, without its folder; null: nothing but objects. */
  readonly source: string | null;
  /** `bodies[0]` is the world; a parent comes before its children. */
  readonly bodies: readonly SceneBody[];
  readonly geoms: readonly SceneGeom[];
  readonly meshes: readonly SceneMesh[];
  readonly objects: readonly SceneObject[];
  /** A box around everything at rest, for the first look. */
  readonly bounds: { readonly min: Vector; readonly max: Vector };
  /** Channels that no joint or body takes up: to be plotted, not drawn. */
  readonly undrawn: readonly string[];
}

export type Vector = readonly [x: number, y: number, z: number];
export type Quaternion = readonly [w: number, x: number, y: number, z: number];

export interface SceneBody {
  readonly name: string;
  /** Index in `bodies`; -1 for the world. */
  readonly parent: number;
  /** In the parent's frame, before its joints act. */
  readonly position: Vector;
  readonly orientation: Quaternion;
  /** Applied in this order: kinematics.ts. */
  readonly joints: readonly SceneJoint[];
  /** Where channels say the place of this body in the world's frame, whatever its joints do; by coordinate. */
  readonly placed: readonly {
    readonly coordinate: "x" | "y" | "z" | "orientation";
    readonly channel: string;
    /** First component of the channel. */
    readonly component: number;
  }[];
}

export interface SceneJoint {
  readonly name: string;
  readonly type: "hinge" | "slide" | "ball" | "free";
  /** In the body's frame. */
  readonly axis: Vector;
  readonly anchor: Vector;
  /** Value at which the body stands as described; `rest`: where it stays if no channel drives it. 1, 1, 4, 7 numbers. */
  readonly reference: readonly number[];
  readonly rest: readonly number[];
  /** Null: no channel says where it stands. */
  readonly driver: { readonly channel: string; readonly component: number } | null;
}

export interface SceneGeom {
  readonly name: string;
  readonly body: number;
  readonly shape: "plane" | "sphere" | "capsule" | "ellipsoid" | "cylinder" | "box" | "mesh";
  /**
   * MuJoCo's: sphere [radius]; capsule, cylinder [radius, half length] along z; box, ellipsoid half sizes; plane half
   * sizes of x and y (0: without end), normal z; mesh none.
   */
  readonly size: Vector;
  /** In the body's frame. */
  readonly position: Vector;
  readonly orientation: Quaternion;
  readonly rgba: readonly [number, number, number, number];
  /** Visual group of MJCF: 0, 1, 2 are shown by default, 3 and above are collision shapes. */
  readonly group: number;
  /** Index in `meshes`. */
  readonly mesh: number | null;
}

export interface SceneMesh {
  readonly name: string;
  /** Little-endian float32, x y z a vertex, in base64. */
  readonly positions: string;
  /** Little-endian uint32, three a triangle, in base64. */
  readonly triangles: string;
}

export interface SceneObject {
  readonly name: string;
  readonly label: string;
  /** Observation channels. */
  readonly position: string;
  readonly orientation: string | null;
  readonly visible: string | null;
  /** Farthest it may be from truth's and still be it, in the unit of the position. */
  readonly matchWithin: number;
  /** Body that stands for it, if the scene has one. */
  readonly body: string | null;
}
