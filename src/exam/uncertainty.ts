import { type ChannelSpec, componentName, difference } from "../core/channels.ts";
import type { Trace } from "../core/trace.ts";
import { errorBars, type StatedError } from "../metrics/error-bars.ts";
import type { Calibration, OneStepCalibration } from "../report/result.ts";
import type { ExamRun } from "./axis.ts";
import { compareDistributions } from "./distribution.ts";
import { measureOf } from "./measure.ts";
import { oneStepWindows, predictionRequest } from "./prediction-errors.ts";
import { predictionWindows } from "./prediction-windows.ts";
import { uncertaintyAlarm } from "./uncertainty-alarm.ts";
import { CONTEXT_STEPS, type Window } from "./windows.ts";

const SAYS_NOTHING = { undefined: "the world says nothing about its own error" };
/** The bootstrap of several figures a channel: fewer resamples than for what decides a gate. */
const RESAMPLES = 1000;

/**
 * What a world says of its own error, scored before it is trusted. A stated uncertainty is that of the next observation
 * given the present one, so error bars are compared with errors of one step from truth's state; as an alarm the same
 * number is watched while the world runs on by itself.
 */
export async function calibration(run: ExamRun): Promise<Calibration> {
  const { contract, rollouts } = run;
  const { candidate } = contract;
  const { channels, traces, windows, grid } = predictionWindows(run);
  const single = oneStepWindows(windows, traces, grid, CONTEXT_STEPS, channels).flat();
  // The rollouts of the error curves, once more.
  const [free, forced] = await rollouts.run([
    predictionRequest(candidate, windows),
    predictionRequest(candidate, single),
  ]);
  const says = forced!.some(({ uncertainty }) => uncertainty !== undefined);
  return {
    oneStep: says ? oneStep(run, single, forced!) : SAYS_NOTHING,
    alarm: says ? uncertaintyAlarm(run, windows, free!) : SAYS_NOTHING,
    distribution: await compareDistributions(run),
  };
}

function oneStep(
  { contract }: ExamRun,
  windows: readonly Window[],
  predicted: readonly Trace[],
): OneStepCalibration {
  const { scenario, seed } = contract;
  const without: string[] = [];
  const channels: OneStepCalibration["channels"] = [];
  for (const channel of scenario.observation) {
    for (let component = 0; component < channel.size; component++) {
      const name = componentName(channel, component);
      const stated =
        channel.kind === "quaternion" ? [] : statedErrors(channel, component, windows, predicted);
      if (stated.length === 0) {
        without.push(name);
        continue;
      }
      const { confidence } = scenario.thresholds;
      const found = errorBars(stated, { seed, name: `error bars ${name}`, confidence, resamples: RESAMPLES });
      channels.push({
        channel: name,
        unit: channel.unit,
        n: found.n,
        coverage: found.coverage.map(({ level, observed }) => ({ level, observed: measureOf(observed) })),
        crps: measureOf(found.crps),
        meanAbsoluteError: measureOf(found.meanAbsoluteError),
        pit: [...found.pit],
        pitGap: found.pitGap,
        pitPValue: found.pitPValue,
        spreadSkill: measureOf(found.spreadSkill),
      });
    }
  }
  return { windows: windows.length, channels, without };
}

/** Of the windows that did not break. */
function statedErrors(
  channel: ChannelSpec,
  component: number,
  windows: readonly Window[],
  predicted: readonly Trace[],
): StatedError[] {
  return windows.flatMap(({ truth, start }, i) => {
    const { observation, uncertainty, steps } = predicted[i]!;
    const std = uncertainty?.[channel.name]?.[component];
    if (steps < 1 || std === undefined || !Number.isFinite(std)) return [];
    const at = channel.size + component;
    const error = difference(channel.kind, truth[channel.name]![at]!, observation[channel.name]![at]!);
    return Number.isFinite(error) ? [{ error, std, cluster: start.index }] : [];
  });
}
