import type { Batch } from "../../core/channels.ts";
import { messageOf } from "../../core/errors.ts";
import type { Start } from "../../core/trace.ts";
import { Past } from "../../rollout/past.ts";
import type { World } from "../../world/world.ts";
import { Companion } from "./companion.ts";
import type { TruthRow } from "./truth-grid.ts";

/** Why the candidate was put where truth is. */
export type SyncCause = "start" | "every" | "divergence" | "request" | "behind" | "fault";

/** Candidate beside truth at one control step. */
export interface Comparison {
  readonly row: TruthRow;
  /** What the candidate shows; undefined where it could not follow. */
  readonly candidate: Batch | undefined;
  /** How sure it says it is of that: one standard deviation; undefined where it does not say, or was put there. */
  readonly uncertainty?: Batch | undefined;
  /** Control steps that it has run by itself: 0 where it was just put where truth is. */
  readonly stepsAlone: number;
  /** Set where it was put there, which is not a prediction: the errors of that step are none. */
  readonly synced: SyncCause | undefined;
  /** Why there is no candidate. */
  readonly fault: string | undefined;
}

export interface ResyncRules {
  /** Put where truth is after so many control steps; undefined: never for that. */
  readonly everySteps?: number | undefined;
}

export interface FollowerOptions {
  readonly world: World;
  /** Where truth's parameters, seed and number come from; its values are those of truth. */
  readonly start: () => Start;
  readonly rules: ResyncRules;
  /** Steps of truth's past that a world with a memory is shown when it is put where truth is. */
  readonly contextSteps: number;
  /** More rows than this waiting, and the candidate gives them up: it goes on from the newest. */
  readonly longestQueue: number;
  /** @returns whether the candidate is to be put where truth is: it is too far off. */
  readonly onComparison: (comparison: Comparison) => boolean;
  /** Told when rows were given up. */
  readonly onBehind: (rows: number) => void;
  readonly onProblem: (where: string, thrown: unknown) => void;
}

/** After a fault it is tried again this much later, in control steps. */
const RETRY_STEPS = 50;

