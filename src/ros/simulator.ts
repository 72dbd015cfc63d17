import { inputError, messageOf, runtimeError } from "../core/errors.ts";
import { SerialQueue } from "../record/serial-queue.ts";
import type { CommandInbox } from "./command-inbox.ts";
import type { World } from "../world/world.ts";
import type { Episodes } from "./episode.ts";
import type { Pace, Tick } from "./pace.ts";

/** As `simulation_interfaces` counts them. */
export type SimulatorState = "stopped" | "playing" | "paused" | "quitting";

export interface SimulatorOptions {
  readonly episodes: Episodes;
  readonly inbox: CommandInbox;
  readonly pace: Pace;
  readonly onTick: (tick: Tick) => void;
  /** Told when playing ends by itself: the episode ended, the world broke, nobody commanded in time. */
  readonly onHalt: (reason: string) => void;
  /** Told when things were moved by hand, between two steps. */
  readonly onMoved: () => void;
  /** Told when a client asks the simulator to quit. */
  readonly onQuit: () => void;
}

/** How long a command that was published before a step was asked for may take longer than the request. */
const COMMAND_ARRIVES_MS = 100;
const NEVER = new AbortController().signal;

/** Why a change of state was refused. */
export type Refusal = "already-there" | "incorrect" | "failed";

/**
 * Plays, pauses, steps and resets the hosted world, one at a time whoever asks: while playing, the pace decides when
 * the next step is taken and with which command; while paused, `step` takes them one by one.
 */
