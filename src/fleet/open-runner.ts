import { InProcessRunner } from "./in-process.ts";
import type { Runner } from "./runner.ts";
import { withOtherWorker } from "./with-other-worker.ts";
import { WorkerThreadsRunner } from "./worker-threads.ts";

/** A runner for this many workers: threads, or this thread alone for one. */
export function openRunner(workers: number): Runner {
  return withOtherWorker(
    workers > 1 ? new WorkerThreadsRunner(workers) : new InProcessRunner(),
    () => new WorkerThreadsRunner(1),
  );
}
