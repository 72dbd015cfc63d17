import type { Start, Trace } from "../../core/trace.ts";
import { scaledError } from "../../metrics/divergence.ts";
import { type Estimate, isDefined } from "../../metrics/estimate.ts";
import { type RepeatKind, type RepeatPair, reproducibility as score } from "../../metrics/reproducibility.ts";
import { rate } from "../../metrics/rate.ts";
import type { Reproducibility } from "../../report/result.ts";
import type { RecordedActions } from "../../rollout/open-loop.ts";
import type { Axis, ExamRun, Finding } from "../axis.ts";
import { axisResult } from "../measure.ts";
import type { RolloutRequest } from "../rollouts.ts";
import { truthCommands } from "../truth-commands.ts";

/** An odd batch size, so that lanes sit elsewhere and batches are cut elsewhere. */
const OTHER_BATCH_LANES = 37;

const VARIANTS: Readonly<Record<RepeatKind, string>> = {
  fresh: "a fresh instance",
  used: "after other episodes",
  "other-lane": "another lane",
  "other-batch": "another batch size",
  "other-worker": "another worker thread",
};

/**
 * Does the candidate do the same thing twice? The same starts, seeds and actions in a fresh instance, in one that has
 * run other episodes, in other lanes, in other batch sizes and in another worker thread. A stochastic one must do
 * something else with another seed.
 */
export const resetReproducibility: Axis<Reproducibility> = {
  name: "resetReproducibility",
  async measure(run: ExamRun): Promise<Finding<Reproducibility>> {
    const { contract, rollouts } = run;
    const { scenario, candidate } = contract;
    const commanded = truthCommands(run);
    const starts = commanded.map(({ start }) => start);
    const actions = commanded.map((one) => one.actions);
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

    const [reference, fresh, used, reversed, otherBatch, otherWorker, reseeded] = await rollouts.run([
      request(starts, actions),
      request(starts, actions, { repeat: 1 }),
      request(starts, actions, { warmUp: [...starts].reverse() }),
      request([...starts].reverse(), [...actions].reverse()),
      request(starts, actions, { lanesPerJob: OTHER_BATCH_LANES }),
      request(starts, actions, { worker: "other" }),
      ...(candidate.stochastic ? [request(starts.map(otherSeed), actions)] : []),
    ]);
    const repeats: Record<RepeatKind, readonly Trace[]> = {
      fresh: fresh!,
      used: used!,
      "other-lane": [...reversed!].reverse(),
      "other-batch": otherBatch!,
      "other-worker": otherWorker!,
    };
    const kinds = Object.keys(VARIANTS) as RepeatKind[];
    const pairsOf = (kind: RepeatKind): RepeatPair[] =>
      reference!.map((trace, i) => ({ kind, reference: trace, repeat: repeats[kind][i]! }));
    const options = { channels: scenario.observation, confidence: scenario.thresholds.confidence };
    const total = score(kinds.flatMap(pairsOf), options);

    const different = reseeded?.filter((trace, i) => !sameTrace(trace, reference![i]!)).length;
    const seedsMatter =
      different === undefined
        ? undefined
        : rate(different, starts.length, "no start was repeated", scenario.thresholds.confidence);
    return {
      axis: axisResult(
        smaller(total.identical, seedsMatter),
        scenario.thresholds.resetReproducibility,
        explain(total.bitIdentical, starts.length) +
          (different === undefined
            ? ""
            : `, and with another seed ${different} of ${starts.length} go another way (the smaller share is the score)`),
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
        seedsDiffer: different === undefined ? null : different > 0,
      },
    };
  },
};

/** Of a stochastic candidate also the share of starts whose seed matters, if that is smaller. */
function smaller(identical: Estimate, seedsMatter: Estimate | undefined): Estimate {
  if (seedsMatter === undefined || !isDefined(identical) || !isDefined(seedsMatter)) return identical;
  return seedsMatter.value < identical.value ? seedsMatter : identical;
}

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
