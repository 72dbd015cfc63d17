import { inputError } from "../core/errors.ts";
import { toSec, type TimeNs } from "../core/time.ts";
import type { RecordedChannel } from "./recorded-channel.ts";

/** What a recording holds of one channel: samples at their own times. */
export interface Series {
  readonly channel: RecordedChannel;
  readonly topic: string;
  /** Strictly increasing, seconds since the recording's origin. */
  readonly timesSec: Float64Array;
  /** `timesSec.length × size`, row-major. */
  readonly values: Float64Array;
  /** Samples that came after a later one; they were put in their place. */
  readonly outOfOrder: number;
  /** Samples with the time of another; the last to come counts. */
  readonly repeated: number;
  /** Samples left out because they were not finite. */
  readonly dropped: number;
}

/** Collects the samples of one channel in the order they come. */
export class SeriesBuilder {
  readonly #channel: RecordedChannel;
  readonly #topic: string;
  readonly #file: string;
  readonly #drop: boolean;
  readonly #times: TimeNs[] = [];
  readonly #values: number[] = [];
  #dropped = 0;
  #outOfOrder = 0;

  constructor(channel: RecordedChannel, topic: string, file: string, notFinite: "error" | "drop") {
    this.#channel = channel;
    this.#topic = topic;
    this.#file = file;
    this.#drop = notFinite === "drop";
  }

  get earliestNs(): TimeNs | undefined {
    let earliest = this.#times[0];
    for (const time of this.#times) if (time < earliest!) earliest = time;
    return earliest;
  }

  add(timeNs: TimeNs, row: readonly number[]): void {
    const bad = row.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      if (!this.#drop) {
        throw inputError(`channel "${this.#channel.name}" is ${row[bad]} in a message`, {
          where: `${this.#file}, topic ${this.#topic}, ${toSec(timeNs)} s`,
          expected: "finite numbers",
          hint: "have such samples left out, and counted, with notFinite: drop",
        });
      }
      this.#dropped++;
      return;
    }
    const last = this.#times.at(-1);
    if (last !== undefined && timeNs < last) this.#outOfOrder++;
    this.#times.push(timeNs);
    for (const value of row) this.#values.push(value);
  }

  finish(originNs: TimeNs): Series {
    const order = Array.from(this.#times.keys());
    if (this.#outOfOrder > 0) {
      order.sort((a, b) => {
        const difference = this.#times[a]! - this.#times[b]!;
        return difference < 0n ? -1 : difference > 0n ? 1 : a - b;
      });
    }
    const kept = order.filter((sample, i) => this.#times[sample] !== this.#times[order[i + 1] ?? -1]);
    const { size } = this.#channel;
    const values = new Float64Array(kept.length * size);
    kept.forEach((sample, i) => {
      for (let c = 0; c < size; c++) values[i * size + c] = this.#values[sample * size + c]!;
    });
    return {
      channel: this.#channel,
      topic: this.#topic,
      timesSec: Float64Array.from(kept, (sample) => toSec(this.#times[sample]! - originNs)),
      values,
      outOfOrder: this.#outOfOrder,
      repeated: order.length - kept.length,
      dropped: this.#dropped,
    };
  }
}
