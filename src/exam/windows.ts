import type { ChannelSpec } from "../core/channels.ts";
import { RandomStream } from "../core/random.ts";
import type { Start, StartContext, Trace } from "../core/trace.ts";
import type { RecordedActions } from "../rollout/open-loop.ts";

/** Steps of the past a world is shown before it predicts on. */
export const CONTEXT_STEPS = 50;

/** A stretch of truth that a world is asked to predict: where it begins, what was commanded, what then happened. */
export interface Window {
  /** The trace it was cut from: position among the traces given. */
  readonly source: number;
  readonly fromStep: number;
  readonly steps: number;
  /** The state at its beginning, as a start; with what was seen and done before. */
  readonly start: Start;
  readonly actions: RecordedActions;
  /** Observation channel → `(steps + 1) × size` true values. */
  readonly truth: Readonly<Record<string, Float64Array>>;
}

export interface Channels {
  readonly observation: readonly ChannelSpec[];
  readonly action: readonly ChannelSpec[];
}

/** Cuts one window out of a trace. `contextSteps` are shown to the world beforehand, as far as the trace has them. */
export function cutWindow(
  trace: Trace,
  source: number,
  fromStep: number,
  steps: number,
  contextSteps: number,
  { observation, action }: Channels,
): Window {
  const context = Math.min(contextSteps, fromStep);
  const rows = (
    channels: readonly ChannelSpec[],
    columns: Trace["observation"],
    from: number,
    count: number,
  ): Record<string, Float64Array> =>
    Object.fromEntries(
      channels.map(({ name, size }) => [name, columns[name]!.slice(from * size, (from + count) * size)]),
    );
  const lists = (columns: Record<string, Float64Array>): Record<string, number[]> =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Array.from(values)]));

  const history: StartContext = {
    steps: context,
    observation: lists(rows(observation, trace.observation, fromStep - context, context)),
    action: lists(rows(action, trace.appliedAction, fromStep - context, context)),
  };
  return {
    source,
    fromStep,
    steps,
    start: {
      index: trace.start.index,
      initial: lists(rows(observation, trace.observation, fromStep, 1)),
      parameters: trace.start.parameters,
      seed: trace.start.seed,
      ...(context === 0 ? {} : { context: history }),
    },
    actions: {
      steps,
      columns: rows(action, trace.appliedAction, fromStep, steps),
    },
    truth: rows(observation, trace.observation, fromStep, steps + 1),
  };
}

export interface WindowOptions {
  readonly lengthSteps: number;
  readonly contextSteps: number;
  readonly seed: bigint;
}

/**
 * One window a trace, beginning at a random step that leaves it its full length where the trace is long enough.
 * One each, so that windows of different starts stay independent of each other.
 */
export function drawWindows(
  traces: readonly Trace[],
  channels: Channels,
  { lengthSteps, contextSteps, seed }: WindowOptions,
): readonly Window[] {
  const stream = new RandomStream(seed, "windows");
  return traces.flatMap((trace, source) => {
    const latest = Math.max(0, trace.steps - lengthSteps);
    const from = stream.integer(latest + 1, source);
    const steps = Math.min(lengthSteps, trace.steps - from);
    return steps === 0 ? [] : [cutWindow(trace, source, from, steps, contextSteps, channels)];
  });
}

/**
 * The same window cut into one-step windows at some of its steps: what a world predicts when truth corrects it every
 * step. @returns one window per step in `atSteps` (1-based: the prediction of that step) that the window reaches.
 */
export function teacherForced(
  window: Window,
  trace: Trace,
  atSteps: readonly number[],
  contextSteps: number,
  channels: Channels,
): readonly Window[] {
  return atSteps
    .filter((step) => step <= window.steps)
    .map((step) => cutWindow(trace, window.source, window.fromStep + step - 1, 1, contextSteps, channels));
}
