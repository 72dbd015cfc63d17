import type { RolloutJob } from "./job.ts";
import type { Runner, RunOptions } from "./runner.ts";

/**
 * Jobs that ask for another worker than the rest go to a runner of their own: a thread that nothing else has run in,
 * also where the rest is done in this thread.
 * @param openOther opened for the first such job.
 */
export function withOtherWorker(main: Runner, openOther: () => Runner): Runner {
  return new OtherWorkerRunner(main, openOther);
}

class OtherWorkerRunner implements Runner {
  readonly workers: number;
  readonly #main: Runner;
  readonly #openOther: () => Runner;
  #other: Runner | undefined;

  constructor(main: Runner, openOther: () => Runner) {
    this.workers = main.workers;
    this.#main = main;
    this.#openOther = openOther;
  }

  async run(jobs: readonly RolloutJob[], options: RunOptions): Promise<void> {
    const indices = (other: boolean): number[] =>
      jobs.flatMap(({ worker }, index) => ((worker === "other") === other ? [index] : []));
    const [usual, elsewhere] = [indices(false), indices(true)];
    const done = [this.#runSome(this.#main, jobs, usual, options)];
    if (elsewhere.length > 0) {
      this.#other ??= this.#openOther();
      done.push(this.#runSome(this.#other, jobs, elsewhere, options));
    }
    await Promise.all(done);
  }

  async close(): Promise<void> {
    await Promise.all([this.#main.close(), this.#other?.close()]);
  }

  /** Runs those jobs, and tells of them by their place among all. */
  async #runSome(
    runner: Runner,
    jobs: readonly RolloutJob[],
    indices: readonly number[],
    { onDone, onProgress, ...rest }: RunOptions,
  ): Promise<void> {
    await runner.run(
      indices.map((index) => jobs[index]!),
      {
        ...rest,
        onDone: (i, result) => onDone(indices[i]!, result),
        ...(onProgress === undefined
          ? {}
          : { onProgress: (i: number, fraction: number) => onProgress(indices[i]!, fraction) }),
      },
    );
  }
}
