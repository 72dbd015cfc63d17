import type { Trace } from "../../core/trace.ts";
import { actionEffect, type ChannelEffect } from "../../metrics/action-effect.ts";
import {
  controllability as score,
  type Controllability as Measured,
  type CounterfactualPair,
  type EffectAgreement,
} from "../../metrics/controllability.ts";
import { type Estimate, isDefined, undefinedEstimate } from "../../metrics/estimate.ts";
import type { Controllability, Effect } from "../../report/result.ts";
import type { Axis, ExamRun, Finding } from "../axis.ts";
import { type CounterfactualScript, counterfactualScripts } from "../counterfactual-script.ts";
import { axisResult, measureOf } from "../measure.ts";
import type { RolloutRequest } from "../rollouts.ts";

/** The scripts are rolled out from this many of the panel's first starts. */
const MOST_STARTS = 64;
/** In tolerances: a tenth of what the task can bear is no effect worth steering by. */
const NOISE_FLOOR = 0.1;
/** The longest delay looked for; half the window where that is shorter. */
const MOST_LAG_STEPS = 50;

type Details = Controllability | { readonly undefined: string };

/** One script from every start: its pairs, and how many could not be judged or broke. */
interface Rolled {
  readonly script: CounterfactualScript;
  readonly pairs: readonly CounterfactualPair[];
  readonly faults: number;
  readonly truthFaults: number;
}

/**
 * Do actions change the right parts of the future, in the right direction and amount? Every script and its
 * counterfactual, open loop from the same starts and seeds in both worlds; what changes is compared. The score is the
 * smaller of how alike the effects are and the share of them that come on time.
 */
export const controllability: Axis<Details> = {
  name: "controllability",
  async measure(run: ExamRun): Promise<Finding<Details>> {
    const { scenario, truth, candidate, panel, seed } = run.contract;
    const { controllability: threshold, confidence } = scenario.thresholds;
    const notScored = (reason: string): Finding<Details> => ({
      axis: axisResult(undefinedEstimate(reason), threshold, ""),
      details: { undefined: reason },
    });
    const scripts = counterfactualScripts(scenario);
    if (scripts.length === 0) {
      return notScored(
        "the scenario has no script with a counterfactual that differs from it: declare one under scripts",
      );
    }
    if (!truth.respondsToActions) {
      return notScored(
        `${truth.name} plays the same whatever is commanded: it cannot show what another action would have done`,
      );
    }
    const rolled = await rollOut(run, scripts);
    const shortest = Math.min(...scripts.map(({ fromStep, toStep }) => toStep - fromStep));
    const measured = score(
      rolled.flatMap(({ pairs }) => pairs),
      {
        seed,
        confidence,
        noiseFloor: NOISE_FLOOR,
        mostLagSteps: Math.min(MOST_LAG_STEPS, Math.floor(shortest / 2)),
      },
    );
    const starts = Math.min(MOST_STARTS, panel.length);
    const faults = rolled.reduce((sum, one) => sum + one.faults, 0);
    return {
      axis: axisResult(
        smaller(measured.score, measured.prompt),
        threshold,
        explain(measured, {
          scripts: scripts.length,
          starts,
          faults,
          responds: candidate.respondsToActions,
        }),
      ),
      details: {
        starts,
        noiseFloor: NOISE_FLOOR,
        scripts: rolled.map((one) => scriptDetails(one, measured.scripts, scenario.controlPeriodSec)),
        actions: measured.actions.map((one) => ({
          channel: one.channel,
          ...effectOf(one),
        })),
        channels: measured.channels.map((one) => ({
          channel: one.channel,
          ...effectOf(one),
        })),
      },
    };
  },
};

/** The effect's likeness, unless fewer of the effects come on time. */
function smaller(alike: Estimate, prompt: Estimate): Estimate {
  return isDefined(alike) && isDefined(prompt) && prompt.value < alike.value ? prompt : alike;
}

