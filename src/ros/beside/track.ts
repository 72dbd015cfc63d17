import type { Batch } from "../../core/channels.ts";
import { toSec, type TimeNs } from "../../core/time.ts";
import type { TopicLayout } from "../../record/topic-layout.ts";

/** How well the messages of one topic fitted the control grid, since the beginning. */
export interface TopicCounts {
  readonly topic: string;
  readonly samples: number;
  /** Control steps whose last sample was more than 1.5 times older than samples usually are apart. */
  readonly late: number;
  /** Control steps without a usable sample. */
  readonly missing: number;
  /** Messages stamped before one that came earlier; those of a control step that was over are among them. */
  readonly outOfOrder: number;
  /** Of those out of order, the ones that came too late to be used. */
  readonly tooLate: number;
  /** Messages with the stamp of the one before; the last to come counts. */
  readonly repeated: number;
  /** Messages left out because a value was not finite. */
  readonly dropped: number;
}

interface Sample {
  readonly stampNs: TimeNs;
  readonly values: Batch["columns"];
}

const ASOF_PERIODS = 2;
const LATE_FACTOR = 1.5;
/** Weight of the newest distance in the running mean. */
const NEWEST = 0.1;

/** The samples of one topic that a control step may still need, oldest first. */
export class Track {
  readonly layout: TopicLayout;
  readonly #periodNs: TimeNs;
  readonly #counts = { samples: 0, late: 0, missing: 0, outOfOrder: 0, tooLate: 0, repeated: 0, dropped: 0 };
  #samples: Sample[] = [];
  /** How far messages usually are apart, ns. */
  #usualNs: number;
  #doneNs: TimeNs | undefined;

  constructor(layout: TopicLayout, periodNs: TimeNs) {
    this.layout = layout;
    this.#periodNs = periodNs;
    this.#usualNs = Number(periodNs);
  }

  get counts(): TopicCounts {
    return { topic: this.layout.topic, ...this.#counts };
  }

  get newestNs(): TimeNs | undefined {
    return this.#samples.at(-1)?.stampNs;
  }

  /** Whether it comes clearly less often than the control step. */
  get isSlow(): boolean {
    return this.#usualNs > LATE_FACTOR * Number(this.#periodNs);
  }

  /** A sample this much later than a control step still counts as of it: half the usual distance, half a period at most. */
  get slackNs(): TimeNs {
    return BigInt(Math.floor(Math.min(this.#usualNs, Number(this.#periodNs)) / 2));
  }

  add(sample: Sample): void {
    this.#counts.samples++;
    if (!isFinite(sample.values)) {
      this.#counts.dropped++;
      return;
    }
    const newest = this.newestNs;
    if (newest === undefined || sample.stampNs > newest) {
      if (newest !== undefined) this.#usualNs += NEWEST * (Number(sample.stampNs - newest) - this.#usualNs);
      this.#samples.push(sample);
      return;
    }
    if (sample.stampNs === newest) {
      this.#counts.repeated++;
      this.#samples[this.#samples.length - 1] = sample;
      return;
    }
    this.#counts.outOfOrder++;
    if (this.#doneNs !== undefined && sample.stampNs <= this.#doneNs) this.#counts.tooLate++;
    const after = this.#samples.findIndex(({ stampNs }) => stampNs > sample.stampNs);
    this.#samples.splice(after, 0, sample);
  }

  /**
   * Writes the value of each channel at a control step; `otherwise` where there is no usable sample. What is older is
   * forgotten. @returns whether every channel has one.
   */
  read(timeNs: TimeNs, into: Record<string, Float64Array>, otherwise: number): boolean {
    let last = this.#samples.findLastIndex(({ stampNs }) => stampNs <= timeNs + this.slackNs);
    if (last > 0) {
      this.#samples = this.#samples.slice(last);
      last = 0;
    }
    this.#doneNs = timeNs;
    const sample = last < 0 ? undefined : this.#samples[last]!;
    const age = sample === undefined ? Infinity : Number(timeNs - sample.stampNs);
    let all = true;
    for (const { channel } of this.layout.channels) {
      const usable = sample !== undefined && this.#isUsable(channel.ros?.align ?? "hold", age);
      into[channel.name] = usable
        ? sample.values[channel.name]!
        : new Float64Array(channel.size).fill(otherwise);
      all &&= usable;
    }
    if (!all) this.#counts.missing++;
    else if (age > LATE_FACTOR * Math.max(this.#usualNs, Number(this.#periodNs))) this.#counts.late++;
    return all;
  }

  clear(): void {
    this.#samples = [];
    this.#doneNs = undefined;
    this.#usualNs = Number(this.#periodNs);
  }

  /** As `record/align.ts` has it. */
  #isUsable(align: "hold" | "asof" | "drop", age: number): boolean {
    const periods = toSec(BigInt(Math.round(age))) / toSec(this.#periodNs);
    if (align === "hold") return true;
    return align === "asof" ? periods <= ASOF_PERIODS + SLACK : periods < 1 - SLACK;
  }
}

const SLACK = 1e-6;

function isFinite(values: Batch["columns"]): boolean {
  return Object.values(values).every((column) => column.every(Number.isFinite));
}
