import { runtimeError, SimgateError, throwIfAborted } from "../core/errors.ts";

/** A wait that took longer than it may. A class of its own, because callers tell it from other failures. */
export class DeadlineError extends SimgateError {
  constructor(what: string, limitMs: number) {
    super("runtime", `${what} did not answer within ${limitMs} ms`);
    this.name = "DeadlineError";
  }
}

/**
 * Waits for one piece of work after the other, each at most `limitMs` and no longer than the caller's signal allows.
 * One timer serves them all, because a rollout waits twice a step. The work is handed a signal that aborts when its
 * time is up or the caller stops; whatever it still answers is ignored.
 */
export class Deadline {
  readonly #limitMs: number;
  readonly #caller: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #waiting: { readonly what: string; readonly reject: (error: Error) => void } | undefined;

  constructor(limitMs: number, signal: AbortSignal | undefined) {
    this.#limitMs = limitMs;
    this.#caller = signal;
    this.#timer = setTimeout(this.#onTime, limitMs);
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  /** @throws DeadlineError; SimgateError `aborted`; or what the work throws. One at a time. */
  async run<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    throwIfAborted(this.#caller);
    this.#timer.refresh();
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#waiting = { what, reject };
        work(this.#controller.signal).then(resolve, (thrown: unknown) =>
          reject(thrown instanceof Error ? thrown : runtimeError(String(thrown))),
        );
      });
    } finally {
      this.#waiting = undefined;
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onTime = (): void => {
    if (this.#waiting === undefined) return;
    this.#controller.abort();
    this.#waiting.reject(new DeadlineError(this.#waiting.what, this.#limitMs));
  };

  readonly #onAbort = (): void => {
    this.#controller.abort();
    this.#waiting?.reject(new SimgateError("aborted", "stopped on request"));
  };
}
