import { RandomStream } from "../../core/random.ts";
import type { Start } from "../../core/trace.ts";
import type { FloatArray, FloatType } from "../../tensor/session.ts";

/** A graph input of standard normal numbers: `outer × batch × inner` values. */
export interface NoiseSpec {
  readonly input: string;
  readonly type: FloatType;
  /** −1 is the batch axis. */
  readonly shape: readonly number[];
  readonly outer: number;
  readonly inner: number;
}

/**
 * The noise of every lane. A draw depends on the lane's seed, the input's name, the control step and the position in
 * the tensor, and on nothing else: lanes may be regrouped, and a step may be taken again.
 */
export class LaneNoise {
  readonly spec: NoiseSpec;
  readonly #streams: readonly RandomStream[];

  /** @param name tells it from the other noise of the world: by default, the input's */
  constructor(spec: NoiseSpec, starts: readonly Start[], name: string = spec.input) {
    this.spec = spec;
    this.#streams = starts.map((start) => new RandomStream(start.seed, "world noise", name));
  }

  /** @param step the step from observation `step` to `step + 1`; negative before the start, in a recording. */
  draw(step: number, rows: Int32Array, from: number, to: number, batch: number, tensor: FloatArray): void {
    const { outer, inner } = this.spec;
    for (let row = from; row < to; row++) {
      const stream = this.#streams[rows[row]!]!;
      for (let o = 0; o < outer; o++) {
        stream.normals(step, o * inner, tensor, (o * batch + row - from) * inner, inner);
      }
    }
  }
}
