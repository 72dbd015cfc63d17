import type { MjData, MjModel } from "@mujoco/mujoco";
import type { Boxes } from "./ray-box.ts";

/** State that a step reads and leaves behind, in the order of a lane's row, after the time. */
const CARRIED = [
  "qpos",
  "qvel",
  "act",
  "history",
  "qacc_warmstart",
  "ctrl",
  "mocap_pos",
  "mocap_quat",
  "flexvert_lambda",
  "flexvert_conage",
  "flexelem_krot",
] as const;

/** Arrays of `mjData` that channels read. */
export type DataArray = "qpos" | "qvel" | "sensordata" | "xpos" | "xquat" | "site_xpos";

/**
 * Typed arrays over MuJoCo's memory. They die when WebAssembly's memory grows, which any allocation may cause:
 * {@link refresh} before use.
 */
export class DataViews {
  readonly #model: MjModel;
  readonly #data: MjData;
  /** Values a lane keeps between steps. */
  readonly stride: number;
  #carried: readonly (Float64Array | Int32Array)[] = [];
  arrays: Readonly<Record<DataArray, Float64Array>>;
  ctrl: Float64Array;
  /** actuators × (lower, upper) */
  ctrlRange: Float64Array;
  /** All geoms as boxes: meaningful for those that are. Centres and rotations as the last kinematics left them. */
  boxes: Boxes;
  /**
   * A force on the world body, which no step reads, but which MuJoCo clears when it resets the state because of a bad
   * value: 1 as long as it has not. (Time would not tell: it is 0 in the first step anyway.)
   */
  #sentinel: Float64Array;

  constructor(model: MjModel, data: MjData) {
    this.#model = model;
    this.#data = data;
    const views = this.#read();
    ({ arrays: this.arrays, ctrl: this.ctrl, ctrlRange: this.ctrlRange } = views);
    ({ boxes: this.boxes, sentinel: this.#sentinel } = views);
    this.stride = this.#carried.reduce((sum, view) => sum + view.length, 1);
  }

  refresh(): void {
    // A dead view is empty; this one never is otherwise.
    if (this.#sentinel.length > 0) return;
    const views = this.#read();
    ({ arrays: this.arrays, ctrl: this.ctrl, ctrlRange: this.ctrlRange } = views);
    ({ boxes: this.boxes, sentinel: this.#sentinel } = views);
  }

  /** Makes `mjData` stand where the row at `offset` says. */
  load(rows: Float64Array, offset: number): void {
    this.#data.time = rows[offset]!;
    let at = offset + 1;
    for (const view of this.#carried) {
      for (let i = 0; i < view.length; i++) view[i] = rows[at++]!;
    }
    this.#sentinel[0] = 1;
  }

  store(rows: Float64Array, offset: number): void {
    rows[offset] = this.#data.time;
    let at = offset + 1;
    for (const view of this.#carried) {
      for (let i = 0; i < view.length; i++) rows[at++] = view[i]!;
    }
  }

  /** Whether MuJoCo threw the state away since {@link load}. */
  get wasReset(): boolean {
    return this.#sentinel[0] !== 1;
  }

  #read() {
    const data = this.#data;
    this.#carried = CARRIED.map((name) => data[name] as Float64Array | Int32Array).filter(
      ({ length }) => length > 0,
    );
    return {
      arrays: {
        qpos: data.qpos as Float64Array,
        qvel: data.qvel as Float64Array,
        sensordata: data.sensordata as Float64Array,
        xpos: data.xpos as Float64Array,
        xquat: data.xquat as Float64Array,
        site_xpos: data.site_xpos as Float64Array,
      },
      ctrl: data.ctrl as Float64Array,
      ctrlRange: this.#model.actuator_ctrlrange as Float64Array,
      boxes: {
        size: this.#model.geom_size as Float64Array,
        centre: data.geom_xpos as Float64Array,
        rotation: data.geom_xmat as Float64Array,
        colour: this.#model.geom_rgba as Float32Array,
      },
      sentinel: data.xfrc_applied as Float64Array,
    };
  }
}
