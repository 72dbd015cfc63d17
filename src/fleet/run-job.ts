import { openPolicy, openWorld } from "../compose.ts";
import { messageOf, SimgateError } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import type { Policy } from "../policy/policy.ts";
import { closedLoop } from "../rollout/closed-loop.ts";
import type { Rollout, RolloutOptions } from "../rollout/lockstep.ts";
import { openLoop } from "../rollout/open-loop.ts";
import { swapped } from "../rollout/swap.ts";
import { createJudge } from "../scenario/judge.ts";
import type { World } from "../world/world.ts";
import { inTurns } from "./in-turns.ts";
import { faultedResult, type JobResult, type RolloutJob } from "./job.ts";

export interface RunJobOptions {
  readonly signal?: AbortSignal;
  /** Told now and then how far the job is, 0 … 1. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Opens fresh instances, rolls the job out and closes them. Fresh ones, so that nothing a world keeps across resets
 * can make the result depend on which worker ran what before.
 * @throws SimgateError `input` if the world or the policy cannot be what the job says.
 */
export async function runJob(job: RolloutJob, options: RunJobOptions = {}): Promise<JobResult> {
  const judge = createJudge(job.scenario);
  let opened: World | undefined;
  let beside: World | undefined;
  let policy: Policy | undefined;
  try {
    let world = (opened = await openWorld(job.scenario, job.world));
    if (job.drive.kind === "policy") {
      policy = await openPolicy(job.scenario, job.drive.policy, job.world.stressor);
      if (job.swap !== undefined) {
        beside = job.beside && (await openWorld(job.scenario, job.beside));
        ({ world, policy } = swapped(job.swap, world, policy, beside));
      }
    }
    const rolloutOptions: RolloutOptions = {
      horizonSteps: job.horizonSteps,
      ...(job.swap?.part === "evaluation"
        ? {}
        : { ended: (observation, parameters) => judge.ended(observation, parameters) }),
      stepDeadlineMs: job.stepDeadlineMs,
      ...(job.keep === undefined ? {} : { keep: job.keep }),
      ...(job.images === undefined ? {} : { images: job.images }),
      ...(job.nudge === undefined ? {} : { nudge: job.nudge }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    };
    const lanes = Math.min(world.spec.lanes ?? Infinity, beside?.spec.lanes ?? Infinity);
    const rollOutAll = (starts: readonly Start[]): Promise<JobResult> =>
      inTurns(job, starts, lanes, (some, from) => {
        const onStep = (step: number): void =>
          options.onProgress?.((from + (some.length * step) / job.horizonSteps) / starts.length);
        return rollOut(job, world, policy, { starts: some, from }, { ...rolloutOptions, onStep });
      });
    if (job.warmUp !== undefined && job.warmUp.length > 0) await rollOutAll(job.warmUp);
    return await rollOutAll(job.starts);
  } catch (thrown) {
    if (thrown instanceof SimgateError && thrown.code !== "runtime") throw thrown;
    return faultedResult(job, messageOf(thrown));
  } finally {
    await policy?.close();
    await opened?.close();
    await beside?.close();
  }
}

function rollOut(
  job: RolloutJob,
  world: World,
  policy: Policy | undefined,
  { starts, from }: { readonly starts: readonly Start[]; readonly from: number },
  options: RolloutOptions,
): Promise<Rollout> {
  if (policy !== undefined) return closedLoop(world, policy, starts, options);
  if (job.drive.kind !== "actions") throw new Error("a job without a policy has actions");
  const { actions } = job.drive;
  // A warm-up may have other starts than the job: its lanes then take the job's commands in turn.
  const perStart = starts.map((_, lane) => actions[(from + lane) % actions.length]!);
  // The commands of a recording are followed to their end: only a policy's rollout is stopped by the scenario.
  const { ended: _ended, ...rest } = options;
  return openLoop(world, starts, perStart, rest);
}