async function rollOut(
  { contract: { scenario, truth, candidate, panel }, rollouts }: ExamRun,
  scripts: readonly CounterfactualScript[],
): Promise<Rolled[]> {
  const starts = panel.slice(0, MOST_STARTS);
  const requests = scripts.flatMap(({ script, counterfactual, toStep }) =>
    [truth, candidate].flatMap((world) =>
      [script, counterfactual].map((actions): RolloutRequest => ({
        world,
        drive: { kind: "actions", actions: starts.map(() => actions) },
        starts,
        horizonSteps: toStep,
      })),
    ),
  );
  const traces = await rollouts.run(requests);
  return scripts.map((script, s): Rolled => {
    const [inTruth, inTruthOther, inCandidate, inCandidateOther] = traces.slice(4 * s, 4 * s + 4);
    const effect = (under: Trace, other: Trace): ChannelEffect[] | undefined =>
      Math.min(under.steps, other.steps) < script.toStep
        ? undefined
        : scenario.observation.map((channel) =>
            actionEffect(channel, under.observation, other.observation, script.fromStep + 1, script.toStep),
          );
    const pairs = starts.flatMap(({ index }, i): CounterfactualPair[] => {
      const effectInTruth = effect(inTruth![i]!, inTruthOther![i]!);
      if (effectInTruth === undefined) return [];
      return [
        {
          script: script.name,
          actions: script.changes,
          start: index,
          truth: effectInTruth,
          candidate: effect(inCandidate![i]!, inCandidateOther![i]!),
        },
      ];
    });
    return {
      script,
      pairs,
      faults: pairs.filter((pair) => pair.candidate === undefined).length,
      truthFaults: starts.length - pairs.length,
    };
  });
}

function scriptDetails(
  { script, pairs, faults, truthFaults }: Rolled,
  measured: Measured["scripts"],
  controlPeriodSec: number,
): Controllability["scripts"][number] {
  const found = measured.find((one) => one.script === script.name);
  const none = { undefined: "truth broke in every rollout of it" };
  return {
    script: script.name,
    description: script.description,
    windowSec: [script.fromStep * controlPeriodSec, script.toStep * controlPeriodSec],
    pairs: pairs.length,
    faults,
    truthFaults,
    ...(found === undefined
      ? {
          score: none,
          effects: 0,
          signAgreement: none,
          delaySteps: null,
          gain: null,
        }
      : effectOf(found)),
  };
}

function effectOf({ score: found, effects, signAgreement, delaySteps, gain }: EffectAgreement): Effect {
  return {
    score: measureOf(found),
    effects,
    signAgreement: measureOf(signAgreement),
    delaySteps,
    gain,
  };
}

function explain(
  { score: alike, prompt, gain, signAgreement, delaySteps, channels }: Measured,
  {
    scripts,
    starts,
    faults,
    responds,
  }: { scripts: number; starts: number; faults: number; responds: boolean },
): string {
  const over = `${scripts} script${scripts === 1 ? "" : "s"} × ${starts} starts`;
  const broke = faults === 0 ? "" : `; ${faults} of the pairs broke and count as 0`;
  if (!responds) return `it does not respond to actions (${over})${broke}`;
  if (gain === null) return `nothing could be compared (${over})${broke}`;
  const parts = [`the effect of an action is ${gain.toFixed(2)} × truth's in size`];
  if (isDefined(signAgreement))
    parts.push(`has its sign ${(100 * signAgreement.value).toFixed(1)} % of the time`);
  if (delaySteps !== null && delaySteps !== 0) {
    const late = delaySteps > 0 ? "late" : "early";
    parts.push(`comes ${Math.abs(delaySteps)} step${Math.abs(delaySteps) === 1 ? "" : "s"} ${late}`);
  }
  if (isDefined(prompt) && smaller(alike, prompt) === prompt)
    parts.push(`is on time in only ${(100 * prompt.value).toFixed(1)} % of the pairs, which is the score`);
  const least = leastAlike(channels);
  if (least !== undefined) parts.push(`is least alike in ${least.channel} (${least.value.toFixed(2)})`);
  return `${parts.join(", ")} (${over})${broke}`;
}

/** The channel whose effect is least like truth's; undefined where there is nothing to tell apart. */
function leastAlike(channels: Measured["channels"]): { channel: string; value: number } | undefined {
  const scored = channels.flatMap(({ channel, score: found }) =>
    isDefined(found) ? [{ channel, value: found.value }] : [],
  );
  if (scored.length < 2) return undefined;
  const least = scored.reduce((low, one) => (one.value < low.value ? one : low));
  return least.value === 1 ? undefined : least;
}
