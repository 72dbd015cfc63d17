import { EXIT } from "./exit-codes.ts";

export interface InterruptOptions {
  /** A second one this soon after the first is the same: `ros2 launch` passes on what the terminal has sent already. Default 0. */
  readonly echoMs?: number;
  /** What is said. */
  readonly saying?: string | (() => string);
}

export const KEPT = "stopping; what is finished is kept";

/**
 * A signal that aborts on the first Ctrl-C (or SIGTERM), so that what is finished is kept; a second one ends the
 * process at once.
 */
export function abortOnInterrupt({ echoMs = 0, saying = KEPT }: InterruptOptions = {}): AbortSignal {
  const controller = new AbortController();
  let firstMs = 0;
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      if (performance.now() - firstMs < echoMs) return;
      process.exit(EXIT.interrupted);
    }
    firstMs = performance.now();
    process.stderr.write(`\n${typeof saying === "string" ? saying : saying()} (once more to stop at once)\n`);
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}