/**
 * Runs a candidate along truth: the same start, the same commands, put where truth is by rule or on request. Rows are
 * taken at once and worked off in order, so a slow candidate never holds truth up.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #companion: Companion;
  #queue: TruthRow[] = [];
  #working: Promise<void> | undefined;
  /** Counts the episodes: an answer that comes when its episode is over is of no use. */
  #episode = 0;
  /** What truth has shown since it was last complete; undefined: it is not. */
  #past: Past | undefined;
  /** What the candidate shows; undefined: it is not where truth is. */
  #candidate: Batch | undefined;
  #uncertainty: Batch | undefined;
  /** Why it is to be put where truth is, at the next complete row. */
  #wanted: SyncCause | undefined = "start";
  #stepsAlone = 0;
  #retryAt = 0;
  /** Rows before this step were given up. */
  #from = 0;
  #closed = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#companion = new Companion(options.world);
  }

  /** Rows that wait for the candidate. */
  get waiting(): number {
    return this.#queue.length;
  }

  push(row: TruthRow): void {
    if (this.#closed) return;
    this.#queue.push(row);
    const given = this.#queue.findIndex(({ step }) => step >= this.#from);
    const waiting = this.#queue.length - given;
    if (waiting > this.#options.longestQueue) {
      this.#from = row.step;
      this.#options.onBehind(waiting - 1);
    }
    this.#working ??= this.#work();
  }

  /** Puts the candidate where truth is, at the next complete row. */
  resync(cause: SyncCause): void {
    this.#wanted = cause;
    this.#retryAt = 0;
  }

  /** Another episode begins: rows that wait are of the old one. */
  restart(): void {
    this.#episode++;
    this.#queue = [];
    this.#past = undefined;
    this.#companion.forget();
    this.#candidate = undefined;
    this.#from = 0;
    this.resync("start");
  }

  /** Settles when no row waits. */
  async idle(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#queue = [];
    await this.#working;
  }

  async #work(): Promise<void> {
    // Whoever pushed the row is done with it first.
    await Promise.resolve();
    for (let row = this.#queue.shift(); row !== undefined; row = this.#queue.shift()) {
      try {
        await this.#follow(row);
      } catch (thrown) {
        this.#options.onProblem("the candidate", thrown);
      }
    }
    this.#working = undefined;
  }

  async #follow(row: TruthRow): Promise<void> {
    const episode = this.#episode;
    const isOver = (): boolean => this.#closed || this.#episode !== episode;
    const action = this.#limited(row);
    this.#remember(row, action);
    if (row.step < this.#from) {
      this.#companion.forget();
      this.#candidate = undefined;
      this.#wanted ??= "behind";
      return;
    }
    if (this.#candidate === undefined || !row.complete) this.#companion.forget();
    if (this.#candidate !== undefined) {
      const fault = await this.#step(row, action, isOver);
      if (isOver()) return;
      const off = this.#options.onComparison({
        row,
        candidate: this.#candidate,
        uncertainty: this.#candidate && this.#uncertainty,
        stepsAlone: this.#stepsAlone,
        synced: undefined,
        fault,
      });
      this.#wanted ??= this.#rule(off);
      await this.#companion.inform(row.observation);
      if (isOver()) return;
    }
    if (this.#wanted === undefined || !row.complete || row.step < this.#retryAt) return;
    const synced = this.#wanted;
    const fault = await this.#put(row, isOver);
    if (isOver()) return;
    this.#wanted = fault === undefined ? undefined : this.#wanted;
    this.#options.onComparison({ row, candidate: this.#candidate, stepsAlone: 0, synced, fault });
  }

  #rule(off: boolean): SyncCause | undefined {
    if (off) return "divergence";
    const { everySteps } = this.#options.rules;
    return everySteps !== undefined && this.#stepsAlone >= everySteps ? "every" : undefined;
  }

  async #put(row: TruthRow, isOver: () => boolean): Promise<string | undefined> {
    try {
      const first = await this.#companion.put(this.#past!);
      if (!isOver()) this.#candidate = { ...first, step: row.step };
      this.#stepsAlone = 0;
      return undefined;
    } catch (thrown) {
      return this.#lose(row, `it cannot be put where truth is: ${messageOf(thrown)}`, isOver);
    }
  }

  async #step(row: TruthRow, action: Batch["columns"], isOver: () => boolean): Promise<string | undefined> {
    try {
      const { observation, uncertainty, fault } = await this.#companion.step(action, this.#stepsAlone);
      if (fault !== undefined) return this.#lose(row, `it broke: ${fault.reason}`, isOver);
      if (!isOver()) this.#candidate = { ...observation, step: row.step };
      this.#uncertainty = uncertainty;
      this.#stepsAlone++;
      return undefined;
    } catch (thrown) {
      return this.#lose(row, messageOf(thrown), isOver);
    }
  }

  /** Until it is tried again there is no candidate. @returns the reason. */
  #lose(row: TruthRow, reason: string, isOver: () => boolean): string {
    if (isOver()) return reason;
    this.#candidate = undefined;
    this.#wanted = "fault";
    this.#retryAt = row.step + RETRY_STEPS;
    return reason;
  }

  #remember(row: TruthRow, action: Batch["columns"]): void {
    const { world, start, contextSteps } = this.#options;
    const observation: Batch = { lanes: 1, step: row.step, columns: row.observation };
    if (!row.complete) {
      this.#past = undefined;
    } else if (this.#past === undefined) {
      const begun = { ...start(), initial: lists(row.observation) };
      this.#past = new Past(world.spec, [begun], observation, contextSteps);
    } else {
      this.#past.push(observation, { lanes: 1, step: row.step - 1, columns: action });
    }
  }

  /** As truth's actuators limit them. */
  #limited({ action }: TruthRow): Batch["columns"] {
    return Object.fromEntries(
      this.#options.world.spec.action.map(({ name, limits: [lower, upper] = [-Infinity, Infinity] }) => [
        name,
        action[name]!.map((value) => Math.min(upper, Math.max(lower, value))),
      ]),
    );
  }
}

function lists(columns: Batch["columns"]): Record<string, number[]> {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Array.from(values)]));
}
