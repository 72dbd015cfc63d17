import { divergence } from "../metrics/divergence.ts";
import { isDefined } from "../metrics/estimate.ts";
import { signalSpread } from "../metrics/signal-spread.ts";
import { successRates, type WorldSuccess } from "../metrics/success-rate.ts";
import type { OutcomeAgreement } from "../metrics/task-validity.ts";
import type {
  ErrorGrowth,
  ExamResult,
  Fault,
  Horizon,
  Overall,
  Participant,
  PolicyResult,
  SuccessCount,
} from "../report/result.ts";
import { createJudge } from "../scenario/judge.ts";
import { controllability } from "./axes/controllability.ts";
import { resetReproducibility } from "./axes/reset-reproducibility.ts";
import { outcomesOf, taskValidity } from "./axes/task-validity.ts";
import { temporalConsistency } from "./axes/temporal-consistency.ts";
import type { ExamRun, Finding } from "./axis.ts";
import type { Contract } from "./contract.ts";
import { gridSteps, growthCurve, scaledGrowthCurve, skillCurve, type CurvePoint } from "./growth-curves.ts";
import { measureOf, pairOf, unscored } from "./measure.ts";
import { outcomeMap } from "./outcome-map.ts";
import { type Pair, rollOutPairs } from "./pairs.ts";
import { freeRunningErrors, type PredictionOptions, teacherForcedErrors } from "./prediction-errors.ts";
import type { Rollouts } from "./rollouts.ts";
import { type TellingPair, tellingPairs } from "./telling-traces.ts";
import { decisionCheckpoints, usableHorizon } from "./usable-horizon.ts";
import { type Axes, verdictOf } from "./verdict.ts";
import { verdictSentence } from "./verdict-sentence.ts";
import { CONTEXT_STEPS, drawWindows } from "./windows.ts";

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

const CURVE_POINTS = 50;
const MOST_FAULTS_LISTED = 100;
const LATER = "not measured by this version of simgate";

/** Rolls everything out, scores it and says what the candidate may be used for. */
export async function runExam(
  contract: Contract,
  rollouts: Rollouts,
  participants: Participants,
): Promise<ExamOutcome> {
  const { scenario } = contract;
  const judge = createJudge(scenario);
  const pairs = await rollOutPairs(contract, rollouts, judge);
  const run: ExamRun = { contract, judge, pairs, rollouts };

  const validity = await taskValidity.measure(run);
  const control = await controllability.measure(run);
  const consistency = await temporalConsistency.measure(run);
  const reproducibility = await resetReproducibility.measure(run);
  const axes: Axes = {
    controllability: control.axis,
    temporalConsistency: consistency.axis,
    objectPersistence:
      scenario.objects.length === 0
        ? unscored("not-applicable", "the scenario declares no objects")
        : unscored("undefined", LATER),
    resetReproducibility: reproducibility.axis,
    taskValidity: validity.axis,
  };
  const { errorGrowth, horizon } = await predictionQuality(run);
  const telling = tellingPairs(pairs);
  const links = new Map(telling.map(({ pair, link }) => [pair, link.path]));
  const candidateFaults = faultsOf(contract.candidate.name, pairs, "candidate");
  const faults = [...faultsOf(contract.truth.name, pairs, "truth"), ...candidateFaults];
  const ran = candidateFaults.length < pairs.length;

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
    verdict: verdictOf(axes, ran, (status) => verdictSentence(status, contract, axes)),
    axes,
    policies: policyResults(contract, pairs, validity),
    overall: overallOf(validity.details),
    errorGrowth,
    horizon,
    outcomeMap: outcomeMap(contract, pairs, (pair) => links.get(pair)),
    controllability: control.details,
    temporalConsistency: consistency.details,
    reproducibility: reproducibility.details,
    faults: faults.slice(0, MOST_FAULTS_LISTED),
    faultCounts: countFaults(faults),
    traces: telling.map(({ link }) => link),
    transfer: { undefined: LATER },
    boundary: { undefined: LATER },
    calibration: { undefined: LATER },
  };
  return {
    result,
    episodes: pairs.map((pair) => episodeOf(contract, pair)),
    telling,
  };
}