export class Simulator {
  readonly #options: SimulatorOptions;
  readonly #queue = new SerialQueue();
  readonly #leaving = new AbortController();
  #state: SimulatorState = "stopped";
  /** Whether somebody answers every observation, and so will answer the last one too. */
  #answered = false;
  #playing: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  constructor(options: SimulatorOptions) {
    this.#options = options;
  }

  get state(): SimulatorState {
    return this.#state;
  }

  get episodes(): Episodes {
    return this.#options.episodes;
  }

  /** The first episode, before anything is asked of it. */
  async begin(): Promise<void> {
    await this.#reset(false);
  }

  /** @returns why it was refused; undefined: it is done. */
  async setState(target: SimulatorState): Promise<{ why: Refusal; text: string } | undefined> {
    return this.#queue.run(async () => {
      if (target === this.#state) return { why: "already-there", text: `it is ${target} already` };
      if (target === "paused" && this.#state === "quitting") {
        return { why: "incorrect", text: "it is quitting" };
      }
      await this.#halt();
      if (target === "stopped") await this.#reset(false);
      if (target === "playing") {
        const { episodes } = this.#options;
        if (episodes.end !== undefined) return { why: "failed", text: `${episodes.endText}; reset first` };
        this.#play();
      }
      this.#state = target;
      if (target === "quitting") this.#options.onQuit();
      return undefined;
    });
  }

  /** Begins the next episode, and goes on playing if it was. */
  async reset({ clockToZero }: { clockToZero: boolean }): Promise<void> {
    await this.#queue.run(async () => {
      const playing = this.#state === "playing";
      await this.#halt();
      await this.#reset(clockToZero);
      if (playing) this.#play();
    });
  }

  /**
   * Takes steps with the latest commands; the first one with the command that answers the present observation, if
   * somebody commands at all and it comes soon.
   * @returns how many were taken: fewer where the signal said to stop.
   * @throws SimgateError if it is not paused, or the episode or the simulator ends before.
   */
  async step(steps: number, onStep?: (taken: number) => void, signal?: AbortSignal): Promise<number> {
    return this.#queue.run(async () => {
      if (this.#state !== "paused" && this.#state !== "stopped") {
        throw inputError(`stepping needs a paused simulation; it is ${this.#state}`);
      }
      this.#state = "paused";
      const { episodes, inbox, onTick } = this.#options;
      // Who commands and then asks for a step does so on two ways, of which either may be the faster.
      if (!inbox.fresh && inbox.isCommanded) await inbox.wait(COMMAND_ARRIVES_MS, signal ?? NEVER);
      for (let taken = 0; taken < steps; taken++) {
        if (signal?.aborted === true) return taken;
        if (this.#leaving.signal.aborted) throw runtimeError(`it left after ${taken} of ${steps} steps`);
        await episodes.advance(inbox.action(episodes.step));
        this.#answered = false;
        onTick({ step: episodes.step, waitedMs: 0, command: "stepped" });
        if (episodes.end === "fault") throw runtimeError(episodes.endText);
        onStep?.(taken + 1);
        // Commands that answer the observation just published arrive between two turns of the loop.
        await new Promise((resolve) => setImmediate(resolve));
      }
      return steps;
    });
  }

  /** Moves things by hand between two steps: observation channel → a value a component. Goes on playing if it was. */
  async set(values: Readonly<Record<string, readonly number[]>>): Promise<void> {
    await this.#queue.run(async () => {
      const { episodes, onMoved } = this.#options;
      const playing = this.#state === "playing";
      await this.#halt();
      try {
        await episodes.amend(values);
        onMoved();
      } finally {
        if (playing) this.#play();
      }
    });
  }

  /** Hosts another world from now on, stopped at its first observation. @throws if it cannot be opened or begun: the one before stays. */
  async load(open: () => Promise<World>): Promise<void> {
    await this.#queue.run(async () => {
      const world = await open();
      await this.#halt();
      const { episodes } = this.#options;
      const before = episodes.world;
      episodes.exchange(world);
      try {
        await this.#reset(false);
      } catch (thrown) {
        episodes.exchange(before);
        await world.close();
        await this.#reset(false);
        throw thrown;
      }
      this.#state = "stopped";
      await before.close();
    });
  }

  /** Steps that were asked for and not taken yet are given up. */
  async close(): Promise<void> {
    this.#leaving.abort();
    await this.#queue.run(async () => {
      await this.#halt();
      this.#state = "quitting";
    });
  }

  async #reset(clockToZero: boolean): Promise<void> {
    const { inbox, pace, episodes } = this.#options;
    // An unstamped answer to the old episode's last observation must not be taken for one to the new one's first.
    if (this.#answered) await inbox.wait(pace.patienceMs, NEVER);
    this.#answered = false;
    inbox.forget();
    await episodes.begin({ clockToZero });
  }

  #play(): void {
    const stop = new AbortController();
    const ended = this.#loop(stop.signal).then(
      (reason) => this.#halted(stop, reason),
      (thrown: unknown) => this.#halted(stop, messageOf(thrown)),
    );
    this.#playing = { stop, ended };
    this.#state = "playing";
  }

  /** Why playing ended; undefined: it was asked to. */
  async #loop(signal: AbortSignal): Promise<string | undefined> {
    const { episodes, inbox, pace, onTick } = this.#options;
    const pacer = pace.start();
    while (!signal.aborted) {
      if (episodes.end !== undefined) return episodes.endText;
      const decision = await pacer.next(inbox, episodes, signal);
      if (signal.aborted) return undefined;
      if ("halt" in decision) return decision.halt;
      await episodes.advance(decision.action);
      this.#answered = decision.command === "in-time" || decision.command === "thinking";
      onTick({ step: episodes.step, waitedMs: decision.waitedMs, command: decision.command });
    }
    return undefined;
  }

  #halted(by: AbortController, reason: string | undefined): void {
    if (reason === undefined || by.signal.aborted) return;
    this.#playing = undefined;
    this.#state = "paused";
    this.#options.onHalt(reason);
  }

  /** Ends playing; the step under way is finished first. */
  async #halt(): Promise<void> {
    const playing = this.#playing;
    this.#playing = undefined;
    playing?.stop.abort();
    await playing?.ended;
    if (this.#state === "playing") this.#state = "paused";
  }
}
