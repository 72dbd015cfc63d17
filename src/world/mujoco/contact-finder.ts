import type { MainModule, MjData } from "@mujoco/mujoco";
import type { Scenario } from "../../scenario/scenario.ts";
import type { MujocoEdit } from "../../scenario/schema.ts";
import { type ChannelMap, isState, mapChannels, type ObservationPlace } from "./channel-map.ts";
import { loadMujoco, namesOf } from "./engine.ts";
import { ModelBank } from "./model-bank.ts";

/** Where two things touch, in the frame of the world. */
export interface Contact {
  /** m */
  readonly position: readonly number[];
  /** Unit vector, from the first to the second. */
  readonly normal: readonly number[];
  /** Along the normal, ≥ 0. */
  readonly forceN: number;
  /** Names of the bodies. */
  readonly bodies: readonly [first: string, second: string];
}

export interface FoundContacts {
  readonly contacts: readonly Contact[];
  /** Bodies of which the channels do not say where they are now: what they touch is left out. */
  readonly hidden: readonly string[];
  /** Joints of which no channel says where they stand: taken at rest. */
  readonly atRest: readonly string[];
}

type Values = Readonly<Record<string, readonly number[]>>;

/** Finds what touches what where a world shows its bodies: the model is put there, and nothing is simulated. */
export class ContactFinder {
  readonly #atRest: readonly string[];
  readonly #mj: MainModule;
  readonly #bank: ModelBank;
  readonly #channels: ChannelMap;
  readonly #data: MjData;
  readonly #bodies: readonly string[];

  private constructor(mj: MainModule, bank: ModelBank, channels: ChannelMap) {
    const { model } = bank.patched;
    this.#mj = mj;
    this.#bank = bank;
    this.#channels = channels;
    this.#data = new mj.MjData(model);
    this.#bodies = namesOf(model, "body");
    const known = new Set(channels.observation.filter(isPosition).flatMap(({ addresses }) => addresses));
    const addresses = Array.from(model.jnt_qposadr as Int32Array);
    this.#atRest = namesOf(model, "joint").filter((_, joint) => !known.has(addresses[joint]!));
  }

  /** @throws SimgateError `input` for a model that does not compile or lacks a channel of the scenario */
  static async open(options: {
    readonly scenario: Scenario;
    /** Absolute path of the MJCF. */
    readonly modelPath: string;
    readonly set?: readonly MujocoEdit[];
  }): Promise<ContactFinder> {
    const { scenario, modelPath, set = [] } = options;
    const mj = await loadMujoco();
    const bank = await ModelBank.open(mj, scenario, modelPath, set);
    try {
      return new ContactFinder(mj, bank, mapChannels(scenario, bank.patched.model, modelPath));
    } catch (thrown) {
      bank.delete();
      throw thrown;
    }
  }

  /** @param action what the world was last commanded: actuators press, too */
  at(observation: Values, action: Values, parameters: Readonly<Record<string, number>>): FoundContacts {
    const { model } = this.#bank.patched;
    this.#bank.patched.switchTo(this.#bank.patchFor(parameters));
    if (model.nkey > 0) this.#mj.mj_resetDataKeyframe(model, this.#data, 0);
    else this.#mj.mj_resetData(model, this.#data);
    const { qpos, qvel, ctrl } = this.#data as unknown as Record<"qpos" | "qvel" | "ctrl", Float64Array>;
    for (const place of this.#channels.observation.filter(isState)) {
      const values = observation[place.name];
      if (values === undefined) continue;
      const array = place.array === "qpos" ? qpos : qvel;
      place.addresses.forEach((address, i) => (array[address] = values[i] ?? 0));
    }
    for (const { name, actuators } of this.#channels.action) {
      actuators.forEach((actuator, i) => (ctrl[actuator] = action[name]?.[i] ?? 0));
    }
    this.#mj.mj_forward(model, this.#data);
    const hidden = this.#hiddenBodies(observation);
    return {
      contacts: this.#read().filter(({ bodies }) => !bodies.some((body) => hidden.has(body))),
      hidden: [...hidden],
      atRest: this.#atRest,
    };
  }

  close(): void {
    this.#data.delete();
    this.#bank.delete();
  }

  #read(): Contact[] {
    const { model } = this.#bank.patched;
    const found: Contact[] = [];
    const force = new this.#mj.DoubleBuffer(6);
    const all = this.#data.contact;
    try {
      for (let i = 0; i < this.#data.ncon; i++) {
        const contact = all.get(i);
        if (contact === undefined) continue;
        // Of geoms that nearly touch, MuJoCo knows too.
        if (contact.efc_address >= 0) {
          this.#mj.mj_contactForce(model, this.#data, i, force);
          const bodyOf = (geom: number): string => this.#bodies[(model.geom_bodyid as Int32Array)[geom]!]!;
          found.push({
            position: Array.from(contact.pos as Float64Array),
            normal: Array.from(contact.frame as Float64Array).slice(0, 3),
            forceN: Math.max(0, (force.GetView() as Float64Array)[0]!),
            bodies: [bodyOf(contact.geom1), bodyOf(contact.geom2)],
          });
        }
        contact.delete();
      }
    } finally {
      force.delete();
      all.delete();
    }
    return found;
  }

  /** Channels that are held while an eye does not see their body say where it was, not where it is. */
  #hiddenBodies(observation: Values): Set<string> {
    const { model } = this.#bank.patched;
    const [addresses, bodies] = [model.jnt_qposadr as Int32Array, model.jnt_bodyid as Int32Array];
    const held = this.#channels.observation
      .filter(
        (place) => isPosition(place) && place.heldBy !== undefined && observation[place.heldBy]?.[0] === 0,
      )
      .flatMap((place) => place.addresses);
    const joints = Array.from({ length: model.njnt }, (_, joint) => joint);
    return new Set(
      joints
        .filter((joint) => held.includes(addresses[joint]!))
        .map((joint) => this.#bodies[bodies[joint]!]!),
    );
  }
}

function isPosition({ array }: ObservationPlace): boolean {
  return array === "qpos";
}
