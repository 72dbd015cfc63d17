import type { RolloutJob } from "./job.ts";
import { runJob } from "./run-job.ts";
import type { Runner, RunOptions } from "./runner.ts";

/** Runs one job after the other in this thread. */
export class InProcessRunner implements Runner {
  readonly workers = 1;

  async run(jobs: readonly RolloutJob[], { signal, onDone, onProgress }: RunOptions): Promise<void> {
    for (const [index, job] of jobs.entries()) {
      if (signal?.aborted) return;
      const result = await runJob(job, {
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined
          ? {}
          : { onProgress: (fraction: number) => onProgress(index, fraction) }),
      });
      await onDone(index, result);
    }
  }

  async close(): Promise<void> {}
}
