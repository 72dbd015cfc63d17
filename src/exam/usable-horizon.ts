import type { ErrorWindow } from "../metrics/error-window.ts";
import {
  conformalHorizon,
  decisionHorizon,
  type DecisionCheckpoint,
  type Horizon as Found,
  validPredictionTime,
} from "../metrics/usable-horizon.ts";
import type { Horizon, HorizonDetail } from "../report/result.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { gridSteps } from "./growth-curves.ts";
import type { ExamRun } from "./axis.ts";

/** Median error at which a prediction stops being valid, in standard deviations of the signal (metrics.md). */
const VALID_WITHIN_SPREADS = 0.4;
const DECISION_CHECKPOINTS = 12;

export interface HorizonInput {
  readonly scenario: Scenario;
  readonly windows: readonly ErrorWindow[];
  /** Standard deviation of the true signal by channel, in its unit. */
  readonly spread: Readonly<Record<string, number>>;
  /** Absent: nothing was decided in closed loop (a replay of a recording). */
  readonly checkpoints?: readonly DecisionCheckpoint[];
  readonly seed: bigint;
}

/** For how long the candidate may be believed, in three senses. */
export function usableHorizon({ scenario, windows, spread, checkpoints, seed }: HorizonInput): Horizon {
  const { controlPeriodSec, observation, thresholds } = scenario;
  const common = { controlPeriodSec, seed, confidence: thresholds.confidence };
  const valid = validPredictionTime(windows, {
    ...common,
    channels: observation,
    spread,
    threshold: VALID_WITHIN_SPREADS,
  });
  const conformal = conformalHorizon(windows, { ...common, alpha: thresholds.conformalAlpha });
  const decision: Found =
    checkpoints === undefined
      ? { undefined: "nothing is decided in an open-loop replay", n: 0 }
      : decisionHorizon(checkpoints, { ...common, required: thresholds.decisionAgreement });
  const percent = (share: number): string => `${+(100 * share).toFixed(1)} %`;
  return {
    validPredictionTimeSec: secondsOf(valid),
    conformalSec: secondsOf(conformal),
    decisionSec: secondsOf(decision),
    details: {
      validPredictionTime: detail(
        valid,
        VALID_WITHIN_SPREADS,
        `first time the median error exceeds ${VALID_WITHIN_SPREADS} standard deviations of the true signal`,
      ),
      conformal: detail(
        conformal,
        1,
        `with probability ${percent(1 - thresholds.conformalAlpha)} every channel stays within its tolerance until then`,
      ),
      decision: detail(
        decision,
        thresholds.decisionAgreement,
        `last moment until which truth and candidate agree on the outcome in ${percent(thresholds.decisionAgreement)} of rollouts`,
      ),
    },
    controlPeriodSec,
    horizonSec: scenario.horizonSteps * controlPeriodSec,
  };
}

/** Whether the two worlds would decide the same if every rollout were judged at some earlier moment. */
export function decisionCheckpoints({ contract, judge, pairs }: ExamRun): readonly DecisionCheckpoint[] {
  const judged = pairs.filter(
    ({ truthOutcome, candidateOutcome }) =>
      truthOutcome.kind !== "fault" && candidateOutcome.kind !== "fault",
  );
  return gridSteps(contract.scenario.horizonSteps, DECISION_CHECKPOINTS).map((step) => ({
    step,
    outcomes: judged.map(({ start, truth, candidate }) => ({
      start,
      agrees: judge.margin(truth, step) > 0 === judge.margin(candidate, step) > 0,
    })),
  }));
}

function secondsOf(found: Found): number | null {
  return "undefined" in found ? null : found.seconds;
}

function detail(found: Found, limit: number, meaning: string): HorizonDetail {
  return "undefined" in found
    ? { censored: false, reason: found.undefined, n: found.n, limit }
    : { censored: found.censored, reason: meaning, n: found.n, limit };
}
