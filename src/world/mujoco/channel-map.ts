import type { MjModel } from "@mujoco/mujoco";
import { didYouMean, inputError } from "../../core/errors.ts";
import type { ActionChannel, ObservationChannel, Scenario } from "../../scenario/scenario.ts";
import type { MujocoObservationSource } from "../../scenario/schema.ts";
import type { DataArray } from "./data-views.ts";
import { type NamedKind, namesOf } from "./engine.ts";

/** Where the values of one observation channel lie in MuJoCo's data. */
export interface ObservationPlace {
  readonly name: string;
  readonly array: DataArray;
  /** One a component. */
  readonly addresses: readonly number[];
  /** Components where a unit quaternion begins. */
  readonly quaternions: readonly number[];
  /** The sight without which the values stay as they are. */
  readonly heldBy?: string;
}

/** A channel that says whether an eye sees a body. */
export interface SightPlace {
  readonly name: string;
  readonly site: number;
  readonly body: number;
  /** The only geom group that blocks the line of sight. */
  readonly group?: number;
}

export interface ActionPlace {
  readonly name: string;
  readonly actuators: readonly number[];
}

export interface ChannelMap {
  readonly observation: readonly ObservationPlace[];
  readonly sights: readonly SightPlace[];
  readonly action: readonly ActionPlace[];
  /** What has to be computed after a step before channels can be read: positions of bodies, or everything. */
  readonly refresh: "nothing" | "kinematics" | "forward";
}

/** Sizes in qpos and qvel by joint type: free, ball, slide, hinge; and where in qpos a quaternion begins. */
const JOINT_SIZES = [
  { qpos: 7, qvel: 6, quaternion: 3 },
  { qpos: 4, qvel: 3, quaternion: 0 },
  { qpos: 1, qvel: 1, quaternion: undefined },
  { qpos: 1, qvel: 1, quaternion: undefined },
] as const;

/** Finds every channel of the scenario in the model. @throws SimgateError naming what is not there, with the nearest name. */
export function mapChannels(scenario: Scenario, model: MjModel, modelPath: string): ChannelMap {
  const finder = new Finder(model, modelPath);
  const sights: SightPlace[] = [];
  const observation: ObservationPlace[] = [];
  for (const channel of scenario.observation) {
    const { mujoco: source } = channel;
    if (source !== undefined && "sees" in source) sights.push(sightPlace(channel, source, finder));
    else observation.push(observationPlace(channel, source, finder));
  }
  for (const { key, target } of scenario.dimensions) {
    const place = observation.find(({ name }) => target.kind === "channel" && name === target.channel);
    if (target.kind === "parameter" || (place !== undefined && isState(place))) continue;
    throw inputError(
      `start dimension "${key}" cannot be set in MuJoCo: it is computed, not part of the state`,
      {
        where: scenario.file,
        hint: "vary the qpos or qvel of joints instead",
      },
    );
  }
  const arrays = observation.map(({ array }) => array);
  return {
    observation,
    sights,
    action: scenario.action.map((channel) => actionPlace(channel, finder)),
    refresh: arrays.includes("sensordata")
      ? "forward"
      : sights.length === 0 && observation.every(isState)
        ? "nothing"
        : "kinematics",
  };
}

/** Whether the channel is part of the state, so that a start can set it. */
export function isState({ array }: ObservationPlace): boolean {
  return array === "qpos" || array === "qvel";
}

type Sight = Extract<MujocoObservationSource, { sees: string }>;

function sightPlace(channel: ObservationChannel, { sees, from, group }: Sight, finder: Finder): SightPlace {
  const { name } = channel;
  checkSize(channel, 1, { sees, from }, finder);
  const place = { name, site: finder.id("site", from, name), body: finder.id("body", sees, name) };
  return group === undefined ? place : { ...place, group };
}

