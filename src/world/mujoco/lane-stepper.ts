import type { MainModule, MjData, MjOption } from "@mujoco/mujoco";
import { inputError, runtimeError } from "../../core/errors.ts";
import type { Start } from "../../core/trace.ts";
import { type ChannelMap, isState } from "./channel-map.ts";
import { DataViews } from "./data-views.ts";
import { mujocoMessage } from "./engine.ts";
import { LineOfSight } from "./line-of-sight.ts";
import type { ModelPatch, PatchedModel } from "./patch.ts";
import { arenaWarning, resetWarning, type StepWarning } from "./warnings.ts";

type Columns = Readonly<Record<string, Float64Array>>;

/**
 * One model and one mjData that stand in for every lane: a lane is a row of state, loaded, stepped and stored. Rest is
 * the model's first keyframe, or its reference pose if it has none.
 */
export class LaneStepper {
  readonly #mj: MainModule;
  readonly #patched: PatchedModel;
  readonly #options: MjOption;
  readonly #data: MjData;
  readonly #views: DataViews;
  readonly #channels: ChannelMap;
  readonly #sights: readonly LineOfSight[];
  readonly #controlPeriodSec: number;
  /** By actuator: whether the model itself clamps its command. */
  readonly #clamped: readonly boolean[];
  readonly #hasEqualities: boolean;
  readonly #mayTouch: boolean;
  /** Sensors follow from the state; channels read them after the last timestep of a period, the others need none. */
  readonly #spareSensors: boolean;
  /** Timesteps in a control period, of the model as it now is. */
  #substeps: number;

