import type { Trace } from "../core/trace.ts";
import { baselinePrediction, type Baseline } from "../metrics/baselines.ts";
import { errorWindow, type ErrorWindow } from "../metrics/error-window.ts";
import type { WorldRef } from "./contract.ts";
import type { RolloutRequest, Rollouts } from "./rollouts.ts";
import { type Channels, cutWindow, type Window } from "./windows.ts";

/** Errors of one way to predict: one {@link ErrorWindow} per window, in order. */
export interface Predicted {
  readonly world: readonly ErrorWindow[];
  readonly persistence: readonly ErrorWindow[];
  readonly constantVelocity: readonly ErrorWindow[];
  /** Null where the scenario names no linear baseline. */
  readonly linear: readonly ErrorWindow[] | null;
  /** Where the world broke, window by window. */
  readonly faults: readonly Trace["fault"][];
}

export interface PredictionOptions {
  readonly channels: Channels;
  readonly controlPeriodSec: number;
  readonly world: WorldRef;
  readonly baseline: WorldRef | undefined;
  readonly rollouts: Rollouts;
  /** What windows of one source have in common, for resampling: the start, the recording. */
  readonly clusterOf: (window: Window) => string | number;
}

/** Open-loop lanes are short and many: more of them a call. */
const LANES_PER_JOB = 1024;

/** From each window's beginning to its end without correction, beside the baselines on the same windows. */
export async function freeRunningErrors(
  windows: readonly Window[],
  options: PredictionOptions,
): Promise<Predicted> {
  const { world, baseline, rollouts } = options;
  const [own, linear] = await rollouts.run([
    predictionRequest(world, windows),
    ...(baseline === undefined ? [] : [predictionRequest(baseline, windows)]),
  ]);
  return {
    world: windows.map((window, i) => compare(window, own![i]!, options)),
    persistence: windows.map((window) => compareBaseline("persistence", window, options)),
    constantVelocity: windows.map((window) => compareBaseline("constant-velocity", window, options)),
    linear: linear === undefined ? null : windows.map((window, i) => compare(window, linear[i]!, options)),
    faults: own!.map(({ fault }) => fault),
  };
}

/**
 * One-step predictions, re-synchronised with truth each time, at some steps of each window.
 * @returns for each of `atSteps` (1-based) the errors of the windows that reach it, at their step 1.
 */
export async function teacherForcedErrors(
  windows: readonly Window[],
  traces: readonly Trace[],
  atSteps: readonly number[],
  contextSteps: number,
  options: PredictionOptions,
): Promise<readonly Predicted[]> {
  const cut = oneStepWindows(windows, traces, atSteps, contextSteps, options.channels);
  const all = await freeRunningErrors(cut.flat(), options);
  let from = 0;
  return cut.map(({ length }) => {
    const part = <T>(list: readonly T[]): readonly T[] => list.slice(from, from + length);
    const predicted: Predicted = {
      world: part(all.world),
      persistence: part(all.persistence),
      constantVelocity: part(all.constantVelocity),
      linear: all.linear === null ? null : part(all.linear),
      faults: part(all.faults),
    };
    from += length;
    return predicted;
  });
}

/** The windows of {@link teacherForcedErrors}: for each of `atSteps` those that reach it, one step long. */
export function oneStepWindows(
  windows: readonly Window[],
  traces: readonly Trace[],
  atSteps: readonly number[],
  contextSteps: number,
  channels: Channels,
): readonly (readonly Window[])[] {
  return atSteps.map((step) =>
    windows
      .filter((window) => step <= window.steps)
      .map((window) => {
        const from = window.fromStep + step - 1;
        return cutWindow(traces[window.source]!, window.source, from, 1, contextSteps, channels);
      }),
  );
}

/** Whoever asks for the same windows shares their rollouts, with what the world says of its own error. */
export function predictionRequest(world: WorldRef, windows: readonly Window[]): RolloutRequest {
  return {
    world,
    drive: { kind: "actions", actions: windows.map(({ actions }) => actions) },
    starts: windows.map(({ start }) => start),
    horizonSteps: windows.reduce((longest, { steps }) => Math.max(longest, steps), 0),
    lanesPerJob: LANES_PER_JOB,
    keep: ["uncertainty"],
  };
}

function compare(window: Window, predicted: Trace, { channels, clusterOf }: PredictionOptions): ErrorWindow {
  return errorWindow({
    cluster: clusterOf(window),
    channels: channels.observation,
    truth: { columns: window.truth, from: 0 },
    prediction: { columns: predicted.observation, from: 0 },
    steps: window.steps,
    ...(predicted.steps < window.steps ? { brokeAfter: predicted.steps } : {}),
  });
}

function compareBaseline(
  baseline: Baseline,
  window: Window,
  { channels, controlPeriodSec, clusterOf }: PredictionOptions,
): ErrorWindow {
  return errorWindow({
    cluster: clusterOf(window),
    channels: channels.observation,
    truth: { columns: window.truth, from: 0 },
    prediction: {
      columns: baselinePrediction(
        baseline,
        channels.observation,
        window.truth,
        0,
        window.steps,
        controlPeriodSec,
      ),
      from: 0,
    },
    steps: window.steps,
  });
}
