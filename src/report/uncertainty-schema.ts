import { z } from "zod";
import { count, measureSchema, number } from "./measure-schema.ts";

/** What a world says of its own error, and what that is worth; and stochastic worlds compared in distribution. */

const missing = z.strictObject({ undefined: z.string() });
const probability = z.number().min(0).max(1);

/** Stated standard deviations as error bars of one step, from truth's state each time. */
const oneStep = z.strictObject({
  windows: count,
  channels: z.array(
    z.strictObject({
      /** A component: `joint_pos[elbow]`. */
      channel: z.string(),
      unit: z.string(),
      n: count,
      /** Share of truth inside the central interval of each level. */
      coverage: z.array(z.strictObject({ level: probability, observed: measureSchema })),
      /** Mean continuous ranked probability score, in `unit`; without error bars it is the mean absolute error. */
      crps: measureSchema,
      meanAbsoluteError: measureSchema,
      /** Where truth lies in the predicted distribution: counts in equal parts of [0, 1]. */
      pit: z.array(count),
      /** Largest gap to uniform; p-value on one value a start. */
      pitGap: probability,
      pitPValue: probability,
      /** √(mean stated variance) ÷ root mean square error; below 1: too sure. */
      spreadSkill: measureSchema,
    }),
  ),
  /** Channels nothing is said about, or of which one standard deviation says nothing. */
  without: z.array(z.string()),
});

/** Uncertainty as an alarm while the world runs on by itself: will it be off by more than a tolerance soon? */
const alarm = z.strictObject({
  withinSec: number,
  windows: count,
  /** The largest of the stated standard deviations of the present step, in tolerances, as the score. */
  auroc: measureSchema,
  /** The same with the time since the start as the score: an alarm must beat a clock. */
  clockAuroc: measureSchema,
  /** In tolerances; chosen on one half of the starts. */
  threshold: number.nullable(),
  /** On the other half. */
  precision: measureSchema,
  recall: measureSchema,
  falseAlarmRate: measureSchema,
  warned: measureSchema,
  /** Median time from the first alarm until it is off. */
  leadSec: number.nullable(),
  trusted: z.boolean(),
  reason: z.string(),
});

/** The same starts under the same commands and several seeds, in both worlds. */
const distribution = z.strictObject({
  starts: count,
  seeds: count,
  times: z.array(
    z.strictObject({
      atSec: number,
      /** Starts with at least two rollouts that came this far in both worlds. */
      starts: count,
      /** Energy distance of all channels together, in tolerances, and its permutation p-value. */
      distance: number,
      pValue: probability,
      channels: z.array(z.strictObject({ channel: z.string(), distance: number, pValue: probability })),
    }),
  ),
  differs: z.boolean(),
  reason: z.string(),
});

export const calibrationSchema = z.strictObject({
  oneStep: z.union([oneStep, missing]),
  alarm: z.union([alarm, missing]),
  distribution: z.union([distribution, missing]),
});

export type Calibration = z.output<typeof calibrationSchema>;
export type OneStepCalibration = z.output<typeof oneStep>;
export type UncertaintyAlarm = z.output<typeof alarm>;
export type DistributionComparison = z.output<typeof distribution>;
