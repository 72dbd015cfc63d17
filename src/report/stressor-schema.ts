import { z } from "zod";
import { axesSchema, AXES } from "./axis-schema.ts";
import { count, measureSchema, number } from "./measure-schema.ts";

const axisName = z.enum(AXES);

const successes = z.strictObject({
  successes: count,
  /** Rollouts with an outcome: faults are not among them. */
  trials: count,
  rate: number.nullable(),
});

const stressor = z.strictObject({
  name: z.string(),
  kind: z.string(),
  /** What it does, with its numbers. */
  description: z.string(),
  axes: axesSchema,
  /** Score under the stressor minus score without it, from the same starts; null where either has none. */
  difference: z.strictObject({
    controllability: number.nullable(),
    temporalConsistency: number.nullable(),
    objectPersistence: number.nullable(),
    resetReproducibility: number.nullable(),
    taskValidity: number.nullable(),
  }),
  weakestAxis: axisName.nullable(),
  policies: z.array(z.strictObject({ policy: z.string(), truth: successes, candidate: successes })),
  /**
   * Of pictures and words: rollouts that end otherwise than without it. Pictures lose nothing that matters: there a sound world has
   * none.
   */
  changed: z.strictObject({ truth: measureSchema, candidate: measureSchema }).optional(),
  /** Of other words: how it ends under each, and (null) in the own words from the same starts; of those that are told any. */
  wordings: z
    .array(z.strictObject({ wording: z.string().nullable(), truth: successes, candidate: successes }))
    .optional(),
  /** All policies together. */
  falsePassRate: measureSchema,
  falseFailRate: measureSchema,
});

/** Each axis again under each stressor of the scenario, truth and candidate stressed alike. No part of the gate. */
export const stressorsSchema = z.strictObject({
  /** The first so many of the panel. */
  starts: count,
  /** The axes without any stressor, from these starts. */
  unstressed: axesSchema,
  stressors: z.array(stressor),
  /** Axes that fail under a stressor and pass without, worst first: what uses most of what its threshold allows. */
  broken: z.array(z.strictObject({ stressor: z.string(), axis: axisName })),
});

export type Stressors = z.output<typeof stressorsSchema>;
export type StressorResult = Stressors["stressors"][number];
export type WordingResult = NonNullable<StressorResult["wordings"]>[number];
