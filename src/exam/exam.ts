import { divergence } from "../metrics/divergence.ts";
import type { ExamResult, Fault, Participant, Stopping } from "../report/result.ts";
import { createJudge } from "../scenario/judge.ts";
import { attributeFailures } from "./attribution.ts";
import { decisionBoundary } from "./axes/decision-boundary.ts";
import { optimism } from "./axes/optimism.ts";
import { policyTransfer } from "./axes/policy-transfer.ts";
import type { ExamRun } from "./axis.ts";
import { chunkEffects } from "./chunks.ts";
import type { Contract } from "./contract.ts";
import { handOversOf } from "./hand-overs.ts";
import { madeOf } from "./made-of.ts";
import { measureAxes } from "./measure-axes.ts";
import { outcomeMap } from "./outcome-map.ts";
import { type Pair, rollOutPairs } from "./pairs.ts";
import { looksSentence } from "./picture-likeness.ts";
import { lookAtPictures } from "./pictures.ts";
import { policyRepeatability } from "./policy-repeatability.ts";
import { overallOf, policyResults } from "./policy-results.ts";
import { predictionQuality } from "./prediction-quality.ts";
import { representation } from "./representation.ts";
import type { Rollouts } from "./rollouts.ts";
import { measureStressors } from "./stressors.ts";
import { type TellingPair, tellingPairs } from "./telling-traces.ts";
import { calibration } from "./uncertainty.ts";
import { type Checks, verdictOf } from "./verdict.ts";
import { verdictSentence } from "./verdict-sentence.ts";

/** What the two worlds say of themselves. */
export interface Participants {
  readonly truth: Participant;
  readonly candidate: Participant;
}

/** One row of `episodes.parquet`: a policy from a start, in both worlds. */
export interface Episode {
  readonly pair: Pair;
  /** First time any channel is off by more than its tolerance; null: never while both ran. */
  readonly firstDivergenceSec: number | null;
  readonly firstDivergenceChannel: string | null;
}

export interface ExamOutcome {
  readonly result: ExamResult;
  readonly episodes: readonly Episode[];
  readonly telling: readonly TellingPair[];
}

const MOST_FAULTS_LISTED = 100;

/**
 * Rolls everything out, scores it and says what the candidate may be used for.
 * @param stopping how the panel came to be as long as it is, where it was taken in parts.
 */
export async function runExam(
  contract: Contract,
  rollouts: Rollouts,
  participants: Participants,
  stopping?: Stopping,
): Promise<ExamOutcome> {
  const { scenario } = contract;
  const judge = createJudge(scenario);
  const pairs = await rollOutPairs(contract, rollouts, judge);
  const pictures = await lookAtPictures({ contract, rollouts });
  const run: ExamRun = {
    ...{ contract, judge, pairs, rollouts },
    ...(pictures && { pictures }),
    ...(stopping && { stopping }),
  };

  const repeatability = await policyRepeatability(run);
  const { axes, validity, details } = await measureAxes(run);
  const transfer = await policyTransfer.measure(run);
  const optimistic = await optimism.measure(run);
  const boundary = await decisionBoundary.measure(run);
  const checks: Checks = {
    policyTransfer: transfer.axis,
    optimism: optimistic.axis,
    decisionBoundary: boundary.axis,
  };
  const { errorGrowth, horizon } = await predictionQuality(run);
  const chunks = await chunkEffects(run);
  const { persistence } = details;
  const telling = tellingPairs(pairs, "undefined" in persistence ? [] : persistence.events);
  const links = new Map(telling.map(({ pair, link }) => [pair, link.path]));
  const candidateFaults = faultsOf(contract.candidate.name, pairs, "candidate");
  const faults = [...faultsOf(contract.truth.name, pairs, "truth"), ...candidateFaults];
  const ran = candidateFaults.length < pairs.length;
  const handOvers = handOversOf(contract, pairs);

  const result: ExamResult = {
    schema: "simgate/result@1",
    scenario: {
      name: scenario.name,
      title: scenario.title,
      sha256: scenario.sha256,
    },
    contract: {
      formula: scenario.success.formula,
      ends: scenario.success.ends ?? null,
      controlPeriodSec: scenario.controlPeriodSec,
      horizonSec: scenario.horizonSteps * scenario.controlPeriodSec,
      panel: {
        method: scenario.panel.method,
        count: contract.panel.length,
        seed: scenario.panel.seed,
      },
      dimensions: scenario.dimensions.map(({ key, unit, range }) => ({
        key,
        unit,
        range: [range[0], range[1]],
      })),
      confidence: scenario.thresholds.confidence,
    },
    ...participants,
    verdict: verdictOf(
      axes,
      checks,
      ran,
      (status) => verdictSentence(status, contract, axes) + madeOf(participants.candidate, handOvers),
    ),
    axes,
    checks,
    policies: policyResults(contract, pairs, validity, repeatability),
    overall: overallOf(validity),
    errorGrowth,
    horizon,
    outcomeMap: outcomeMap(contract, pairs, (pair) => links.get(pair)),
    ...details,
    faults: faults.slice(0, MOST_FAULTS_LISTED),
    faultCounts: countFaults(faults),
    traces: telling.map(({ link }) => link),
    transfer: transfer.details,
    optimism: optimistic.details,
    boundary: boundary.details,
    calibration: await calibration(run),
    stressors: await measureStressors(run, axes),
    attribution: await attributeFailures(run, (pair) => links.get(pair)),
    representation: await representation(run),
    ...(handOvers && { handOvers }),
    ...(pictures && { pictures: { ...pictures.details, sentence: looksSentence(pictures.details, axes) } }),
    ...(chunks && { chunks }),
  };
  return {
    result,
    episodes: pairs.map((pair) => episodeOf(contract, pair)),
    telling,
  };
}

function episodeOf({ scenario }: Contract, pair: Pair): Episode {
  const steps = Math.min(pair.truth.steps, pair.candidate.steps);
  const { first } = divergence(
    scenario.observation,
    pair.truth.observation,
    pair.candidate.observation,
    steps,
    scenario.controlPeriodSec,
  );
  return {
    pair,
    firstDivergenceSec: first?.timeSec ?? null,
    firstDivergenceChannel: first?.channel ?? null,
  };
}

function faultsOf(world: string, pairs: readonly Pair[], side: "truth" | "candidate"): Fault[] {
  return pairs.flatMap((pair) => {
    const { fault } = pair[side];
    return fault === undefined ? [] : [{ world, policy: pair.policy, start: pair.start, ...fault }];
  });
}

function countFaults(faults: readonly Fault[]): ExamResult["faultCounts"] {
  const counts = new Map<string, { world: string; kind: string; count: number }>();
  for (const { world, kind } of faults) {
    const key = `${world} ${kind}`;
    const entry = counts.get(key) ?? { world, kind, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  return [...counts.values()];
}
