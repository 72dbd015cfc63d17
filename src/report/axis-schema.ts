import { z } from "zod";
import { count, intervalSchema } from "./measure-schema.ts";

/** The scored properties of the gate. */
export const AXES = [
  "controllability",
  "temporalConsistency",
  "objectPersistence",
  "resetReproducibility",
  "taskValidity",
] as const;

const fraction = z.number().min(0).max(1);

export const axisSchema = z.strictObject({
  score: fraction.nullable(),
  interval: intervalSchema.nullable(),
  n: count,
  threshold: fraction.nullable(),
  /** `undefined`: the score has no value here, or this version does not measure it; the reason says which. */
  status: z.enum(["pass", "fail", "insufficient", "not-applicable", "undefined"]),
  reason: z.string(),
});

/** All axes of one exam. */
export const axesSchema = z.strictObject({
  controllability: axisSchema,
  temporalConsistency: axisSchema,
  objectPersistence: axisSchema,
  resetReproducibility: axisSchema,
  taskValidity: axisSchema,
});

export type AxisName = (typeof AXES)[number];
export type AxisResult = z.output<typeof axisSchema>;
export type Axes = z.output<typeof axesSchema>;
