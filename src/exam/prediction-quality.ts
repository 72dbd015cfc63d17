import { signalSpread } from "../metrics/signal-spread.ts";
import type { ErrorGrowth, Horizon } from "../report/result.ts";
import type { ExamRun } from "./axis.ts";
import { type CurvePoint, growthCurve, scaledGrowthCurve, skillCurve } from "./growth-curves.ts";
import { freeRunningErrors, type PredictionOptions, teacherForcedErrors } from "./prediction-errors.ts";
import { predictionWindows } from "./prediction-windows.ts";
import { decisionCheckpoints, usableHorizon } from "./usable-horizon.ts";
import { CONTEXT_STEPS } from "./windows.ts";

/** Error growth over windows cut out of truth, and the horizons that follow from it. */
export async function predictionQuality(
  run: ExamRun,
): Promise<{ errorGrowth: ErrorGrowth; horizon: Horizon }> {
  const { contract, rollouts } = run;
  const { scenario } = contract;
  const { channels, traces, windows, grid } = predictionWindows(run);
  const options: PredictionOptions = {
    channels,
    controlPeriodSec: scenario.controlPeriodSec,
    world: contract.candidate,
    baseline: contract.baseline,
    rollouts,
    clusterOf: ({ start }) => start.index,
  };
  const free = await freeRunningErrors(windows, options);
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
