import { z } from "zod";

import { count, intervalSchema, number } from "./measure-schema.ts";
import { faultSchema, horizonSchema, scenarioIdSchema } from "./result.ts";

/** What an open-loop replay of recordings found: schema `simgate/replay@1`. Nothing of the wall clock is in it. */

/** The error of one channel at one time into the windows, in the channel's unit. */
const errorRow = z.strictObject({
  atSec: number,
  /** A component (`joint_pos[elbow]`), or `*` for all channels together in tolerances. */
  channel: z.string(),
  unit: z.string(),
  median: number.nullable(),
  /** Of the median, bootstrapped over recordings. */
  interval: intervalSchema.nullable(),
  p90: number.nullable(),
  /** Windows that count. */
  n: count,
  /** Median errors of the baselines on the same windows. */
  baselines: z.strictObject({
    persistence: number.nullable(),
    constantVelocity: number.nullable(),
    linear: number.nullable(),
  }),
});

/** A subset of the recordings: one robot under one policy, say. */
const group = z.strictObject({ group: z.string(), recordings: count, errors: z.array(errorRow) });

/** Median error of the world ÷ median error of something else on the same windows: below 1 the world is better. */
const comparison = z.strictObject({
  /** `linear`, `persistence`, another world's name, a published figure. */
  with: z.string(),
  /** Null: all recordings together. */
  group: z.string().nullable(),
  channel: z.string(),
  atSec: number,
  ratio: number,
  interval: intervalSchema.nullable(),
  n: count,
});

const worldReplay = {
  world: z.strictObject({ name: z.string(), kind: z.string() }),
  errors: z.array(errorRow),
  horizon: horizonSchema,
  groups: z.array(group),
  comparisons: z.array(comparison),
  faults: z.array(faultSchema),
};

export const replayResultSchema = z.strictObject({
  schema: z.literal("simgate/replay@1"),
  scenario: scenarioIdSchema,
  recordings: z.array(
    z.strictObject({
      name: z.string(),
      sha256: z.string(),
      group: z.string().nullable(),
      steps: count,
      durationSec: number,
      windows: count,
    }),
  ),
  windows: z.strictObject({
    count,
    /** Time between the beginnings of two windows of a recording. */
    strideSec: number,
    /** How long the world is left to run. */
    lengthSec: number,
    /** What the world is shown before. */
    contextSec: number,
  }),
  confidence: z.number().gt(0).lt(1),
  /** The times the tables are drawn up for; `errors` may carry many more for the curves. */
  reportAtSec: z.array(number),
  /** Channel → how far off the task can bear, in its unit. */
  tolerances: z.record(z.string(), z.number().positive()),
  ...worldReplay,
  /** Further worlds on the same windows. */
  others: z.array(z.strictObject(worldReplay)),
});

export type ReplayResult = z.output<typeof replayResultSchema>;
export type WorldReplay = Pick<ReplayResult, keyof typeof worldReplay>;
export type ErrorRow = z.output<typeof errorRow>;
export type ReplayGroup = z.output<typeof group>;
export type Comparison = z.output<typeof comparison>;
