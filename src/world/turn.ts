import { runtimeError, SimgateError, throwIfAborted } from "../core/errors.ts";

const PAUSE_EVERY_MS = 50;
/** Looking at the clock costs about as much as a short step: once in so many lanes. */
const LANES_PER_LOOK = 16;

/** One call that has its turn. */
export type TurnTaken = ReturnType<Turn["take"]>;

/** Gives long loops over lanes manners: they let timers and signals in, stop on request, and yield to a later call. */
export class Turn {
  #current = 0;

  /** Begins a call; every call before it is over. @throws SimgateError if the signal is already aborted. */
  take(signal: AbortSignal | undefined) {
    throwIfAborted(signal);
    const own = ++this.#current;
    const isCurrent = (): boolean => this.#current === own;
    let since = performance.now();
    return {
      get isCurrent(): boolean {
        return isCurrent();
      },
      isDue(lane: number): boolean {
        return lane % LANES_PER_LOOK === 0 && performance.now() - since > PAUSE_EVERY_MS;
      },
      /** @throws SimgateError if the call is not wanted any more. */
      async pause(): Promise<void> {
        await new Promise((resolve) => setImmediate(resolve));
        since = performance.now();
        throwIfAborted(signal);
        if (!isCurrent()) throw overtaken();
      },
    };
  }

  /** No call goes on after this. */
  end(): void {
    this.#current++;
  }
}

function overtaken(): SimgateError {
  return runtimeError("a step was given up: the world was reset, stepped or closed while it ran");
}
