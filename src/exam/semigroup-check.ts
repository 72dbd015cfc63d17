import { RandomStream } from "../core/random.ts";
import type { Trace } from "../core/trace.ts";
import { isDefined, undefinedEstimate } from "../metrics/estimate.ts";
import { semigroup, type Semigroup } from "../metrics/semigroup.ts";
import type { ExamRun } from "./axis.ts";
import type { WorldRef } from "./contract.ts";
import { CONTEXT_STEPS, cutWindow } from "./windows.ts";

/** How long a rollout is followed after it is taken up again. */
const LENGTH = { sec: 1, steps: 10 };
/** At most this many starts: with all of them the same, Wilson's lower bound is then 0.97. */
const MOST_STARTS = 128;

export interface SemigroupCheck {
  readonly lengthSteps: number;
  readonly candidate: Semigroup;
  /** The same asked of truth. */
  readonly truth: Semigroup;
}

/**
 * Rolling n + m steps against rolling n, taking up what is then shown (with the context every window is given), and
 * rolling m. One closed-loop rollout a start, the policies in turn, n at random. A truth that fails it shows that the
 * observation is no complete state: then nothing can be held against the candidate.
 */
export async function semigroupCheck(run: ExamRun): Promise<SemigroupCheck> {
  const { truth, candidate, scenario } = run.contract;
  const lengthSteps = Math.max(LENGTH.steps, Math.round(LENGTH.sec / scenario.controlPeriodSec));
  const own = await takeUpAgain(run, candidate, "candidate", lengthSteps);
  const inTruth = await takeUpAgain(run, truth, "truth", lengthSteps);
  const share = inTruth.same;
  if (isDefined(share) && share.value < scenario.thresholds.temporalConsistency) {
    const reason = `${truth.name} itself does not go on the same when taken up again: what is observed is not all there is`;
    return {
      lengthSteps,
      candidate: { same: undefinedEstimate(reason) },
      truth: inTruth,
    };
  }
  return { lengthSteps, candidate: own, truth: inTruth };
}

async function takeUpAgain(
  { contract, pairs, rollouts }: ExamRun,
  world: WorldRef,
  side: "truth" | "candidate",
  lengthSteps: number,
): Promise<Semigroup> {
  const { scenario, panel, policies, seed } = contract;
  if (world.stochastic) {
    return {
      same: undefinedEstimate(`${world.name} is stochastic: no two of its rollouts need be the same`),
    };
  }
  if (!world.respondsToActions && side === "truth") {
    return {
      same: undefinedEstimate(`${world.name} is a recording: it cannot be taken up from a state`),
    };
  }
  const channels = {
    observation: scenario.observation,
    action: scenario.action,
  };
  const stream = new RandomStream(seed, "semigroup", side);
  const traces = panel
    .slice(0, MOST_STARTS)
    .map((_, i): Trace => pairs[(i % policies.length) * panel.length + i]![side]);
  const windows = traces.flatMap((trace, i) => {
    if (trace.steps < 2) return [];
    const from = 1 + stream.integer(Math.max(1, trace.steps - lengthSteps), i);
    const steps = Math.min(lengthSteps, trace.steps - from);
    return [cutWindow(trace, i, from, steps, CONTEXT_STEPS, channels)];
  });
  const [again] = await rollouts.run([
    {
      world,
      drive: {
        kind: "actions",
        actions: windows.map(({ actions }) => actions),
      },
      starts: windows.map(({ start }) => start),
      horizonSteps: lengthSteps,
    },
  ]);
  return semigroup(
    windows.map(({ start, truth: unbroken, steps }, i) => ({
      start: start.index,
      unbroken,
      again: again![i]!,
      steps,
    })),
    scenario.observation,
    scenario.thresholds.confidence,
  );
}
