import { runtimeError, SimgateError, throwIfAborted } from "../core/errors.ts";

/** A wait that took longer than it may. Carried as the `cause` of nothing: its class is what callers branch on. */
export class DeadlineError extends SimgateError {
  constructor(what: string, limitMs: number) {
    super("runtime", `${what} did not answer within ${limitMs} ms`);
    this.name = "DeadlineError";
  }
}

/**
 * Waits for `work` at most `limitMs`, and no longer than `signal` allows. The work itself is handed a signal that
 * aborts in both cases, so that it can stop; whatever it still answers is ignored.
 */
export async function withDeadline<T>(
  what: string,
  limitMs: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      timer = setTimeout(() => reject(new DeadlineError(what, limitMs)), limitMs);
      onAbort = () => reject(new SimgateError("aborted", "stopped on request"));
      signal?.addEventListener("abort", onAbort, { once: true });
      work(controller.signal).then(resolve, (thrown: unknown) =>
        reject(thrown instanceof Error ? thrown : runtimeError(String(thrown))),
      );
    });
  } catch (thrown) {
    controller.abort();
    throw thrown;
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener("abort", onAbort);
  }
}
