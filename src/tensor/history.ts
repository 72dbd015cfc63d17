import type { FeatureColumns, FeaturePlan } from "./features.ts";
import type { FloatArray, FloatType } from "./session.ts";

/** The last few control steps of every lane as normalised features: a ring of slots that all lanes turn together. */
export class HistoryWindow {
  readonly length: number;
  readonly #plan: FeaturePlan;
  readonly #lanes: number;
  readonly #slots: readonly FloatArray[];
  /** Slot of the newest step. */
  #head = 0;

  constructor(plan: FeaturePlan, length: number, type: FloatType, lanes: number) {
    this.#plan = plan;
    this.length = length;
    this.#lanes = lanes;
    this.#slots = Array.from({ length }, () => floats(type, lanes * plan.width));
  }

  /** The newest step; the oldest is forgotten. */
  push(columns: FeatureColumns): void {
    this.#head = (this.#head + 1) % this.length;
    this.#plan.fill(columns, this.#lanes, this.#slots[this.#head]!);
  }

  /** As if this step had been there always: what is before the first one known. */
  fillWith(columns: FeatureColumns): void {
    for (const slot of this.#slots) this.#plan.fill(columns, this.#lanes, slot);
  }

  /** Windows of the lanes in `rows[from … to)`, oldest step first, as rows × length × width values. */
  gather(rows: Int32Array, from: number, to: number, out: FloatArray): void {
    const { width } = this.#plan;
    const rowSize = this.length * width;
    for (let k = 0; k < this.length; k++) {
      const slot = this.#slots[(this.#head + 1 + k) % this.length]!;
      if (this.length === 1 && to - from === this.#lanes) {
        out.set(slot);
        continue;
      }
      for (let row = from; row < to; row++) {
        const source = rows[row]! * width;
        const target = (row - from) * rowSize + k * width;
        for (let j = 0; j < width; j++) out[target + j] = slot[source + j]!;
      }
    }
  }

  /** Lane `to` remembers what lane `from` does. */
  copyLane(from: number, to: number): void {
    const { width } = this.#plan;
    for (const slot of this.#slots) slot.copyWithin(to * width, from * width, (from + 1) * width);
  }

  /** Everything it remembers, oldest first. */
  save(): FloatArray[] {
    return this.#slots.map((_, k) => this.#slots[(this.#head + 1 + k) % this.length]!.slice());
  }

  restore(saved: readonly FloatArray[]): void {
    saved.forEach((values, k) => this.#slots[(this.#head + 1 + k) % this.length]!.set(values));
  }
}

export function floats(type: FloatType, length: number): FloatArray {
  return type === "float32" ? new Float32Array(length) : new Float64Array(length);
}
