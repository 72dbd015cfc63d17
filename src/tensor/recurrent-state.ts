import { inputError } from "../core/errors.ts";
import { floats } from "./history.ts";
import type { FloatArray, FloatType } from "./session.ts";

/** A tensor the graph returns to be given back at the next step: `outer × batch × inner` values. */
export interface StateSpec {
  readonly input: string;
  readonly output: string;
  readonly type: FloatType;
  /** −1 is the batch axis. */
  readonly shape: readonly number[];
  /** Product of the axes before the batch axis, and after it. */
  readonly outer: number;
  readonly inner: number;
}

/** The recurrent state of every lane; zeros until the first step. */
export class RecurrentState {
  readonly spec: StateSpec;
  readonly #lanes: number;
  readonly #values: FloatArray;

  constructor(spec: StateSpec, lanes: number) {
    this.spec = spec;
    this.#lanes = lanes;
    this.#values = floats(spec.type, spec.outer * lanes * spec.inner);
  }

  /** Into a tensor of `batch` rows: row r is lane `rows[from + r]`. */
  gather(rows: Int32Array, from: number, to: number, batch: number, tensor: FloatArray): void {
    const { outer, inner } = this.spec;
    for (let o = 0; o < outer; o++) {
      for (let row = from; row < to; row++) {
        const source = (o * this.#lanes + rows[row]!) * inner;
        const target = (o * batch + row - from) * inner;
        for (let i = 0; i < inner; i++) tensor[target + i] = this.#values[source + i]!;
      }
    }
  }

  /** Back from the tensor that the graph returned. */
  scatter(rows: Int32Array, from: number, to: number, batch: number, tensor: FloatArray): void {
    const { outer, inner } = this.spec;
    for (let o = 0; o < outer; o++) {
      for (let row = from; row < to; row++) {
        const source = (o * batch + row - from) * inner;
        const target = (o * this.#lanes + rows[row]!) * inner;
        for (let i = 0; i < inner; i++) this.#values[target + i] = tensor[source + i]!;
      }
    }
  }

  /** Lane by lane, `outer × inner` values each. */
  show(): Float64Array {
    return Float64Array.from(this.#byLane(), (at) => this.#values[at]!);
  }

  /**
   * From values as {@link show} gives them, under the name of its input.
   * @throws SimgateError `input` unless there are as many.
   */
  replace(columns: Readonly<Record<string, Float64Array>>): void {
    const { input } = this.spec;
    const shown = columns[input];
    if (shown?.length !== this.#values.length) {
      throw inputError(`the latent state needs "${input}"`, {
        expected: `${this.#values.length} values`,
        got: shown === undefined ? "no such tensor" : `${shown.length}`,
      });
    }
    let i = 0;
    for (const at of this.#byLane()) this.#values[at] = shown[i++]!;
  }

  copyLane(from: number, to: number): void {
    const { outer, inner } = this.spec;
    for (let o = 0; o < outer; o++) {
      const row = o * this.#lanes;
      this.#values.copyWithin((row + to) * inner, (row + from) * inner, (row + from + 1) * inner);
    }
  }

  save(): FloatArray {
    return this.#values.slice();
  }

  restore(saved: FloatArray): void {
    this.#values.set(saved);
  }

  /** Where each value lies, in order of lane, outer and inner axes. */
  *#byLane(): Generator<number> {
    const { outer, inner } = this.spec;
    for (let lane = 0; lane < this.#lanes; lane++) {
      for (let o = 0; o < outer; o++) {
        for (let i = 0; i < inner; i++) yield (o * this.#lanes + lane) * inner + i;
      }
    }
  }
}
