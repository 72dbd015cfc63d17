import { z } from "zod";
import { count, measureSchema } from "./measure-schema.ts";
import { AXES, CHECKS, scenarioIdSchema } from "./result.ts";

/**
 * What the exam of the exam found: `calibration.json`, schema `simgate/calibration@1`. As in a result, nothing of the
 * wall clock or the machine is in it.
 */

const property = z.enum([...AXES, ...CHECKS]);
const fraction = z.number().min(0).max(1);

/** One property of the exam, over all seeds. */
const cell = z.strictObject({
  /** Seeds in which it did not pass; with a defect: only those in which truth itself did. */
  alarms: count,
  n: count,
  rate: measureSchema,
  medianScore: fraction.nullable(),
});

const cells = z.record(property, cell);

const planted = z.strictObject({
  /** One of the known faults (docs/defects.md). */
  kind: z.string(),
  severity: z.enum(["low", "middle", "high"]),
  /** What is wrong with the world. */
  does: z.string(),
  magnitude: z.string(),
  /** The properties that are there to notice it. */
  meantFor: z.array(property),
  /** Why it cannot be planted in this scenario's truth. */
  notApplicable: z.string().nullable(),
  seeds: count,
  found: cells.nullable(),
  /** Share of the seeds in which at least one property meant for it, or any at all, raised an alarm. */
  caught: z.strictObject({ byOneMeant: measureSchema, byAny: measureSchema }).nullable(),
});

export const calibrationSchema = z.strictObject({
  schema: z.literal("simgate/calibration@1"),
  scenario: scenarioIdSchema,
  truth: z.string(),
  policies: z.array(z.string()),
  starts: count,
  seeds: z.array(count),
  confidence: z.number().gt(0).lt(1),
  /** What is asked of a sound exam, as shares of the seeds. */
  required: z.strictObject({ truthPasses: fraction, detection: fraction }),
  /** Share of the seeds in which truth against itself passes every axis that applies. */
  truthPasses: measureSchema,
  falseAlarms: cells,
  defects: z.array(planted),
  verdict: z.strictObject({ sound: z.boolean(), missed: z.array(z.string()) }),
});

export type Calibration = z.output<typeof calibrationSchema>;
export type CalibrationCell = z.output<typeof cell>;
export type PlantedDefect = z.output<typeof planted>;
