import type { Start, Trace } from "../../core/trace.ts";
import { scaledError } from "../../metrics/divergence.ts";
import { type Estimate, isDefined } from "../../metrics/estimate.ts";
import { type RepeatKind, type RepeatPair, reproducibility as score } from "../../metrics/reproducibility.ts";
import type { Reproducibility } from "../../report/result.ts";
import type { RecordedActions } from "../../rollout/open-loop.ts";
import type { Axis, ExamRun, Finding } from "../axis.ts";
import { axisResult } from "../measure.ts";
import type { RolloutRequest } from "../rollouts.ts";

/** At most this many starts are repeated: with all of them identical, Wilson's lower bound is then 0.97. */
const MOST_REPEATED = 128;
/** An odd batch size, so that lanes sit elsewhere and batches are cut elsewhere. */
const OTHER_BATCH_LANES = 37;

const VARIANTS: Readonly<Record<Exclude<RepeatKind, "other-worker">, string>> = {
  fresh: "a fresh instance",
  used: "after other episodes",
  "other-lane": "another lane",
  "other-batch": "another batch size",
};

/**
 * Does the candidate do the same thing twice? The same starts, seeds and actions in a fresh instance, in one that has
 * run other episodes, in other lanes and in other batch sizes.
 */
export const resetReproducibility: Axis<Reproducibility> = {
  name: "resetReproducibility",
  async measure(run: ExamRun): Promise<Finding<Reproducibility>> {
    const { contract, pairs, rollouts } = run;
    const { scenario, candidate, panel, policies } = contract;
    // What truth was commanded, the policies in turn; the longest of the panel's first starts are long enough.
    const chosen = panel
      .map((start, i) => ({ start, trace: pairs[(i % policies.length) * panel.length + i]!.truth }))
      .filter(({ trace }) => trace.steps > 0)
      .slice(0, MOST_REPEATED);
    const starts = chosen.map(({ start }) => start);
    const actions = chosen.map(({ trace }): RecordedActions => ({
      steps: trace.steps,
      columns: trace.appliedAction,
    }));
    const request = (
      of: readonly Start[],
      commands: readonly RecordedActions[],
      more: Partial<RolloutRequest> = {},
    ): RolloutRequest => ({
      world: candidate,
      drive: { kind: "actions", actions: commands },
      starts: of,
      horizonSteps: scenario.horizonSteps,
      ...more,
    });

    const [reference, fresh, used, reversed, otherBatch, reseeded] = await rollouts.run([
      request(starts, actions),
      request(starts, actions, { repeat: 1 }),
      request(starts, actions, { warmUp: [...starts].reverse() }),
      request([...starts].reverse(), [...actions].reverse()),
      request(starts, actions, { lanesPerJob: OTHER_BATCH_LANES }),
      ...(candidate.stochastic ? [request(starts.map(otherSeed), actions)] : []),
    ]);
    const repeats: Record<keyof typeof VARIANTS, readonly Trace[]> = {
      fresh: fresh!,
      used: used!,
      "other-lane": [...reversed!].reverse(),
      "other-batch": otherBatch!,
    };
    const kinds = Object.keys(VARIANTS) as (keyof typeof VARIANTS)[];
    const pairsOf = (kind: keyof typeof VARIANTS): RepeatPair[] =>
      reference!.map((trace, i) => ({ kind, reference: trace, repeat: repeats[kind][i]! }));
    const options = { channels: scenario.observation, confidence: scenario.thresholds.confidence };
    const total = score(kinds.flatMap(pairsOf), options);

    const seedsDiffer =
      reseeded === undefined ? null : reseeded.some((trace, i) => !sameTrace(trace, reference![i]!));
    return {
      axis: axisResult(
        total.identical,
        scenario.thresholds.resetReproducibility,
        explain(total.bitIdentical, starts.length),
      ),
      details: {
        variants: kinds.map((kind) => {
          const { identical, bitIdentical, worst } = score(pairsOf(kind), options);
          return {
            variant: VARIANTS[kind],
            n: starts.length,
            bitIdentical: countOf(bitIdentical),
            withinTolerance: countOf(identical),
            worst:
              worst === undefined ? null : { start: worst.start, scaledError: worst.maxError, at: worst.at },
          };
        }),
        firstObservation: firstObservation(run),
        seedsDiffer,
      },
    };
  },
};

function explain(bitIdentical: Estimate, starts: number): string {
  const share = isDefined(bitIdentical) ? bitIdentical.value : 0;
  return share === 1
    ? `every one of ${starts} starts repeats bit for bit`
    : `${(100 * share).toFixed(1)} % of the repeats of ${starts} starts are bit-identical`;
}

function countOf(share: Estimate): number {
  return isDefined(share) ? Math.round(share.value * share.n) : 0;
}

function otherSeed(start: Start): Start {
  return { ...start, seed: BigInt.asUintN(64, ~start.seed) };
}

function sameTrace(a: Trace, b: Trace): boolean {
  return Object.entries(a.observation).every(([name, column]) =>
    column.every((value, i) => Object.is(value, b.observation[name]![i])),
  );
}

/** The largest gap between the two worlds' first observations of the same start. */
function firstObservation({ contract, pairs }: ExamRun): Reproducibility["firstObservation"] {
  let worst: Reproducibility["firstObservation"] = null;
  for (const { start, truth, candidate } of pairs) {
    for (const channel of contract.scenario.observation) {
      const error = scaledError(
        channel,
        truth.observation[channel.name]!,
        0,
        candidate.observation[channel.name]!,
        0,
      ).max;
      if (!Number.isFinite(error) || (worst !== null && error <= worst.scaledError)) continue;
      worst = { channel: channel.name, scaledError: error, start };
    }
  }
  return worst;
}
