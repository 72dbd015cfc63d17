import { SimgateError } from "../core/errors.ts";
import type { Trace } from "../core/trace.ts";
import type { RolloutRequest, Rollouts } from "../exam/rollouts.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { jobKey, type JobResult, type RolloutJob } from "./job.ts";
import { DEFAULT_STEP_DEADLINE_MS } from "../rollout/lockstep.ts";
import type { Runner } from "./runner.ts";
import type { JobStore } from "./store.ts";

export interface FleetOptions {
  readonly scenario: Scenario;
  readonly runner: Runner;
  /** The bytes that the world and policy of a request are made of, as one hash. */
  readonly fingerprint: (request: RolloutRequest) => string;
  /** Where finished jobs are kept; absent: nowhere. */
  readonly store?: JobStore;
  readonly signal?: AbortSignal;
  readonly stepDeadlineMs?: number;
  readonly onProgress?: (progress: FleetProgress) => void;
  /** Told of every job that is done, also of those taken over from the store. */
  readonly onFinished?: (job: RolloutJob, traces: readonly Trace[]) => void;
}

export interface FleetProgress {
  /** Rollouts asked for so far, and done (the unfinished ones by how far they are). */
  readonly rollouts: number;
  readonly done: number;
}

/** Lanes a job. Part of the contract, not of the machine: a learned model may round differently at other batch sizes. */
export const LANES_PER_JOB = 128;

/** Cuts requests into jobs, runs each once, keeps what is finished, and puts the traces together in order. */
export class Fleet implements Rollouts {
  readonly #options: FleetOptions;
  readonly #finished = new Map<string, JobResult>();
  #asked = 0;
  #done = 0;
  /** How far each running job is, in rollouts. */
  readonly #underWay = new Map<string, number>();
  #resumed = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Rollouts done so far, and how many of them were taken over from the store. */
  get counts(): { readonly rollouts: number; readonly resumed: number } {
    return { rollouts: this.#done, resumed: this.#resumed };
  }

  /** @throws SimgateError `aborted` if it was stopped before all rollouts were done; finished jobs are in the store. */
  async run(requests: readonly RolloutRequest[]): Promise<readonly (readonly Trace[])[]> {
    const perRequest = requests.map((request) => this.#jobs(request));
    const missing = new Map<string, RolloutJob>();
    for (const { key, job } of perRequest.flat()) if (!this.#finished.has(key)) missing.set(key, job);
    await this.#runMissing([...missing]);
    return perRequest.map((jobs) => jobs.flatMap(({ key }) => this.#finished.get(key)!.traces));
  }

  async #runMissing(missing: readonly (readonly [string, RolloutJob])[]): Promise<void> {
    const { runner, store, signal } = this.#options;
    const lanes = ({ starts, warmUp }: RolloutJob): number => starts.length + (warmUp?.length ?? 0);
    for (const [, job] of missing) this.#asked += lanes(job);

    const toRun: (readonly [string, RolloutJob])[] = [];
    for (const [key, job] of missing) {
      const kept = await store?.get(key);
      if (kept === undefined) {
        toRun.push([key, job]);
      } else {
        this.#finished.set(key, kept);
        this.#done += lanes(job);
        this.#resumed += lanes(job);
        this.#options.onFinished?.(job, kept.traces);
      }
    }
    this.#report();
    await runner.run(
      toRun.map(([, job]) => job),
      {
        ...(signal === undefined ? {} : { signal }),
        onProgress: (index, fraction) => {
          const [key, job] = toRun[index]!;
          this.#underWay.set(key, fraction * lanes(job));
          this.#report();
        },
        onDone: async (index, result) => {
          const [key, job] = toRun[index]!;
          this.#underWay.delete(key);
          if (result.aborted) return;
          if (result.lost !== true) await store?.put(key, result);
          this.#finished.set(key, result);
          this.#done += lanes(job);
          this.#options.onFinished?.(job, result.traces);
          this.#report();
        },
      },
    );
    if (missing.some(([key]) => !this.#finished.has(key))) {
      throw new SimgateError("aborted", `stopped after ${this.#done} of ${this.#asked} rollouts`);
    }
  }

  #jobs(request: RolloutRequest): { key: string; job: RolloutJob }[] {
    const { lanesPerJob = LANES_PER_JOB, ...rest } = request;
    const { scenario, fingerprint, stepDeadlineMs = DEFAULT_STEP_DEADLINE_MS } = this.#options;
    const print = fingerprint(request);
    const jobs: { key: string; job: RolloutJob }[] = [];
    for (let from = 0; from < request.starts.length; from += lanesPerJob) {
      const slice = <T>(values: readonly T[]): readonly T[] => values.slice(from, from + lanesPerJob);
      const { drive } = rest;
      const job: RolloutJob = {
        ...rest,
        scenario,
        stepDeadlineMs,
        starts: slice(rest.starts),
        drive: drive.kind === "policy" ? drive : { kind: "actions", actions: slice(drive.actions) },
      };
      jobs.push({ key: jobKey(job, print), job });
    }
    return jobs;
  }

  #report(): void {
    let underWay = 0;
    for (const lanes of this.#underWay.values()) underWay += lanes;
    this.#options.onProgress?.({ rollouts: this.#asked, done: Math.floor(this.#done + underWay) });
  }
}
