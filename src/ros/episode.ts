import { emptyBatch, type Batch } from "../core/channels.ts";
import { runtimeError } from "../core/errors.ts";
import { toNs, type TimeNs } from "../core/time.ts";
import type { EndReason, LaneFault, Start, Step } from "../core/trace.ts";
import { isSettable, type World } from "../world/world.ts";

export interface EpisodesOptions {
  readonly world: World;
  /** The start of the coming episode. */
  readonly nextStart: () => Start;
  /** Whether the scenario's `ends` condition is met. */
  readonly ended: (observation: Batch, start: Start) => boolean;
  /** Longest episode, in control steps. */
  readonly horizonSteps: number;
}

/** Told of everything that happens in the hosted world, as it happens. */
export interface EpisodeListener {
  begin(episode: EpisodeStart): void;
  /** Also step 0, with the first observation. The batches are only valid during the call. */
  step(step: Step, timeNs: TimeNs): void;
  /** Once an episode: it met its end condition or horizon, broke, or was reset (`aborted`). */
  end(reason: EndReason, fault: Omit<LaneFault, "lane"> | undefined): void;
}

export interface EpisodeStart {
  /** Counts the episodes, from 1. */
  readonly epoch: number;
  readonly start: Start;
}

/**
 * One lane of a world on a clock that never runs backwards: a reset begins the next episode one control period later,
 * and counts it. Only who asks for it sets the clock back to zero.
 */
export class Episodes {
  readonly #options: Omit<EpisodesOptions, "world">;
  #world: World;
  readonly #listeners: readonly EpisodeListener[];
  #start: Start | undefined;
  #epoch = 0;
  #step = 0;
  #originNs: TimeNs = 0n;
  #observation: Batch;
  #end: EndReason | undefined;
  #fault: LaneFault | undefined;

  constructor(options: EpisodesOptions, listeners: readonly EpisodeListener[]) {
    this.#options = options;
    this.#world = options.world;
    this.#listeners = listeners;
    this.#observation = emptyBatch(options.world.spec.observation, 1);
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Control steps since the episode began. */
  get step(): number {
    return this.#step;
  }

  get observation(): Batch {
    return this.#observation;
  }

  get timeNs(): TimeNs {
    return this.#originNs + toNs(this.#step * this.#world.spec.controlPeriodSec);
  }

  /** Why it cannot go on; undefined: it can. */
  get end(): EndReason | undefined {
    return this.#end;
  }

  /** In words, for a caller who wanted it to go on. */
  get endText(): string {
    if (this.#fault !== undefined)
      return `the world broke at step ${this.#fault.step}: ${this.#fault.reason}`;
    if (this.#end === "ends") return `the scenario's end condition was met at step ${this.#step}`;
    if (this.#end === "horizon") return `the horizon of ${this.#step} steps was reached`;
    return this.#end === undefined ? "the episode goes on" : "the next episode could not begin";
  }

  get world(): World {
    return this.#world;
  }

  /** The coming episodes are of another world, of the same scenario. The one before is the caller's to close. */
  exchange(world: World): void {
    if (this.#epoch > 0 && this.#end === undefined) this.#finish("aborted");
    this.#world = world;
  }

  async begin({ clockToZero = false }: { clockToZero?: boolean } = {}): Promise<void> {
    const periodNs = toNs(this.#world.spec.controlPeriodSec);
    const originNs = clockToZero || this.#epoch === 0 ? 0n : this.timeNs + periodNs;
    if (this.#epoch > 0 && this.#end === undefined) this.#finish("aborted");
    const start = this.#options.nextStart();
    this.#observation = await this.#world.reset([start]);
    this.#start = start;
    this.#epoch++;
    this.#step = 0;
    this.#originNs = originNs;
    this.#end = undefined;
    this.#fault = undefined;
    for (const listener of this.#listeners) listener.begin({ epoch: this.#epoch, start });
    this.#tell({ step: 0, timeSec: 0, observation: this.#observation });
    this.#checkEnd();
  }

  /** Somebody moves things by hand: the present observation is another, at the same time. */
  async amend(values: Readonly<Record<string, readonly number[]>>): Promise<void> {
    const world = this.#world;
    if (!isSettable(world)) throw runtimeError(`nothing can be set in world ${world.spec.name}`);
    this.#observation = await world.set(0, values);
  }

  /** One control step. @throws SimgateError `runtime` if the episode has ended, or has not begun. */
  async advance(requestedAction: Batch): Promise<void> {
    if (this.#start === undefined) throw runtimeError("no episode has begun");
    if (this.#end !== undefined) throw runtimeError(this.endText, { hint: "reset the simulation" });
    const world = this.#world;
    const command = { ...requestedAction, step: this.#step };
    const { observation, appliedAction, faults } = await world.step(command);
    if (faults[0] !== undefined) {
      this.#fault = faults[0];
      this.#finish("fault");
      return;
    }
    this.#observation = observation;
    this.#step++;
    const timeSec = this.#step * world.spec.controlPeriodSec;
    this.#tell({ step: this.#step, timeSec, observation, requestedAction, appliedAction });
    this.#checkEnd();
  }

  #tell(step: Step): void {
    for (const listener of this.#listeners) listener.step(step, this.timeNs);
  }

  #checkEnd(): void {
    if (this.#options.ended(this.#observation, this.#start!)) this.#finish("ends");
    else if (this.#step >= this.#options.horizonSteps) this.#finish("horizon");
  }

  #finish(reason: EndReason): void {
    this.#end = reason;
    for (const listener of this.#listeners) listener.end(reason, this.#fault);
  }
}
