import type { ChannelSpec } from "../core/channels.ts";
import type { Start, Trace } from "../core/trace.ts";
import { actionEffect, compareEffects } from "../metrics/action-effect.ts";
import { clusteredMean } from "../metrics/clustered-mean.ts";
import { median } from "../metrics/quantile.ts";
import type { RidgeProbe } from "../metrics/ridge-probe.ts";
import type { Representation } from "../report/result.ts";
import type { ExamRun } from "./axis.ts";
import type { WorldRef } from "./contract.ts";
import { measureOf } from "./measure.ts";
import type { ProbeTarget } from "./probe-targets.ts";
import type { RolloutRequest } from "./rollouts.ts";
import type { Window } from "./windows.ts";

const LENGTH = { sec: 1, steps: 10 };
const MOST_WINDOWS = 48;
/** In tolerances: a smaller change in truth is none. */
const NOISE_FLOOR = 0.1;

export interface ProbedTarget {
  readonly target: ProbeTarget;
  readonly probe: RidgeProbe;
  /** Of the target over the starts: how far the latent is moved. */
  readonly spread: number;
  readonly kept: boolean;
}

/** What is to be moved, along which direction of the latent, and from where. */
interface Asked {
  readonly target: ProbeTarget;
  readonly spread: number;
  readonly nudge: Float64Array;
  readonly windows: readonly Window[];
}

type Use = Representation["targets"][number]["use"];

/**
 * Is what the latent keeps also used? At the beginning of a window, with the past shown, the latent is moved along the
 * probe by one standard deviation of the target, and what the candidate then shows otherwise is compared with what truth
 * does from the same state with the target itself moved by as much: in all channels for a parameter, in its own channel
 * for what is observed.
 */
export async function causalUse(
  run: ExamRun,
  from: readonly Window[],
  probed: readonly ProbedTarget[],
  state: Representation["state"],
): Promise<Use[]> {
  const { contract, rollouts } = run;
  const { truth, candidate, scenario } = contract;
  const lengthSteps = Math.max(LENGTH.steps, Math.round(LENGTH.sec / scenario.controlPeriodSec));
  const windows = from
    .filter(({ steps }) => steps >= lengthSteps)
    .slice(0, MOST_WINDOWS)
    .map((window): Window => ({
      ...window,
      steps: lengthSteps,
      actions: { ...window.actions, steps: lengthSteps },
    }));
  const asked = probed.map(({ target, probe, spread, kept }): Asked | { undefined: string } => {
    if (!kept) return { undefined: "the latent does not hold it" };
    if (!truth.respondsToActions) return { undefined: `${truth.name} is a recording: it cannot be moved` };
    if (target.seenIn !== undefined && isAngle(scenario.observation, target)) {
      return { undefined: "an angle is read as cosine and sine: there is no one direction to move along" };
    }
    const nudge = probe.towards(spread);
    const fits = windows.filter(({ start }) => allowed(run, target, target.shifted(start, spread)));
    if (nudge === undefined || fits.length < 4) {
      return { undefined: "there is no direction, or no start from which truth can be moved as far" };
    }
    return { target, spread, nudge, windows: fits };
  });
  const requests = asked.flatMap((one) => {
    if ("undefined" in one) return [];
    const { target, spread, nudge, windows: own } = one;
    return [
      requestFor(truth, own),
      requestFor(truth, own, { move: (start) => target.shifted(start, spread) }),
      requestFor(candidate, own),
      requestFor(candidate, own, { nudge: splitBy(state, nudge) }),
    ];
  });
  const traces = requests.length === 0 ? [] : await rollouts.run(requests);
  let at = 0;
  return asked.map((one): Use => {
    if ("undefined" in one) return one;
    const [trueBefore, trueAfter, before, after] = traces.slice(at, (at += 4));
    const channels = scenario.observation.filter(
      ({ name }) => one.target.seenIn === undefined || name === one.target.seenIn.channel,
    );
    const effects = one.windows.flatMap(({ start, steps }, i) => {
      const four = [trueBefore![i]!, trueAfter![i]!, before![i]!, after![i]!] as const;
      if (four.some((trace) => trace.steps < steps)) return [];
      return [{ cluster: start.index, ...effectOf(channels, four, steps) }];
    });
    const moved = effects.filter(({ inTruth }) => inTruth > NOISE_FLOOR);
    return {
      shift: one.spread,
      lengthSec: lengthSteps * scenario.controlPeriodSec,
      score: measureOf(
        clusteredMean(
          moved.map(({ cluster, value }) => ({ cluster, value })),
          {
            seed: contract.seed,
            name: `use of ${one.target.name}`,
            whenEmpty: "moving it changes nothing in truth",
            confidence: scenario.thresholds.confidence,
            resamples: 2000,
          },
        ),
      ),
      gain:
        moved.length === 0 ? null : median(moved.map(({ inTruth, inCandidate }) => inCandidate / inTruth)),
    };
  });
}

