import { signalSpread } from "../metrics/signal-spread.ts";
import type { ErrorGrowth, Horizon } from "../report/result.ts";
import type { ExamRun } from "./axis.ts";
import { type CurvePoint, gridSteps, growthCurve, scaledGrowthCurve, skillCurve } from "./growth-curves.ts";
import { freeRunningErrors, type PredictionOptions, teacherForcedErrors } from "./prediction-errors.ts";
import { decisionCheckpoints, usableHorizon } from "./usable-horizon.ts";
import { CONTEXT_STEPS, drawWindows } from "./windows.ts";

const CURVE_POINTS = 50;

/** Error growth over windows cut out of truth, and the horizons that follow from it. */
export async function predictionQuality(
  run: ExamRun,
): Promise<{ errorGrowth: ErrorGrowth; horizon: Horizon }> {
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
