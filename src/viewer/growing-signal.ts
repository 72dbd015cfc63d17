import type { ChannelSpec } from "../core/channels.ts";
import type { Signal } from "./recording.ts";

const FIRST_ROWS = 256;

/** A signal that samples are added to, in the order they come or nearly so. */
export class GrowingSignal {
  readonly channel: ChannelSpec;
  #times = new Float64Array(FIRST_ROWS);
  #values: Float64Array;
  #rows = 0;

  constructor(channel: ChannelSpec) {
    this.channel = channel;
    this.#values = new Float64Array(FIRST_ROWS * channel.size);
  }

  get rows(): number {
    return this.#rows;
  }

  get firstSec(): number | undefined {
    return this.#rows === 0 ? undefined : this.#times[0];
  }

  get lastSec(): number | undefined {
    return this.#rows === 0 ? undefined : this.#times[this.#rows - 1];
  }

  /** Makes room for a sample and returns where its values go, in {@link values}. One of the same time is replaced. */
  place(timeSec: number): number {
    const { size } = this.channel;
    let row = this.#rows;
    while (row > 0 && this.#times[row - 1]! > timeSec) row--;
    if (row > 0 && this.#times[row - 1] === timeSec) return (row - 1) * size;
    if (this.#rows === this.#times.length) this.#grow();
    if (row < this.#rows) {
      this.#times.copyWithin(row + 1, row, this.#rows);
      this.#values.copyWithin((row + 1) * size, row * size, this.#rows * size);
    }
    this.#times[row] = timeSec;
    this.#rows++;
    return row * size;
  }

  /** Of all rows; valid until the next {@link place}. */
  get values(): Float64Array {
    return this.#values;
  }

  /** Forgets what is older, once that is a good part of it. */
  forgetBefore(timeSec: number): void {
    let old = 0;
    while (old < this.#rows && this.#times[old]! < timeSec) old++;
    if (old < FIRST_ROWS || old * 4 < this.#rows) return;
    this.#times.copyWithin(0, old, this.#rows);
    this.#values.copyWithin(0, old * this.channel.size, this.#rows * this.channel.size);
    this.#rows -= old;
  }

  /** A view of what is there; times are moved by `shiftSec`. Valid until the next {@link forgetBefore}. */
  signal(shiftSec: number): Signal {
    const times = this.#times.subarray(0, this.#rows);
    return {
      channel: this.channel,
      timesSec: shiftSec === 0 ? times : times.map((time) => time + shiftSec),
      values: this.#values.subarray(0, this.#rows * this.channel.size),
    };
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#times.length);
    times.set(this.#times);
    this.#times = times;
    const values = new Float64Array(2 * this.#values.length);
    values.set(this.#values);
    this.#values = values;
  }
}
