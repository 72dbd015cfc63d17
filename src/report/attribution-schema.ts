import { z } from "zod";
import { count, measureSchema, number } from "./measure-schema.ts";

/** Which part is to blame for the failures of an exam, by replacing one part at a time by its oracle. */

/** In the order of how much of a rollout is replaced: the smallest one that cures is the cause. */
export const PARTS = [
  "evaluation",
  "perception",
  "representation",
  "dynamics",
  "control",
  "planning",
] as const;

const part = z.enum(PARTS);
const outcome = z.enum(["success", "failure", "fault"]);

const replacement = z.strictObject({
  /** `dynamics: pole_velocity`. */
  name: z.string(),
  part,
  /** What was replaced by what. */
  meaning: z.string(),
  /** Failures it could be tried on, and those of them that went away. */
  tried: count,
  cured: count,
  /** cured ÷ tried, with an interval clustered by start. */
  share: measureSchema,
});

const experiment = z.strictObject({
  replacement: z.string(),
  /** How the candidate ends with the part replaced, and how it had to end for the failure to be gone. */
  outcome,
  margin: number.nullable(),
  needed: outcome,
  cured: z.boolean(),
});

const failure = z.strictObject({
  policy: z.string(),
  start: count,
  kind: z.enum(["wrong pass", "wrong fail", "fault"]),
  truthMargin: number.nullable(),
  candidateMargin: number.nullable(),
  /** The smallest replacement that cures it; null: none does. */
  cause: z.strictObject({ part, replacement: z.string() }).nullable(),
  experiments: z.array(experiment),
  /** Path in the evidence folder, where a trace was kept. */
  trace: z.string().optional(),
});

export const attributionSchema = z.strictObject({
  /** All failures of the exam by kind, and how many were examined. */
  failures: z.strictObject({ wrongPasses: count, wrongFails: count, faults: count, examined: count }),
  /** Smallest first. */
  replacements: z.array(replacement),
  /** Failures by the part that is to blame, of those examined. Null: no single replacement cures. */
  causes: z.array(z.strictObject({ part: part.nullable(), count, share: measureSchema })),
  examined: z.array(failure),
  /** The finding in one plain sentence. */
  sentence: z.string(),
});

export type Part = z.output<typeof part>;
export type Attribution = z.output<typeof attributionSchema>;
export type AttributedFailure = Attribution["examined"][number];
export type Replacement = Attribution["replacements"][number];
