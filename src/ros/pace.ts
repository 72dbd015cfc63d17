import { emptyBatch, type Batch, type ChannelSpec } from "../core/channels.ts";
import type { FreeRunningConfig, LockstepConfig } from "./bridge-config.ts";
import type { CommandInbox } from "./command-inbox.ts";
import type { Episodes } from "./episode.ts";
import { stepsOf } from "./latency.ts";

/**
 * Whose command a step was taken with: one in time, the one before, zero, what was there, or one for a service call; the
 * one before while the time that the policy thought is charged; or a later point of a trajectory.
 */
export type CommandSource =
  "in-time" | "held" | "zero" | "latest" | "freewheel" | "stepped" | "thinking" | "chunk";

/** What became of one control step. */
export interface Tick {
  /** The step that was taken: its observation's number. */
  readonly step: number;
  /** How long the world waited for the command, on the wall clock. */
  readonly waitedMs: number;
  readonly command: CommandSource;
}

export type Decision =
  | { readonly action: Batch; readonly waitedMs: number; readonly command: CommandSource }
  | { readonly halt: string };

/** Decides when the next step is taken, and with which command. */
export interface Pacer {
  next(inbox: CommandInbox, episodes: Episodes, signal: AbortSignal): Promise<Decision>;
}

/** One pacer for each time the simulation plays. */
export interface Pace {
  /** How long an answer may take: a reset waits that long for the one to the last observation, so that none is left over. */
  readonly patienceMs: number;
  start(): Pacer;
}

/** Who listens to the observations. */
export interface Audience {
  size(): number;
  /** Publishes the present observation again, for those who have come since. */
  repeat(): void;
}

export interface LockstepOptions {
  readonly action: readonly ChannelSpec[];
  /** How long a command is waited for, and what a step is taken with when it is late; read anew for each step. */
  readonly sync: Pick<LockstepConfig, "deadlineMs" | "onDeadline">;
  readonly periodSec: number;
  /** Simulated time that passes while the policy thinks: given the answer's number and what it took, in ms. */
  readonly thinkingMs: (answer: number, tookMs: number) => number;
  /** Until the first command: steps with zero, a control period apart on the wall clock (true), or waiting for it. */
  readonly freewheel: boolean;
  readonly audience: Audience;
}

const AUDIENCE_CHECK_MS = 50;
/** A listener that is known is not yet one that hears: both sides must have found each other. */
const AUDIENCE_SETTLES_MS = 200;

/**
 * The world waits for the command that answers its observation. A trajectory is carried out point by point before the
 * next answer is waited for; while the policy's thinking time is charged, the command before stays in force, so the
 * trajectory begins that much later.
 */
export function lockstep(options: LockstepOptions): Pace {
  const { sync } = options;
  return {
    get patienceMs() {
      return sync.deadlineMs;
    },
    start: () => new LockstepPacer(options),
  };
}

interface Planned {
  readonly action: Batch;
  readonly command: CommandSource;
}

class LockstepPacer implements Pacer {
  readonly #options: LockstepOptions;
  /** Steps that are decided already. */
  #plan: Planned[] = [];
  #episode = 0;
  /** The command in force. */
  #present: Batch;
  #answers = 0;
  /** Whether each observation is answered, also those that are not waited for: not by who commands trajectories. */
  #answersEach = true;

  constructor(options: LockstepOptions) {
    this.#options = options;
    this.#present = emptyBatch(options.action, 1);
  }

  async next(inbox: CommandInbox, episodes: Episodes, signal: AbortSignal): Promise<Decision> {
    const began = performance.now();
    if (episodes.epoch !== this.#episode) this.#begin(episodes.epoch);
    const planned = this.#plan.shift();
    if (planned !== undefined) {
      if (this.#answersEach) inbox.goOn();
      return this.#take(planned, began);
    }
    return this.#answer(inbox, episodes, signal, began);
  }

  #begin(epoch: number): void {
    this.#episode = epoch;
    this.#plan = [];
    this.#present = emptyBatch(this.#options.action, 1);
  }

  async #answer(
    inbox: CommandInbox,
    { step }: Episodes,
    signal: AbortSignal,
    began: number,
  ): Promise<Decision> {
    const { sync, freewheel, audience, periodSec } = this.#options;
    const zero = (): Batch => emptyBatch(this.#options.action, 1, step);
    if (inbox.received === 0) {
      if (freewheel) await inbox.wait(periodSec * 1000, signal);
      else await firstCommand(inbox, audience, signal);
      if (inbox.received === 0) return this.#take({ action: zero(), command: "freewheel" }, began);
    }
    const { deadlineMs, onDeadline } = sync;
    if (await inbox.wait(deadlineMs, signal)) {
      this.#plan = this.#planned(inbox.chunk(step), performance.now() - began);
      return this.#take(this.#plan.shift()!, began);
    }
    if (!signal.aborted) inbox.missed();
    if (onDeadline === "abort") {
      return { halt: `no command answered the observation of step ${step} within ${deadlineMs} ms` };
    }
    return onDeadline === "hold"
      ? this.#take({ action: inbox.action(step), command: "held" }, began)
      : this.#take({ action: zero(), command: "zero" }, began);
  }

  #planned(chunk: readonly Batch[], tookMs: number): Planned[] {
    const { thinkingMs, periodSec } = this.#options;
    this.#answersEach = chunk.length === 1;
    const thinking = stepsOf(thinkingMs(this.#answers++, tookMs), periodSec);
    return [
      ...Array.from({ length: thinking }, (): Planned => ({ action: this.#present, command: "thinking" })),
      ...chunk.map((action, k): Planned => ({ action, command: k === 0 ? "in-time" : "chunk" })),
    ];
  }

  #take({ action, command }: Planned, began: number): Decision {
    this.#present = action;
    return { action, waitedMs: performance.now() - began, command };
  }
}

/** Waits without end. Whoever has come since the first observation was published never heard of it: it is repeated. */
async function firstCommand(inbox: CommandInbox, audience: Audience, signal: AbortSignal): Promise<void> {
  let known = 0;
  while (inbox.received === 0 && !signal.aborted) {
    await inbox.wait(AUDIENCE_CHECK_MS, signal);
    const size = audience.size();
    if (size > known) {
      await inbox.wait(AUDIENCE_SETTLES_MS, signal);
      if (inbox.received === 0 && !signal.aborted) audience.repeat();
    }
    known = size;
  }
}

/** The world runs on the wall clock and takes whatever command is there. A step that is late is not made up for. */
export function freeRunning(periodSec: number, sync: Pick<FreeRunningConfig, "realTimeFactor">): Pace {
  return {
    patienceMs: 0,
    start: () => {
      let due = performance.now();
      return {
        next: async (inbox, episodes, signal) => {
          const began = performance.now();
          due = Math.max(due + (periodSec * 1000) / sync.realTimeFactor, began);
          await sleep(due - began, signal);
          return { action: inbox.action(episodes.step), waitedMs: 0, command: "latest" };
        },
      };
    },
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