/** Root mean squares of the change in tolerances, and how alike the two changes are. */
function effectOf(
  channels: readonly ChannelSpec[],
  [trueBefore, trueAfter, before, after]: readonly [Trace, Trace, Trace, Trace],
  steps: number,
): { value: number; inTruth: number; inCandidate: number } {
  let [truth, candidate, gap] = [0, 0, 0];
  for (const channel of channels) {
    const found = compareEffects(
      actionEffect(channel, trueAfter.observation, trueBefore.observation, 1, steps),
      actionEffect(channel, after.observation, before.observation, 1, steps),
      { noiseFloor: NOISE_FLOOR, mostLagSteps: 0 },
    );
    truth += found.truthSquare / channels.length;
    candidate += found.candidateSquare / channels.length;
    gap += found.gapSquare / channels.length;
  }
  const [t, c, apart] = [Math.sqrt(truth), Math.sqrt(candidate), Math.sqrt(gap)];
  return { value: t + c === 0 ? 0 : 1 - apart / (t + c), inTruth: t, inCandidate: c };
}

function requestFor(
  world: WorldRef,
  windows: readonly Window[],
  {
    move = (start) => start,
    nudge,
  }: { move?: (start: Start) => Start; nudge?: RolloutRequest["nudge"] } = {},
): RolloutRequest {
  return {
    world,
    drive: { kind: "actions", actions: windows.map(({ actions }) => actions) },
    starts: windows.map(({ start }) => move(start)),
    horizonSteps: Math.max(...windows.map(({ steps }) => steps)),
    ...(nudge === undefined ? {} : { nudge }),
  };
}

function splitBy(state: Representation["state"], direction: Float64Array): Record<string, number[]> {
  let from = 0;
  return Object.fromEntries(
    state.map(({ name, width }) => [name, Array.from(direction.subarray(from, (from += width)))]),
  );
}

/** Within the declared limits of the parameter or channel. */
function allowed({ contract: { scenario } }: ExamRun, target: ProbeTarget, start: Start): boolean {
  const { seenIn } = target;
  if (seenIn === undefined) {
    const [lower, upper] = scenario.parameters.find(({ name }) => name === target.name)?.limits ?? [
      -Infinity,
      Infinity,
    ];
    const value = start.parameters[target.name]!;
    return value >= lower && value <= upper;
  }
  const [lower, upper] = scenario.observation.find(({ name }) => name === seenIn.channel)!.limits ?? [
    -Infinity,
    Infinity,
  ];
  const value = start.initial[seenIn.channel]![seenIn.component]!;
  return value >= lower && value <= upper;
}

function isAngle(channels: readonly ChannelSpec[], { seenIn }: ProbeTarget): boolean {
  return channels.find(({ name }) => name === seenIn?.channel)?.kind === "angle";
}
