import type { Batch } from "../core/channels.ts";
import { inputError, runtimeError, throwIfAborted } from "../core/errors.ts";

/** What every policy checks before it answers: that there is an episode, for as many lanes as are shown. */
export class Episode {
  readonly #policy: string;
  #lanes: number | undefined;
  #closed = false;

  constructor(policy: string) {
    this.#policy = policy;
  }

  /** @throws SimgateError unless there is one seed a lane, or after close. */
  begin(lanes: number, seeds: readonly bigint[]): void {
    this.#failIfClosed();
    if (!Number.isInteger(lanes) || lanes < 0 || seeds.length !== lanes) {
      throw inputError(`policy "${this.#policy}" needs one seed a lane`, {
        expected: `${lanes} seeds`,
        got: String(seeds.length),
      });
    }
    this.#lanes = lanes;
  }

  /** @throws SimgateError after close, before reset, for another number of lanes, or when asked to stop. */
  check(observation: Batch, signal: AbortSignal | undefined): void {
    throwIfAborted(signal);
    this.#failIfClosed();
    if (this.#lanes === undefined) {
      throw runtimeError(`policy "${this.#policy}" was asked to act before it was reset`, {
        hint: "call reset(lanes, seeds) first",
      });
    }
    if (observation.lanes !== this.#lanes) {
      throw runtimeError(`policy "${this.#policy}" was reset for another number of lanes`, {
        expected: `${this.#lanes} lanes`,
        got: String(observation.lanes),
        hint: "mask finished lanes with `active`; the number of lanes stays",
      });
    }
  }

  /** @returns false if it was closed before. */
  close(): boolean {
    const first = !this.#closed;
    this.#closed = true;
    return first;
  }

  #failIfClosed(): void {
    if (this.#closed) throw runtimeError(`policy "${this.#policy}" is closed`);
  }
}
