import type { MjModel } from "@mujoco/mujoco";
import type { Scenario } from "../../scenario/scenario.ts";
import type { MujocoEdit } from "../../scenario/schema.ts";
import { editTemplates } from "./edit-templates.ts";
import { compileModel, loadMujoco, namesOf } from "./engine.ts";
import { applyChanges, withMemory } from "./mjcf.ts";
import { readMjcf } from "./sources.ts";

/** What a compiled model looks like: metres, radians, quaternions (w, x, y, z), each in the frame of what it hangs on. */
export interface ModelGeometry {
  /** The first is the world; a parent comes before its children. */
  readonly bodies: readonly ModelBody[];
  readonly geoms: readonly ModelGeom[];
  readonly meshes: readonly ModelMesh[];
}

export interface ModelBody {
  readonly name: string;
  /** -1 for the world. */
  readonly parent: number;
  readonly position: Numbers;
  readonly orientation: Numbers;
  readonly joints: readonly ModelJoint[];
}

export interface ModelJoint {
  readonly name: string;
  readonly type: "free" | "ball" | "slide" | "hinge";
  readonly axis: Numbers;
  readonly anchor: Numbers;
  /** Its part of qpos in the reference pose, and at rest (the first keyframe, if there is one). */
  readonly reference: Numbers;
  readonly rest: Numbers;
}

export interface ModelGeom {
  readonly name: string;
  readonly body: number;
  readonly shape: "plane" | "sphere" | "capsule" | "ellipsoid" | "cylinder" | "box" | "mesh";
  readonly size: Numbers;
  readonly position: Numbers;
  readonly orientation: Numbers;
  readonly rgba: Numbers;
  readonly group: number;
  readonly mesh: number | null;
  /** Radius of a ball around it; 0 for a plane. */
  readonly radius: number;
}

export interface ModelMesh {
  readonly name: string;
  /** x y z a vertex. */
  readonly positions: Float32Array;
  /** Three a triangle. */
  readonly triangles: Uint32Array;
}

type Numbers = readonly number[];

export interface GeometryOptions {
  readonly scenario: Pick<Scenario, "parameters" | "file">;
  /** Absolute path of the MJCF. */
  readonly modelPath: string;
  readonly set?: readonly MujocoEdit[];
  /** Nominal where not given. */
  readonly parameters?: Readonly<Record<string, number>>;
}

/** Compiles the model with these parameters. @throws SimgateError `input` for a file that is missing or does not compile */
export async function describeGeometry(options: GeometryOptions): Promise<ModelGeometry> {
  const { scenario, modelPath, set = [], parameters = {} } = options;
  const mj = await loadMujoco();
  const source = await readMjcf(modelPath);
  const edits = [...scenario.parameters.flatMap(({ mujoco }) => mujoco), ...set];
  const fill = await editTemplates(edits, scenario.parameters, scenario.file);
  const nominal = Object.fromEntries(scenario.parameters.map((one) => [one.name, one.nominal]));
  const xml = applyChanges(source.xml, fill({ ...nominal, ...parameters }), source.file);
  const model = compileModel(mj, withMemory(xml, MEMORY_MB, source.file), source);
  try {
    return { bodies: bodiesOf(model), geoms: geomsOf(model), meshes: meshesOf(model) };
  } finally {
    model.delete();
  }
}

/** Nothing is simulated. */
const MEMORY_MB = 4;
const JOINT_TYPES = ["free", "ball", "slide", "hinge"] as const;
const QPOS_SIZES = [7, 4, 1, 1] as const;
/** By MuJoCo's code; height fields and signed distance fields are not drawn. */
const SHAPES = ["plane", undefined, "sphere", "capsule", "ellipsoid", "cylinder", "box", "mesh"] as const;

type Arrays = Readonly<
  Record<string, ArrayLike<number> & { slice(from: number, to: number): ArrayLike<number> }>
>;

function arraysOf(model: MjModel): Arrays {
  return model as unknown as Arrays;
}

function part(values: Arrays[string] | undefined, index: number, size: number): number[] {
  return Array.from(values!.slice(index * size, (index + 1) * size));
}

function bodiesOf(model: MjModel): ModelBody[] {
  const a = arraysOf(model);
  const joints = namesOf(model, "joint");
  const rest = model.nkey > 0 ? a["key_qpos"]! : a["qpos0"]!;
  const jointOf = (id: number): ModelJoint => {
    const type = a["jnt_type"]![id]!;
    const from = a["jnt_qposadr"]![id]!;
    const values = (array: Arrays[string]): number[] =>
      Array.from(array.slice(from, from + QPOS_SIZES[type]!));
    return {
      name: joints[id]!,
      type: JOINT_TYPES[type]!,
      axis: part(a["jnt_axis"], id, 3),
      anchor: part(a["jnt_pos"], id, 3),
      reference: values(a["qpos0"]!),
      rest: values(rest),
    };
  };
  return namesOf(model, "body").map((name, id): ModelBody => {
    const first = a["body_jntadr"]![id]!;
    return {
      name,
      parent: id === 0 ? -1 : a["body_parentid"]![id]!,
      position: part(a["body_pos"], id, 3),
      orientation: part(a["body_quat"], id, 4),
      joints: Array.from({ length: a["body_jntnum"]![id]! }, (_, i) => jointOf(first + i)),
    };
  });
}

function geomsOf(model: MjModel): ModelGeom[] {
  const a = arraysOf(model);
  return namesOf(model, "geom").flatMap((name, id): ModelGeom[] => {
    const shape = SHAPES[a["geom_type"]![id]!];
    if (shape === undefined) return [];
    const material = a["geom_matid"]![id]!;
    const own = part(a["geom_rgba"], id, 4);
    // A material colours a geom that has no colour of its own, which shows as MuJoCo's default grey.
    const plain = own.every((value, i) => value === [0.5, 0.5, 0.5, 1][i]);
    return [
      {
        name,
        body: a["geom_bodyid"]![id]!,
        shape,
        size: part(a["geom_size"], id, 3),
        position: part(a["geom_pos"], id, 3),
        orientation: part(a["geom_quat"], id, 4),
        rgba: plain && material >= 0 ? part(a["mat_rgba"], material, 4) : own,
        group: a["geom_group"]![id]!,
        mesh: shape === "mesh" ? a["geom_dataid"]![id]! : null,
        radius: a["geom_rbound"]![id]!,
      },
    ];
  });
}

function meshesOf(model: MjModel): ModelMesh[] {
  const a = arraysOf(model);
  return namesOf(model, "mesh").map((name, id): ModelMesh => {
    const [vertex, vertices] = [a["mesh_vertadr"]![id]!, a["mesh_vertnum"]![id]!];
    const [face, faces] = [a["mesh_faceadr"]![id]!, a["mesh_facenum"]![id]!];
    return {
      name,
      positions: Float32Array.from(a["mesh_vert"]!.slice(3 * vertex, 3 * (vertex + vertices))),
      triangles: Uint32Array.from(a["mesh_face"]!.slice(3 * face, 3 * (face + faces))),
    };
  });
}
