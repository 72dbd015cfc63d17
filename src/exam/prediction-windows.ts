import type { Trace } from "../core/trace.ts";
import type { ExamRun } from "./axis.ts";
import { gridSteps } from "./growth-curves.ts";
import { type Channels, CONTEXT_STEPS, drawWindows, type Window } from "./windows.ts";

/** The stretches of truth that the candidate is asked to predict, the same for all that is said of its predictions. */
export interface PredictionWindows {
  readonly channels: Channels;
  /** One trace of truth a start, the policies in turn, so that windows are independent of each other. */
  readonly traces: readonly Trace[];
  /** One a trace, of half the horizon. */
  readonly windows: readonly Window[];
  /** Steps of a window that are looked at one by one. */
  readonly grid: readonly number[];
}

const CURVE_POINTS = 50;

export function predictionWindows({ contract, pairs }: ExamRun): PredictionWindows {
  const { scenario, policies, panel, seed } = contract;
  const channels = { observation: scenario.observation, action: scenario.action };
  const traces = panel
    .map((_, i) => pairs[(i % policies.length) * panel.length + i]!.truth)
    .filter((trace) => trace.steps > 0);
  const lengthSteps = Math.ceil(scenario.horizonSteps / 2);
  return {
    channels,
    traces,
    windows: drawWindows(traces, channels, { lengthSteps, contextSteps: CONTEXT_STEPS, seed }),
    grid: gridSteps(lengthSteps, CURVE_POINTS),
  };
}