function observationPlace(
  channel: ObservationChannel,
  source: Exclude<MujocoObservationSource, Sight> | undefined,
  finder: Finder,
): ObservationPlace {
  const { name } = channel;
  if (source === undefined)
    throw unmapped(`observation channel "${name}"`, "joint, sensor, body, site or line of sight", finder);
  const quaternions: number[] = [];
  let array: DataArray;
  let addresses: number[] = [];
  if ("joint" in source) {
    array = source.field;
    for (const joint of [source.joint].flat()) {
      const { id, type } = finder.joint(joint, name);
      const size = JOINT_SIZES[type]!;
      const first = (array === "qpos" ? finder.model.jnt_qposadr : finder.model.jnt_dofadr) as Int32Array;
      if (array === "qpos" && size.quaternion !== undefined)
        quaternions.push(addresses.length + size.quaternion);
      addresses.push(...range(first[id]!, size[array]));
    }
  } else if ("sensor" in source) {
    array = "sensordata";
    const { sensor_adr: first, sensor_dim: size } = finder.model as unknown as Record<string, Int32Array>;
    for (const sensor of [source.sensor].flat()) {
      const id = finder.id("sensor", sensor, name);
      addresses.push(...range(first![id]!, size![id]!));
    }
  } else if ("body" in source) {
    array = source.field;
    const id = finder.id("body", source.body, name);
    addresses = source.field === "xquat" ? range(4 * id, 4) : position(id, source.components);
  } else {
    array = "site_xpos";
    addresses = position(finder.id("site", source.site, name), source.components);
  }
  checkSize(channel, addresses.length, source, finder);
  const place = { name, array, addresses, quaternions };
  return source.heldBy === undefined ? place : { ...place, heldBy: source.heldBy };
}

/** Addresses of some coordinates of the position of a body or site. */
function position(id: number, components: readonly ("x" | "y" | "z")[] = ["x", "y", "z"]): number[] {
  return components.map((component) => 3 * id + "xyz".indexOf(component));
}

function checkSize(
  channel: ObservationChannel,
  size: number,
  source: MujocoObservationSource,
  { modelPath }: Finder,
): void {
  if (channel.size === size) return;
  throw inputError(
    `observation channel "${channel.name}" has another size than what it comes from in MuJoCo`,
    {
      where: modelPath,
      expected: `${size} value${size === 1 ? "" : "s"} (${JSON.stringify(source)})`,
      got: `${channel.size} values (shape [${channel.shape.join(", ")}])`,
      hint: `write shape: [${size === 1 ? "" : size}] in the scenario`,
    },
  );
}

function actionPlace(channel: ActionChannel, finder: Finder): ActionPlace {
  const { name, mujoco: target } = channel;
  if (target === undefined) throw unmapped(`action channel "${name}"`, "actuator", finder);
  const actuators = [target.actuator].flat().map((actuator) => finder.id("actuator", actuator, name));
  if (actuators.length !== channel.size) {
    throw inputError(`action channel "${name}" has another size than its list of actuators`, {
      where: finder.modelPath,
      expected: `${actuators.length} values, one an actuator`,
      got: `${channel.size} values (shape [${channel.shape.join(", ")}])`,
    });
  }
  return { name, actuators };
}

function unmapped(what: string, kinds: string, { modelPath }: Finder): Error {
  return inputError(`${what} does not say where it is in MuJoCo`, {
    where: modelPath,
    hint: `give it mujoco: { … } with a ${kinds} of the MJCF`,
  });
}

class Finder {
  readonly model: MjModel;
  readonly modelPath: string;
  readonly #names = new Map<NamedKind, readonly string[]>();

  constructor(model: MjModel, modelPath: string) {
    this.model = model;
    this.modelPath = modelPath;
  }

  id(kind: NamedKind, name: string, channel: string): number {
    const names = this.#names.get(kind) ?? namesOf(this.model, kind);
    this.#names.set(kind, names);
    const id = names.indexOf(name);
    if (id >= 0 && name !== "") return id;
    throw inputError(`channel "${channel}" names ${kind} "${name}", which the MJCF does not have`, {
      where: this.modelPath,
      hint: didYouMean(
        name,
        names.filter((known) => known !== ""),
      ),
    });
  }

  joint(name: string, channel: string): { id: number; type: number } {
    const id = this.id("joint", name, channel);
    return { id, type: (this.model.jnt_type as Int32Array)[id]! };
  }
}

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}
