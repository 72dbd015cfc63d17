import type { MjModel } from "@mujoco/mujoco";
import { compileModel, loadMujoco, namesOf } from "./engine.ts";
import { readMjcf } from "./sources.ts";

/** What an MJCF file has that a scenario may name. */
export interface MjcfDescription {
  /** The `model` attribute of its root. */
  readonly name: string;
  readonly timestepSec: number;
  readonly joints: readonly MjcfJoint[];
  readonly actuators: readonly MjcfActuator[];
}

export interface MjcfJoint {
  /** Empty if the file gives it none. */
  readonly name: string;
  readonly type: "free" | "ball" | "slide" | "hinge";
  readonly body: string;
  /** rad or m; absent for a joint without limits. */
  readonly range?: readonly [lower: number, upper: number];
  /** Its part of qpos at rest: in the first keyframe, or in the reference pose. */
  readonly rest: readonly number[];
}

export interface MjcfActuator {
  readonly name: string;
  /** What a command of 1 stands for. `other`: a tendon, a muscle, a filter in between. */
  readonly commands: "force" | "position" | "velocity" | "other";
  /** The joint it drives; absent where it drives something else, or a joint of several degrees of freedom. */
  readonly joint?: MjcfJoint;
  /** Force (N, or N m) of a command of 1, for `force`. */
  readonly gain: number;
  /** Absent for an actuator that takes any command. */
  readonly range?: readonly [lower: number, upper: number];
}

const JOINT_TYPES = ["free", "ball", "slide", "hinge"] as const;
const QPOS_SIZES = [7, 4, 1, 1] as const;

/** @throws SimgateError `input` for a file that is missing or does not compile. */
export async function describeModel(modelPath: string): Promise<MjcfDescription> {
  const mj = await loadMujoco();
  const source = await readMjcf(modelPath);
  const model = compileModel(mj, source.xml, source);
  try {
    const joints = jointsOf(model);
    return {
      name: modelName(model),
      timestepSec: model.opt.timestep,
      joints,
      actuators: actuatorsOf(model, joints, {
        transmission: mj.mjtTrn.mjTRN_JOINT.value,
        fixedGain: mj.mjtGain.mjGAIN_FIXED.value,
        noBias: mj.mjtBias.mjBIAS_NONE.value,
        affineBias: mj.mjtBias.mjBIAS_AFFINE.value,
        noDynamics: mj.mjtDyn.mjDYN_NONE.value,
      }),
    };
  } finally {
    model.delete();
  }
}

function jointsOf(model: MjModel): MjcfJoint[] {
  const bodies = namesOf(model, "body");
  const types = model.jnt_type as Int32Array;
  const addresses = model.jnt_qposadr as Int32Array;
  const owners = model.jnt_bodyid as Int32Array;
  const rest = (model.nkey > 0 ? model.key_qpos : model.qpos0) as Float64Array;
  return namesOf(model, "joint").map((name, id): MjcfJoint => {
    const type = types[id]!;
    const from = addresses[id]!;
    const range = pair(model.jnt_range as Float64Array, id);
    return {
      name,
      type: JOINT_TYPES[type]!,
      body: bodies[owners[id]!]!,
      rest: Array.from(rest.subarray(from, from + QPOS_SIZES[type]!)),
      ...(flag(model.jnt(id), "limited") && QPOS_SIZES[type] === 1 ? { range } : {}),
    };
  });
}

interface Codes {
  readonly transmission: number;
  readonly fixedGain: number;
  readonly noBias: number;
  readonly affineBias: number;
  readonly noDynamics: number;
}

function actuatorsOf(model: MjModel, joints: readonly MjcfJoint[], codes: Codes): MjcfActuator[] {
  const gains = model.actuator_gainprm as Float64Array;
  const biases = model.actuator_biasprm as Float64Array;
  const stride = model.nu === 0 ? 0 : gains.length / model.nu;
  const is = (field: string, id: number, code: number): boolean =>
    ((model as unknown as Record<string, Int32Array>)[field]![id] ?? -1) === code;
  return namesOf(model, "actuator").map((name, id): MjcfActuator => {
    const target = (model.actuator_trnid as Int32Array)[2 * id]!;
    const driven = is("actuator_trntype", id, codes.transmission) ? joints[target] : undefined;
    const scalar = driven !== undefined && (driven.type === "hinge" || driven.type === "slide");
    const plain =
      scalar && is("actuator_gaintype", id, codes.fixedGain) && is("actuator_dyntype", id, codes.noDynamics);
    const gear = (model.actuator_gear as Float64Array)[6 * id]!;
    const gain = gains[stride * id]!;
    const [, position, velocity] = biases.subarray(stride * id, stride * id + 3);
    const affine = is("actuator_biastype", id, codes.affineBias);
    const commands =
      plain && is("actuator_biastype", id, codes.noBias)
        ? "force"
        : plain && affine && gear === 1 && position === -gain && gain !== 0
          ? "position"
          : plain && affine && gear === 1 && position === 0 && velocity === -gain && gain !== 0
            ? "velocity"
            : "other";
    return {
      name,
      commands,
      gain: gain * gear,
      ...(scalar ? { joint: driven } : {}),
      ...(flag(model.actuator(id), "ctrllimited")
        ? { range: pair(model.actuator_ctrlrange as Float64Array, id) }
        : {}),
    };
  });
}

/** A flag of one element; the bindings cannot read arrays of bool. */
function flag(element: unknown, field: string): boolean {
  const accessor = element as Record<string, boolean> & { delete(): void };
  try {
    return accessor[field] === true;
  } finally {
    accessor.delete();
  }
}

function pair(values: Float64Array, id: number): readonly [number, number] {
  return [values[2 * id]!, values[2 * id + 1]!];
}

/** The first of the names. */
function modelName(model: MjModel): string {
  const bytes = model.names as Int8Array;
  return new TextDecoder().decode(Uint8Array.from(bytes.subarray(0, bytes.indexOf(0))));
}