  constructor(mj: MainModule, patched: PatchedModel, channels: ChannelMap, controlPeriodSec: number) {
    const { model } = patched;
    this.#mj = mj;
    this.#patched = patched;
    this.#options = model.opt;
    this.#data = new mj.MjData(model);
    this.#views = new DataViews(model, this.#data);
    this.#channels = channels;
    this.#sights = channels.sights.map((place) => new LineOfSight(mj, model, this.#data, place));
    this.#controlPeriodSec = controlPeriodSec;
    this.#hasEqualities = model.neq > 0;
    this.#mayTouch = (model.opt.disableflags & mj.mjtDisableBit.mjDSBL_CONTACT.value) === 0;
    this.#substeps = Math.round(controlPeriodSec / model.opt.timestep);
    // A sensor that reports late remembers every timestep.
    this.#spareSensors = model.nsensor > 0 && model.nhistory === 0;
    this.#clamped = Array.from({ length: model.nu }, (_, id) => {
      const actuator = model.actuator(id);
      const { ctrllimited } = actuator as unknown as { ctrllimited: boolean };
      actuator.delete();
      return ctrllimited;
    });
  }

  /** Values in the row of a lane. */
  get stride(): number {
    return this.#views.stride;
  }

  /** Writes the row of a lane that begins at `start`, and leaves mjData there for {@link observe}. */
  place(start: Start, patch: ModelPatch, rows: Float64Array, offset: number): void {
    const { model } = this.#patched;
    this.#become(patch);
    if (model.nkey > 0) this.#mj.mj_resetDataKeyframe(model, this.#data, 0);
    else this.#mj.mj_resetData(model, this.#data);
    this.#data.time = 0;
    this.#views.refresh();
    this.#write(start.initial, `start ${start.index}`);
    this.#compute();
    this.#views.store(rows, offset);
  }

  /** Changes the row of a lane between two steps, and leaves mjData there for {@link observe}. */
  set(
    values: Readonly<Record<string, readonly number[]>>,
    patch: ModelPatch,
    rows: Float64Array,
    offset: number,
  ): void {
    this.#become(patch);
    this.#views.refresh();
    this.#views.load(rows, offset);
    this.#write(values, "what is set");
    this.#compute();
    this.#views.store(rows, offset);
  }

  /**
   * Takes the row of a lane one control period on, and leaves mjData there for {@link observe}. Writes into `applied`
   * what the model makes of the commands. A row that breaks stays as it was, and the reason is returned; that contacts
   * or constraints were left out for lack of memory only if `careful`, because asking costs as much as a contact.
   */
  step(
    patch: ModelPatch,
    rows: Float64Array,
    offset: number,
    lane: number,
    applied: Columns,
    careful: boolean,
  ): StepWarning | undefined {
    const { model } = this.#patched;
    const views = this.#views;
    this.#become(patch);
    // Warnings are counted until data is reset: those of other lanes are none of this one's.
    if (careful) this.#mj.mj_resetData(model, this.#data);
    views.refresh();
    views.load(rows, offset);
    this.#command(lane, applied);
    let warning: StepWarning | undefined;
    try {
      this.#advance();
      views.refresh();
      if (views.wasReset) warning = resetWarning(this.#mj, this.#data);
      else if (careful) warning = this.incomplete();
      if (warning === undefined) {
        views.store(rows, offset);
        this.#compute();
      }
    } catch (thrown) {
      // A trap of WebAssembly leaves nothing to go on with, in any lane.
      if (thrown instanceof Error && thrown.name === "RuntimeError") {
        throw runtimeError("MuJoCo crashed", { got: mujocoMessage(thrown), cause: thrown });
      }
      warning = { kind: "threw", reason: mujocoMessage(thrown) };
    }
    if (warning !== undefined) this.#mj.mj_resetData(model, this.#data);
    return warning;
  }

  /**
   * Writes the values of all channels at mjData into a lane of `columns`; what is held keeps the value it has there.
   * The first observation holds nothing: where things are at the start is known.
   */
  observe(columns: Columns, lane: number, isFirst = false): void {
    for (const sight of this.#sights) {
      columns[sight.name]![lane] = sight.isFree(this.#views) ? 1 : 0;
      this.#views.refresh();
    }
    const { arrays } = this.#views;
    for (const { name, array, addresses, heldBy } of this.#channels.observation) {
      if (heldBy !== undefined && !isFirst && columns[heldBy]![lane] === 0) continue;
      const column = columns[name]!;
      const from = arrays[array];
      for (let c = 0, i = lane * addresses.length; c < addresses.length; c++, i++)
        column[i] = from[addresses[c]!]!;
    }
  }

  /** What a step since the last fault of any lane has left out for lack of memory. */
  incomplete(): StepWarning | undefined {
    return this.#mayTouch ? arenaWarning(this.#mj, this.#data) : undefined;
  }

  delete(): void {
    this.#data.delete();
  }

  /** Puts values into the state that mjData holds; channels that are computed are passed over. */
  #write(initial: Readonly<Record<string, readonly number[]>>, whose: string): void {
    for (const place of this.#channels.observation) {
      const values = initial[place.name];
      if (values === undefined || !isState(place)) continue;
      if (values.length !== place.addresses.length) {
        throw inputError(`${whose} gives channel "${place.name}" the wrong number of values`, {
          expected: `${place.addresses.length}`,
          got: `${values.length}`,
        });
      }
      const array = this.#views.arrays[place.array];
      const rest = place.addresses.map((address) => array[address]!);
      for (const [i, address] of place.addresses.entries()) array[address] = values[i]!;
      for (const first of place.quaternions) {
        normalise(array, place.addresses.slice(first, first + 4), rest.slice(first));
      }
    }
  }

  #become(patch: ModelPatch): void {
    if (!this.#patched.switchTo(patch)) return;
    this.#substeps = Math.round(this.#controlPeriodSec / patch.timestepSec);
    // Which equality constraints hold is state that no view reaches; only a reset copies it from the model.
    if (this.#hasEqualities) this.#mj.mj_resetData(this.#patched.model, this.#data);
  }

  /** Writes the lane's commands, clamped as the model will clamp them, and records that in `applied`. */
  #command(lane: number, applied: Columns): void {
    const { ctrl, ctrlRange } = this.#views;
    for (const { name, actuators } of this.#channels.action) {
      const column = applied[name]!;
      for (let c = 0, i = lane * actuators.length; c < actuators.length; c++, i++) {
        const id = actuators[c]!;
        if (this.#clamped[id] === true) {
          column[i] = Math.min(Math.max(column[i]!, ctrlRange[2 * id]!), ctrlRange[2 * id + 1]!);
        }
        ctrl[id] = column[i]!;
      }
    }
  }

  #advance(): void {
    const { model } = this.#patched;
    const options = this.#options;
    const flags = options.disableflags;
    if (this.#spareSensors) options.disableflags = flags | this.#mj.mjtDisableBit.mjDSBL_SENSOR.value;
    try {
      for (let i = this.#substeps; i > 0; i--) this.#mj.mj_step(model, this.#data);
    } finally {
      if (this.#spareSensors) options.disableflags = flags;
    }
  }

  /** Brings up to date what channels read: a step leaves positions and sensors as they were before it. */
  #compute(): void {
    const { refresh } = this.#channels;
    const { model } = this.#patched;
    if (refresh === "nothing") return;
    if (refresh === "forward") this.#mj.mj_forward(model, this.#data);
    else this.#mj.mj_kinematics(model, this.#data);
    this.#views.refresh();
  }
}

/** Makes four components a unit quaternion; zeros stand for "at rest". */
function normalise(array: Float64Array, addresses: readonly number[], rest: readonly number[]): void {
  const norm = Math.hypot(...addresses.map((address) => array[address]!));
  for (const [i, address] of addresses.entries())
    array[address] = norm === 0 ? rest[i]! : array[address]! / norm;
}
