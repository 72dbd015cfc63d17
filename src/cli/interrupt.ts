import { EXIT } from "./exit-codes.ts";

/**
 * A signal that aborts on the first Ctrl-C (or SIGTERM), so that what is finished is kept; a second one ends the
 * process at once.
 */
export function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    process.stderr.write("\nstopping; what is finished is kept (once more to stop at once)\n");
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}
