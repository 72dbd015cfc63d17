import { emptyBatch, type Batch, type ChannelSpec } from "../core/channels.ts";
import type { FreeRunningConfig, LockstepConfig } from "./bridge-config.ts";
import type { CommandInbox } from "./command-inbox.ts";
import type { Episodes } from "./episode.ts";

/** Whose command a step was taken with: one in time, the one before, zero, what was there, or one for a service call. */
export type CommandSource = "in-time" | "held" | "zero" | "latest" | "freewheel" | "stepped";

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
  /** Absent: it waits for the first command. Otherwise until then steps are taken with zero, this far apart on the wall clock. */
  readonly freewheelPeriodSec?: number;
  readonly audience: Audience;
}

const AUDIENCE_CHECK_MS = 50;
/** A listener that is known is not yet one that hears: both sides must have found each other. */
const AUDIENCE_SETTLES_MS = 200;

/** The world waits for the command that answers its observation. */
export function lockstep(options: LockstepOptions): Pace {
  const { action, sync, freewheelPeriodSec } = options;
  const next = async (inbox: CommandInbox, episodes: Episodes, signal: AbortSignal): Promise<Decision> => {
    const began = performance.now();
    const waited = (): number => performance.now() - began;
    const zero = (): Batch => emptyBatch(action, 1, episodes.step);
    if (inbox.received === 0) {
      if (freewheelPeriodSec !== undefined) await inbox.wait(freewheelPeriodSec * 1000, signal);
      else await firstCommand(inbox, options.audience, signal);
      if (inbox.received === 0) return { action: zero(), waitedMs: waited(), command: "freewheel" };
    }
    const { deadlineMs, onDeadline } = sync;
    const inTime = await inbox.wait(deadlineMs, signal);
    if (inTime) return { action: inbox.action(episodes.step), waitedMs: waited(), command: "in-time" };
    if (onDeadline === "abort") {
      return { halt: `no command answered the observation of step ${episodes.step} within ${deadlineMs} ms` };
    }
    return onDeadline === "hold"
      ? { action: inbox.action(episodes.step), waitedMs: waited(), command: "held" }
      : { action: zero(), waitedMs: waited(), command: "zero" };
  };
  return {
    get patienceMs() {
      return sync.deadlineMs;
    },
    start: () => ({ next }),
  };
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
