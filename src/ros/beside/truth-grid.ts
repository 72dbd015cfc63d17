import type { Batch } from "../../core/channels.ts";
import { toNs, type TimeNs } from "../../core/time.ts";
import type { TopicLayout } from "../../record/topic-layout.ts";
import { Track, type TopicCounts } from "./track.ts";

/** Truth at one control step, and the command that led there. */
export interface TruthRow {
  /** Control steps since the episode began. */
  readonly step: number;
  readonly timeNs: TimeNs;
  /** Values of a channel without a usable sample are NaN. */
  readonly observation: Batch["columns"];
  /** Whether every channel has a usable sample. */
  readonly complete: boolean;
  /** In force from the step before; zero where nobody has commanded. At step 0 it led nowhere. */
  readonly action: Batch["columns"];
  /** When the message that completed it was received, on the clock of `performance.now()`. */
  readonly heardMs: number;
}

export interface TruthGridOptions {
  readonly layouts: readonly TopicLayout[];
  readonly periodSec: number;
  readonly onRow: (row: TruthRow) => void;
  /** Told before the first row of each further episode. */
  readonly onRestart: (reason: string) => void;
}

/** Rows that may be filled by holding, at most this long; past it a new episode begins. */
const LONGEST_GAP_SEC = 1;
const LEAST_GAP_STEPS = 10;
/** Further back than this is no message out of order: time was set back. */
const BACK_STEPS = 2;
/** A topic that lags this far behind another is not waited for. */
const PATIENCE_STEPS = 1;

/**
 * Brings messages that come at their own times onto the control grid, as they come: hold, asof or drop, to within half
 * the distance that a topic's messages usually are apart. A row is complete once every topic that comes as often as the
 * control step has reached it, so it is late by no timer. All times are those of the stamps.
 */
export class TruthGrid {
  readonly #options: TruthGridOptions;
  readonly #periodNs: TimeNs;
  readonly #gapNs: TimeNs;
  readonly #tracks: readonly Track[];
  readonly #observed: readonly Track[];
  #originNs: TimeNs | undefined;
  #next = 0;
  #newestNs: TimeNs | undefined;

  constructor(options: TruthGridOptions) {
    this.#options = options;
    this.#periodNs = toNs(options.periodSec);
    this.#gapNs = toNs(Math.max(LONGEST_GAP_SEC, LEAST_GAP_STEPS * options.periodSec));
    this.#tracks = options.layouts.map((layout) => new Track(layout, this.#periodNs));
    this.#observed = this.#tracks.filter(({ layout }) => layout.role === "observation");
  }

  get layouts(): readonly TopicLayout[] {
    return this.#options.layouts;
  }

  /** The latest stamp of any observation; undefined: none since the episode began. */
  get newestNs(): TimeNs | undefined {
    return this.#newestNs;
  }

  get counts(): readonly TopicCounts[] {
    return this.#tracks.map((track) => track.counts);
  }

  /** Topics of observations that have brought nothing since the episode began. */
  get missing(): readonly string[] {
    return this.#observed.filter(({ newestNs }) => newestNs === undefined).map(({ layout }) => layout.topic);
  }

  /** @param layout one of {@link layouts}, or its like from a recording. */
  add({ topic, role }: TopicLayout, stampNs: TimeNs, values: Batch["columns"], heardMs: number): void {
    const track = this.#tracks.find(({ layout }) => layout.topic === topic && layout.role === role)!;
    const observed = role === "observation";
    if (observed) this.#noticeJump(track, stampNs);
    track.add({ stampNs, values });
    if (!observed) return;
    if (this.#newestNs === undefined || stampNs > this.#newestNs) this.#newestNs = stampNs;
    this.#originNs ??= this.#origin();
    while (this.#originNs !== undefined && this.#isDue(this.#timeOf(this.#next))) this.#emit(heardMs);
  }

  /** What came so far belongs to an episode that is over. */
  restart(reason: string): void {
    if (this.#newestNs === undefined) return;
    for (const track of this.#tracks) track.clear();
    this.#originNs = undefined;
    this.#newestNs = undefined;
    this.#next = 0;
    this.#options.onRestart(reason);
  }

  #noticeJump(track: Track, stampNs: TimeNs): void {
    const since = track.newestNs === undefined ? 0n : stampNs - track.newestNs;
    if (since < -BigInt(BACK_STEPS) * this.#periodNs) {
      this.restart(`the stamps of ${track.layout.topic} jumped back by ${seconds(-since)}`);
    } else if (this.#newestNs !== undefined && stampNs - this.#newestNs > this.#gapNs) {
      this.restart(`truth was silent for ${seconds(stampNs - this.#newestNs)}`);
    }
  }

  /** The first moment that every topic of observations has reached. */
  #origin(): TimeNs | undefined {
    let origin: TimeNs | undefined;
    for (const { newestNs } of this.#observed) {
      if (newestNs === undefined) return undefined;
      if (origin === undefined || newestNs > origin) origin = newestNs;
    }
    return origin;
  }

  #timeOf(step: number): TimeNs {
    return this.#originNs! + toNs(step * this.#options.periodSec);
  }

  #isDue(timeNs: TimeNs): boolean {
    if (this.#newestNs! >= timeNs + BigInt(PATIENCE_STEPS) * this.#periodNs) return true;
    const slow = this.#observed.every(({ isSlow }) => isSlow);
    return this.#observed.every(
      (track) => (track.isSlow && !slow) || track.newestNs! + track.slackNs >= timeNs,
    );
  }

  #emit(heardMs: number): void {
    const step = this.#next++;
    const timeNs = this.#timeOf(step);
    const observation: Record<string, Float64Array> = {};
    const action: Record<string, Float64Array> = {};
    let complete = true;
    for (const track of this.#tracks) {
      if (track.layout.role === "observation") {
        complete = track.read(timeNs, observation, NaN) && complete;
      } else {
        track.read(step === 0 ? timeNs : this.#timeOf(step - 1), action, 0);
      }
    }
    this.#options.onRow({ step, timeNs, observation, complete, action, heardMs });
  }
}

function seconds(ns: TimeNs): string {
  return `${(Number(ns) / 1e9).toFixed(3)} s`;
}