/** Error growth over windows cut out of truth, and the horizons that follow from it. */
async function predictionQuality(run: ExamRun): Promise<{ errorGrowth: ErrorGrowth; horizon: Horizon }> {
  const { contract, pairs, rollouts } = run;
  const { scenario, policies, panel } = contract;
  const channels = {
    observation: scenario.observation,
    action: scenario.action,
  };
  // One trace a start, the policies in turn, so that windows are independent of each other.
  const traces = panel
    .map((_, i) => pairs[(i % policies.length) * panel.length + i]!.truth)
    .filter((trace) => trace.steps > 0);
  const lengthSteps = Math.ceil(scenario.horizonSteps / 2);
  const windows = drawWindows(traces, channels, {
    lengthSteps,
    contextSteps: CONTEXT_STEPS,
    seed: contract.seed,
  });
  const options: PredictionOptions = {
    channels,
    controlPeriodSec: scenario.controlPeriodSec,
    world: contract.candidate,
    baseline: contract.baseline,
    rollouts,
    clusterOf: ({ start }) => start.index,
  };
  const free = await freeRunningErrors(windows, options);
  const grid = gridSteps(lengthSteps, CURVE_POINTS);
  const forced = await teacherForcedErrors(windows, traces, grid, CONTEXT_STEPS, options);

  const atSec = (step: number): number => step * scenario.controlPeriodSec;
  const freePoints: CurvePoint[] = grid.map((step) => ({
    atSec: atSec(step),
    predicted: free,
    step,
  }));
  const forcedPoints: CurvePoint[] = grid.map((step, i) => ({
    atSec: atSec(step),
    predicted: forced[i]!,
    step: 1,
  }));
  const freeRunning = scenario.observation.map((channel) => growthCurve(freePoints, channel));
  const teacherForced = scenario.observation.map((channel) => growthCurve(forcedPoints, channel));
  return {
    errorGrowth: {
      freeRunning,
      teacherForced,
      scaled: {
        freeRunning: windows.length === 0 ? null : scaledGrowthCurve(freePoints),
        teacherForced: windows.length === 0 ? null : scaledGrowthCurve(forcedPoints),
      },
      skill: [
        ...freeRunning.map((curve) => skillCurve("freeRunning", curve)),
        ...teacherForced.map((curve) => skillCurve("teacherForced", curve)),
      ],
    },
    horizon: usableHorizon({
      scenario,
      windows: free.world,
      spread: signalSpread(scenario.observation, traces),
      checkpoints: decisionCheckpoints(run),
      seed: contract.seed,
    }),
  };
}

function policyResults(
  { policies, scenario }: Contract,
  pairs: readonly Pair[],
  { details }: Finding<{ policies: readonly (OutcomeAgreement & { policy: string })[] }>,
): PolicyResult[] {
  const rates = successRates(pairs.map(outcomesOf), scenario.thresholds.confidence);
  return policies.map(({ name, config }) => {
    const { truth, candidate } = rates.find(({ policy }) => policy === name)!;
    const agreement = details.policies.find(({ policy }) => policy === name)!;
    return {
      policy: name,
      kind: config.kind,
      truth: successOf(truth),
      candidate: successOf(candidate),
      ...wrongDecisions(agreement),
    };
  });
}

function overallOf(agreement: OutcomeAgreement): Overall {
  return {
    ...wrongDecisions(agreement),
    agreement: measureOf(agreement.agreement),
    mcc: measureOf(agreement.matthews),
    kappa: measureOf(agreement.kappa),
  };
}

function wrongDecisions(
  agreement: OutcomeAgreement,
): Pick<Overall, "confusion" | "falsePassRate" | "falseDiscoveryRate" | "falseFailRate"> {
  const { truePass: tp, falsePass: fp, falseFail: fn, trueFail: tn } = agreement.confusion;
  return {
    confusion: { tp, fp, fn, tn },
    falsePassRate: measureOf(agreement.falsePass),
    falseDiscoveryRate: measureOf(agreement.falseDiscovery),
    falseFailRate: measureOf(agreement.falseFail),
  };
}

function successOf({ successes, trials, faults, rate }: WorldSuccess): SuccessCount {
  const defined = isDefined(rate);
  return {
    successes,
    trials,
    rate: defined ? rate.value : null,
    interval: defined ? pairOf(rate.interval) : null,
    faults,
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
