import { parentPort } from "node:worker_threads";
import { messageOf, SimgateError } from "../core/errors.ts";
import type { Trace } from "../core/trace.ts";
import { runJob } from "./run-job.ts";
import type { FromWorker, ToWorker } from "./worker-threads.ts";

/** Entry of a worker thread: one job at a time, its traces handed over without copying. */

const PROGRESS_EVERY_MS = 200;

const port = parentPort;
if (port === null) throw new Error("fleet/worker is the entry of a worker thread");

let controller = new AbortController();

port.on("message", (message: ToWorker) => {
  if (message.kind === "abort") {
    controller.abort();
    return;
  }
  controller = new AbortController();
  let told = performance.now();
  runJob(message.job, {
    signal: controller.signal,
    onProgress: (fraction) => {
      const now = performance.now();
      if (now - told < PROGRESS_EVERY_MS) return;
      told = now;
      tell({ kind: "progress", fraction });
    },
  }).then(
    // Faulted traces may share an empty column: each buffer is handed over once.
    (result) => tell({ kind: "done", result }, [...new Set(result.traces.flatMap(buffersOf))]),
    (thrown: unknown) =>
      tell(
        thrown instanceof SimgateError
          ? { kind: "failed", code: thrown.code, what: thrown.what, details: withoutCause(thrown) }
          : { kind: "failed", code: "bug", what: messageOf(thrown), details: {} },
      ),
  );
});

function tell(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  port!.postMessage(message, transfer);
}

function withoutCause({ details: { cause: _cause, ...details } }: SimgateError): SimgateError["details"] {
  return details;
}

function buffersOf({ observation, requestedAction, appliedAction }: Trace): ArrayBuffer[] {
  return [observation, requestedAction, appliedAction].flatMap((columns) =>
    Object.values(columns).map(({ buffer }) => buffer as ArrayBuffer),
  );
}
