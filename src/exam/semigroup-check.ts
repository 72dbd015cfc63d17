import { RandomStream } from "../core/random.ts";
import type { Trace } from "../core/trace.ts";
import { isDefined, undefinedEstimate } from "../metrics/estimate.ts";
import { semigroup, type Semigroup, type TakenUpAgain } from "../metrics/semigroup.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { ExamRun } from "./axis.ts";
import { unstressed, type WorldRef } from "./contract.ts";
import type { Pair } from "./pairs.ts";
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

/** Where a rollout is taken up again, in both worlds alike. */
interface Moment {
  readonly pair: Pair;
  readonly from: number;
}

/**
 * Rolling n + m steps against rolling n, taking up what is then shown (with the context every window is given), and
 * rolling m. One closed-loop rollout a start, n at random among the steps from which nothing is hidden in truth. What is
 * shown there may still not be all there is: the candidate is asked only at those moments from which truth goes on the
 * same, and nothing is held against it where those are too few.
 */
export async function semigroupCheck(run: ExamRun): Promise<SemigroupCheck> {
  const { scenario } = run.contract;
  // What was applied is repeated: a stressor between policy and world has had its say.
  const [truth, candidate] = [unstressed(run.contract.truth), unstressed(run.contract.candidate)];
  const lengthSteps = Math.max(LENGTH.steps, Math.round(LENGTH.sec / scenario.controlPeriodSec));
  const moments = drawMoments(run, lengthSteps);
  const summarise = (windows: readonly TakenUpAgain[]): Semigroup =>
    semigroup(windows, scenario.observation, scenario.thresholds.confidence);
  const none = (reason: string): Semigroup => ({ same: undefinedEstimate(reason) });
  const chance = ({ name }: WorldRef): Semigroup =>
    none(`${name} is stochastic: no two of its rollouts need be the same`);

  const ofTruth =
    truth.stochastic || !truth.respondsToActions
      ? undefined
      : await takeUpAgain(run, truth, "truth", moments, lengthSteps);
  const inTruth =
    ofTruth !== undefined
      ? summarise(ofTruth)
      : truth.stochastic
        ? chance(truth)
        : none(`${truth.name} is a recording: it cannot be taken up from a state`);
  if (candidate.stochastic) return { lengthSteps, candidate: chance(candidate), truth: inTruth };
  if (isDefined(inTruth.same) && inTruth.same.value < scenario.thresholds.temporalConsistency) {
    const reason = `${truth.name} itself does not go on the same when taken up again: what is observed is not all there is`;
    return { lengthSteps, candidate: none(reason), truth: inTruth };
  }
  const asked =
    ofTruth === undefined
      ? moments
      : moments.filter((_, i) => {
          const { same } = summarise([ofTruth[i]!]);
          return isDefined(same) && same.value === 1;
        });
  const again = await takeUpAgain(run, candidate, "candidate", asked, lengthSteps);
  return { lengthSteps, candidate: summarise(again), truth: inTruth };
}

/** Of the policies in turn the first that has such a step. */
function drawMoments({ contract, pairs }: ExamRun, lengthSteps: number): Moment[] {
  const { scenario, panel, policies, seed } = contract;
  const stream = new RandomStream(seed, "semigroup");
  return panel.slice(0, MOST_STARTS).flatMap((_, i): Moment[] => {
    for (const turn of policies.keys()) {
      const pair = pairs[((i + turn) % policies.length) * panel.length + i]!;
      const steps = Math.min(pair.truth.steps, pair.candidate.steps);
      const rows = steps < 2 ? [] : completeRows(scenario, pair.truth, steps, lengthSteps);
      if (rows.length > 0) return [{ pair, from: rows[stream.integer(rows.length, i)]! }];
    }
    return [];
  });
}

async function takeUpAgain(
  { contract, rollouts }: ExamRun,
  world: WorldRef,
  side: "truth" | "candidate",
  moments: readonly Moment[],
  lengthSteps: number,
): Promise<TakenUpAgain[]> {
  if (moments.length === 0) return [];
  const { observation, action } = contract.scenario;
  const windows = moments.map(({ pair, from }, i) => {
    const trace = pair[side];
    const steps = Math.min(lengthSteps, trace.steps - from);
    return cutWindow(trace, i, from, steps, CONTEXT_STEPS, { observation, action });
  });
  const [again] = await rollouts.run([
    {
      world,
      drive: { kind: "actions", actions: windows.map(({ actions }) => actions) },
      starts: windows.map(({ start }) => start),
      horizonSteps: lengthSteps,
    },
  ]);
  return windows.map(({ start, truth: unbroken, steps }, i) => ({
    start: start.index,
    unbroken,
    again: again![i]!,
    steps,
  }));
}

/** Rows 1 … steps − 1, leaving the full length where there is as much, from which on every object stays in sight. */
function completeRows(
  { objects }: Scenario,
  { observation }: Trace,
  steps: number,
  lengthSteps: number,
): number[] {
  const last = Math.max(1, steps - lengthSteps);
  return Array.from({ length: last }, (_, i) => i + 1).filter((row) =>
    objects.every(
      ({ visible }) =>
        visible === undefined || !observation[visible]!.subarray(row, row + lengthSteps + 1).includes(0),
    ),
  );
}
