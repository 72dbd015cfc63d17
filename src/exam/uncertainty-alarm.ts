import type { ChannelSpec } from "../core/channels.ts";
import type { Trace } from "../core/trace.ts";
import { alarmThreshold, scoreAlarm, watches, type WatchedWindow } from "../metrics/alarm.ts";
import { auroc } from "../metrics/auroc.ts";
import { scaledError } from "../metrics/divergence.ts";
import { type Estimate, isDefined } from "../metrics/estimate.ts";
import type { UncertaintyAlarm } from "../report/result.ts";
import type { ExamRun } from "./axis.ts";
import { firstHalf } from "./halves.ts";
import { measureOf } from "./measure.ts";
import type { Window } from "./windows.ts";

/** How far ahead an alarm warns. */
const WITHIN = { sec: 1, steps: 10 };
/** An alarm is to be trusted if the whole interval of its AUROC lies above. */
const TRUSTED_ABOVE = 0.7;
/** Steps looked at in each window, for the AUROC: neighbours say the same. */
const LOOKED_AT = 25;

/**
 * Does a stated uncertainty rise before the prediction goes off? At each step of a prediction that runs on by itself and
 * is still within tolerance: the present uncertainty against being off within the next second. The threshold is chosen
 * on one random half of the starts and scored on the other.
 */
export function uncertaintyAlarm(
  { contract: { scenario, seed } }: ExamRun,
  windows: readonly Window[],
  predicted: readonly Trace[],
): UncertaintyAlarm {
  const { controlPeriodSec, observation, thresholds } = scenario;
  const longest = Math.max(...windows.map(({ steps }) => steps));
  const within = Math.min(
    Math.max(WITHIN.steps, Math.round(WITHIN.sec / controlPeriodSec)),
    Math.max(1, Math.floor(longest / 2)),
  );
  const watched = windows.map((window, i) => watch(window, predicted[i]!, observation));
  const every = Math.max(1, Math.floor(longest / LOOKED_AT));
  const seen = watches(watched, within).filter(({ step }) => step % every === 0 || every === 1);
  const { confidence } = thresholds;
  const found = auroc(seen, { seed, name: "alarm by uncertainty", confidence });
  const clock = auroc(
    seen.map((one) => ({ ...one, score: one.step })),
    { seed, name: "alarm by clock", confidence, resamples: 2000 },
  );
  const first = firstHalf(seed);
  const half = (is: boolean): WatchedWindow[] =>
    watched.filter((_, i) => first(windows[i]!.start.index) === is);
  const threshold = alarmThreshold(watches(half(true), within));
  const none = {
    undefined: "no threshold could be chosen: on one half of the starts nothing is to be told apart",
  };
  const score = threshold === undefined ? undefined : scoreAlarm(half(false), within, threshold, confidence);
  return {
    withinSec: within * controlPeriodSec,
    windows: windows.length,
    auroc: measureOf(found),
    clockAuroc: measureOf(clock),
    threshold: threshold ?? null,
    precision: score === undefined ? none : measureOf(score.precision),
    recall: score === undefined ? none : measureOf(score.recall),
    falseAlarmRate: score === undefined ? none : measureOf(score.falseAlarmRate),
    warned: score === undefined ? none : measureOf(score.warned),
    leadSec: score?.leadSteps === undefined ? null : score.leadSteps * controlPeriodSec,
    ...trust(found, clock),
  };
}

function trust(found: Estimate, clock: Estimate): Pick<UncertaintyAlarm, "trusted" | "reason"> {
  if (!isDefined(found)) return { trusted: false, reason: `it cannot be scored: ${found.undefined}` };
  const lower = found.interval?.[0] ?? found.value;
  const trusted = lower > TRUSTED_ABOVE;
  const figures = `AUROC ${found.value.toFixed(2)}, at least ${lower.toFixed(2)}; ${TRUSTED_ABOVE} is required`;
  const beats =
    isDefined(clock) && clock.value >= found.value
      ? `; the time since the start tells as much (${clock.value.toFixed(2)})`
      : "";
  return {
    trusted,
    reason: `${trusted ? "its uncertainty rises before it goes off" : "its uncertainty does not tell when it goes off"} (${figures})${beats}`,
  };
}

/** What is known at step k is the uncertainty of the step that led there. */
function watch(window: Window, predicted: Trace, channels: readonly ChannelSpec[]): WatchedWindow {
  const { steps, truth, start } = window;
  const scores = new Float64Array(steps + 1).fill(NaN);
  let exceededAt: number | undefined;
  for (let step = 1; step <= steps; step++) {
    // A lane that broke is off from there on.
    if (step > predicted.steps) {
      exceededAt ??= step;
      break;
    }
    if (exceededAt === undefined && isOff(channels, truth, predicted, step)) exceededAt = step;
    scores[step] = largestStd(channels, predicted, step - 1);
  }
  return { cluster: start.index, steps, scores, exceededAt };
}

function isOff(
  channels: readonly ChannelSpec[],
  truth: Window["truth"],
  { observation }: Trace,
  step: number,
): boolean {
  return channels.some(
    (channel) => scaledError(channel, truth[channel.name]!, step, observation[channel.name]!, step).max > 1,
  );
}

/** In tolerances, over all that the world says something about; NaN if that is nothing. */
function largestStd(channels: readonly ChannelSpec[], { uncertainty }: Trace, row: number): number {
  let largest = NaN;
  for (const { name, size, tolerance } of channels) {
    const column = uncertainty?.[name];
    if (column === undefined) continue;
    for (let i = row * size; i < (row + 1) * size; i++) {
      const scaled = column[i]! / tolerance;
      if (!(largest >= scaled) && Number.isFinite(scaled)) largest = scaled;
    }
  }
  return largest;
}
