import { emptyBatch, type Batch, type ChannelSpec } from "../../core/channels.ts";

/** Variances as a step adds them up, and the standard deviations that are shown. */
export class Uncertainty {
  readonly empty: boolean;
  readonly variance: Readonly<Record<string, Float64Array>>;
  readonly #lanes: number;
  readonly #deviation: Readonly<Record<string, Float64Array>>;

  constructor(channels: readonly ChannelSpec[], lanes: number) {
    this.empty = channels.length === 0;
    this.#lanes = lanes;
    this.variance = emptyBatch(channels, lanes).columns;
    this.#deviation = emptyBatch(channels, lanes).columns;
  }

  clear(): void {
    for (const name in this.variance) this.variance[name]!.fill(0);
  }

  /** One standard deviation per value, in the channel's unit; 0 for lanes that did not run. Valid until the next step. */
  show(step: number): Batch {
    for (const name in this.variance) {
      const variance = this.variance[name]!;
      const deviation = this.#deviation[name]!;
      for (let i = 0; i < variance.length; i++) deviation[i] = Math.sqrt(variance[i]!);
    }
    return { lanes: this.#lanes, step, columns: this.#deviation };
  }
}
