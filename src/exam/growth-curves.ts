import type { ChannelSpec } from "../core/channels.ts";
import { errorsAt, type ErrorWindow, type WindowPart } from "../metrics/error-window.ts";
import { quantileOfSorted, sorted } from "../metrics/quantile.ts";
import type { GrowthCurve, SkillCurve } from "../report/result.ts";
import type { Predicted } from "./prediction-errors.ts";

/** Errors to be read at one time: those of `predicted` at their step `step`. */
export interface CurvePoint {
  readonly atSec: number;
  readonly predicted: Predicted;
  readonly step: number;
}

/** All channels together, each in its tolerances: the largest component of any. */
const ALL_CHANNELS = "*";

/** At most `count` steps out of 1 … `last`, evenly spread, the first and the last among them. */
export function gridSteps(last: number, count: number): number[] {
  if (last <= count) return Array.from({ length: last }, (_, i) => i + 1);
  return Array.from({ length: count }, (_, i) => 1 + Math.round((i * (last - 1)) / (count - 1)));
}

/** Median and 90 % quantile of one channel's error over time, in its unit, with the baselines beside it. */
export function growthCurve(points: readonly CurvePoint[], channel: ChannelSpec): GrowthCurve {
  return curveOf(points, { channel: channel.name }, channel.name, channel.unit, channel.tolerance);
}

/** The largest scaled error of any channel. */
export function scaledGrowthCurve(points: readonly CurvePoint[]): GrowthCurve {
  return curveOf(points, "worst", ALL_CHANNELS, "tolerance", 1);
}

/** 1 − median error ÷ the baseline's median error, where both exist. */
export function skillCurve(
  mode: SkillCurve["mode"],
  { channel, atSec, median, baselines }: GrowthCurve,
): SkillCurve {
  const against = (base: readonly (number | null)[] | null): (number | null)[] | null =>
    base &&
    base.map((error, i) => {
      const own = median[i] ?? null;
      return own === null || error === null || error === 0 ? null : 1 - own / error;
    });
  return {
    mode,
    channel,
    atSec,
    against: {
      persistence: against(baselines.persistence),
      constantVelocity: against(baselines.constantVelocity),
      linear: against(baselines.linear),
    },
  };
}

function curveOf(
  points: readonly CurvePoint[],
  part: WindowPart,
  channel: string,
  unit: string,
  tolerance: number,
): GrowthCurve {
  const reached = points.filter(({ predicted, step }) => errorsAt(predicted.world, part, step).length > 0);
  const series = (
    of: (predicted: Predicted) => readonly ErrorWindow[],
    probability: number,
  ): (number | null)[] =>
    reached.map(({ predicted, step }) => {
      const errors = sorted(errorsAt(of(predicted), part, step).map(({ value }) => value));
      const value = errors.length === 0 ? Infinity : quantileOfSorted(errors, probability);
      return Number.isFinite(value) ? value * tolerance : null;
    });
  const hasLinear = reached.every(({ predicted }) => predicted.linear !== null);
  return {
    channel,
    unit,
    tolerance,
    atSec: reached.map(({ atSec }) => atSec),
    median: series(({ world }) => world, 0.5),
    p90: series(({ world }) => world, 0.9),
    n: reached.map(({ predicted, step }) => errorsAt(predicted.world, part, step).length),
    baselines: {
      persistence: series(({ persistence }) => persistence, 0.5),
      constantVelocity: series(({ constantVelocity }) => constantVelocity, 0.5),
      linear: hasLinear ? series(({ linear }) => linear!, 0.5) : null,
    },
  };
}
