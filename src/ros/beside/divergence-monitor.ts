import { componentName, type ChannelSpec } from "../../core/channels.ts";
import type { TimeNs } from "../../core/time.ts";
import { componentCount, componentError } from "../../metrics/divergence.ts";
import type { Comparison } from "./follower.ts";

/** How far off, in tolerances, gives which level. */
export interface AlarmLevels {
  readonly warn: number;
  readonly error: number;
}

/** ok: within; warn: beyond the tolerance; error: far beyond, or there is no candidate; stale: nothing to compare yet. */
export type AlarmLevel = "ok" | "warn" | "error" | "stale";

/** When it first was beyond its tolerance. */
export interface FirstDivergence {
  readonly timeNs: TimeNs;
  /** Since it was put where truth is. */
  readonly afterSec: number;
  readonly channel: string;
}

export interface DivergenceState {
  readonly level: AlarmLevel;
  /** Truth's time at which this level began. */
  readonly sinceNs: TimeNs;
  readonly reason: string;
  /** Largest scaled error of any component, and where; Infinity where there is no candidate. */
  readonly worst: number;
  readonly worstAt: string;
  /** How long it has run by itself. */
  readonly aloneSec: number;
  /** Undefined: nobody has said how long it may be believed. */
  readonly insideHorizon: boolean | undefined;
  /** In this episode. */
  readonly first: FirstDivergence | undefined;
  /** The latest time after it was put where truth is. */
  readonly latest: FirstDivergence | undefined;
}

export interface DivergenceMonitorOptions {
  readonly channels: readonly ChannelSpec[];
  readonly controlPeriodSec: number;
  /** Read anew for each step. */
  readonly levels: AlarmLevels;
  /** How long the candidate may be believed once it runs by itself. */
  readonly usableHorizonSec: number | undefined;
}

/** A level ends when the error is this much below what began it: an error that trembles about it is one alarm. */
const RELEASE = 0.8;

/** Scaled error of each channel (largest component, in tolerances), and what an operator is to make of it. */
export class DivergenceMonitor {
  readonly #options: DivergenceMonitorOptions;
  /** By channel, in the scenario's order. NaN where truth has no value. */
  readonly errors: Float64Array;
  #state: DivergenceState;
  /** Since it was last put where truth is. */
  #crossed = false;

  constructor(options: DivergenceMonitorOptions) {
    this.#options = options;
    this.errors = new Float64Array(options.channels.length).fill(NaN);
    this.#state = {
      level: "stale",
      sinceNs: 0n,
      reason: "truth has not been heard yet",
      worst: Infinity,
      worstAt: "",
      aloneSec: 0,
      insideHorizon: undefined,
      first: undefined,
      latest: undefined,
    };
  }

  get state(): DivergenceState {
    return this.#state;
  }

  /** @returns whether the level changed. */
  update({ row, candidate, stepsAlone, synced, fault }: Comparison): boolean {
    const { controlPeriodSec, usableHorizonSec } = this.#options;
    if (synced !== undefined) this.#crossed = false;
    if (candidate === undefined) {
      this.errors.fill(Infinity);
      return this.#become("error", row.timeNs, fault ?? "there is no candidate", { worst: Infinity });
    }
    const { worst, worstAt, channel } = this.#compare(row.observation, candidate.columns);
    const aloneSec = stepsAlone * controlPeriodSec;
    let { first, latest } = this.#state;
    if (worst > 1 && !this.#crossed) {
      this.#crossed = true;
      latest = { timeNs: row.timeNs, afterSec: aloneSec, channel };
      first ??= latest;
    }
    const insideHorizon =
      usableHorizonSec === undefined ? undefined : aloneSec <= usableHorizonSec + controlPeriodSec / 2;
    const level = this.#levelOf(worst);
    const reason =
      level === "ok"
        ? "within tolerance"
        : `${worstAt} is ${worst.toFixed(2)} tolerances off, ${aloneSec.toFixed(2)} s after it was put where truth is`;
    return this.#become(level, row.timeNs, reason, {
      worst,
      worstAt,
      aloneSec,
      insideHorizon,
      first,
      latest,
    });
  }

  /** Nothing of the episode before holds. */
  restart(timeNs: TimeNs, reason: string): boolean {
    this.errors.fill(NaN);
    this.#crossed = false;
    return this.#become("stale", timeNs, reason, { worst: Infinity, first: undefined, latest: undefined });
  }

  #become(level: AlarmLevel, timeNs: TimeNs, reason: string, rest: Partial<DivergenceState>): boolean {
    const changed = level !== this.#state.level;
    const sinceNs = changed ? timeNs : this.#state.sinceNs;
    this.#state = { ...this.#state, ...rest, level, sinceNs, reason };
    return changed;
  }

  #levelOf(worst: number): AlarmLevel {
    const { level } = this.#state;
    const { warn, error } = this.#options.levels;
    const begun = (threshold: number, held: boolean): boolean => worst > threshold * (held ? RELEASE : 1);
    // A level that came of having no candidate is not held.
    const known = Number.isFinite(this.#state.worst);
    if (begun(error, known && level === "error")) return "error";
    return begun(warn, known && level !== "ok") ? "warn" : "ok";
  }

  #compare(
    truth: Readonly<Record<string, Float64Array>>,
    candidate: Readonly<Record<string, Float64Array>>,
  ): { worst: number; worstAt: string; channel: string } {
    const { channels } = this.#options;
    let found = { worst: 0, worstAt: "", channel: "" };
    channels.forEach((channel, i) => {
      const a = truth[channel.name]!;
      if (Number.isNaN(a[0])) {
        this.errors[i] = NaN;
        return;
      }
      let largest = 0;
      for (let c = 0; c < componentCount(channel); c++) {
        const error = componentError(channel, c, a, 0, candidate[channel.name]!, 0);
        if (error > largest) largest = error;
        if (error > found.worst) {
          const worstAt = channel.kind === "quaternion" ? channel.name : componentName(channel, c);
          found = { worst: error, worstAt, channel: channel.name };
        }
      }
      this.errors[i] = largest;
    });
    return found;
  }
}
