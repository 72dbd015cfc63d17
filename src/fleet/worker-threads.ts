import { Worker } from "node:worker_threads";
import { type ErrorDetails, type ErrorCode, messageOf, SimgateError } from "../core/errors.ts";
import { workerEntry } from "../core/worker-entry.ts";
import { faultedResult, type JobResult, type RolloutJob } from "./job.ts";
import type { Runner, RunOptions } from "./runner.ts";

/** What the main thread tells a worker. */
export type ToWorker = { readonly kind: "job"; readonly job: RolloutJob } | { readonly kind: "abort" };

/** What a worker tells the main thread. */
export type FromWorker =
  | { readonly kind: "progress"; readonly fraction: number }
  | { readonly kind: "done"; readonly result: JobResult }
  | {
      readonly kind: "failed";
      readonly code: ErrorCode;
      readonly what: string;
      readonly details: ErrorDetails;
    };

/** Spreads jobs over worker threads, each with its own physics and inference sessions. */
export class WorkerThreadsRunner implements Runner {
  readonly workers: number;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();

  constructor(workers: number) {
    this.workers = workers;
  }

  async run(jobs: readonly RolloutJob[], options: RunOptions): Promise<void> {
    let next = 0;
    let failure: unknown;
    const lane = async (): Promise<void> => {
      while (next < jobs.length && failure === undefined && !options.signal?.aborted) {
        const index = next++;
        try {
          await options.onDone(index, await this.#runOne(jobs[index]!, index, options));
        } catch (thrown) {
          failure ??= thrown;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.workers, jobs.length) }, lane));
    if (failure instanceof Error) throw failure;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
    this.#all.clear();
    this.#idle.length = 0;
  }

  #runOne(job: RolloutJob, index: number, { signal, onProgress }: RunOptions): Promise<JobResult> {
    const worker = this.#idle.pop() ?? this.#spawn();
    // A worker whose thread is stuck cannot watch its own deadline: no word for twice that long, and it is ended.
    const patienceMs = 2 * job.stepDeadlineMs;
    return new Promise<JobResult>((resolve, reject) => {
      let watchdog: NodeJS.Timeout | undefined;
      const release = (keep: boolean): void => {
        clearTimeout(watchdog);
        signal?.removeEventListener("abort", onAbort);
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        if (keep) {
          worker.unref();
          this.#idle.push(worker);
        } else {
          this.#all.delete(worker);
          void worker.terminate();
        }
      };
      const watch = (): void => {
        clearTimeout(watchdog);
        watchdog = setTimeout(() => {
          release(false);
          resolve(
            faultedResult(job, `the worker thread gave no sign of life for ${patienceMs} ms and was ended`),
          );
        }, patienceMs);
      };
      const onAbort = (): void => post(worker, { kind: "abort" });
      const died = (why: string): void => {
        release(false);
        resolve(faultedResult(job, `the worker thread died: ${why}`));
      };

      const onError = (thrown: unknown): void => died(messageOf(thrown));
      const onExit = (code: number): void => died(`exit code ${code}`);
      const onMessage = (message: FromWorker): void => {
        watch();
        if (message.kind === "progress") {
          onProgress?.(index, message.fraction);
        } else if (message.kind === "done") {
          release(true);
          resolve(message.result);
        } else {
          release(true);
          reject(new SimgateError(message.code, message.what, message.details));
        }
      };

      worker.ref();
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      signal?.addEventListener("abort", onAbort, { once: true });
      watch();
      post(worker, { kind: "job", job });
      if (signal?.aborted) onAbort();
    });
  }

  #spawn(): Worker {
    const worker = new Worker(workerEntry(new URL("./worker.js", import.meta.url)));
    this.#all.add(worker);
    return worker;
  }
}

function post(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}
