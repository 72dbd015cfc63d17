import type { RolloutJob } from "./job.ts";
import type { Runner, RunOptions } from "./runner.ts";

/** Some jobs go another way than the rest. */
export interface Route {
  readonly takes: (job: RolloutJob) => boolean;
  /** Called for the first job it takes. */
  readonly open: () => Runner;
}

/** Jobs that the route takes go to its runner, the others to `main`; both at the same time. */
export function withRoute(main: Runner, route: Route): Runner {
  return new RoutedRunner(main, route);
}

class RoutedRunner implements Runner {
  readonly workers: number;
  readonly #main: Runner;
  readonly #route: Route;
  #other: Runner | undefined;

  constructor(main: Runner, route: Route) {
    this.workers = main.workers;
    this.#main = main;
    this.#route = route;
  }

  async run(jobs: readonly RolloutJob[], options: RunOptions): Promise<void> {
    const [usual, elsewhere]: [number[], number[]] = [[], []];
    for (const [index, job] of jobs.entries()) (this.#route.takes(job) ? elsewhere : usual).push(index);
    const done = [this.#runSome(this.#main, jobs, usual, options)];
    if (elsewhere.length > 0) {
      this.#other ??= this.#route.open();
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
