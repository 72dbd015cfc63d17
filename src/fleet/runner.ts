import type { JobResult, RolloutJob } from "./job.ts";

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** A job is finished; jobs finish in any order. */
  readonly onDone: (index: number, result: JobResult) => void | Promise<void>;
  /** How far an unfinished job is, 0 … 1; now and then. */
  readonly onProgress?: (index: number, fraction: number) => void;
}

/** SEAM 4. Whatever gets jobs done. It never decides a byte of their results. */
export interface Runner {
  readonly workers: number;
  /**
   * Resolves when all jobs are done or the signal has stopped them. A job whose worker dies is done, with faults.
   * @throws SimgateError `input` if a job cannot be what it says; the others are stopped.
   */
  run(jobs: readonly RolloutJob[], options: RunOptions): Promise<void>;
  close(): Promise<void>;
}
