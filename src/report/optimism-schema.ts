import { z } from "zod";
import { count, intervalSchema, measureSchema, number } from "./measure-schema.ts";

/** Whether the candidate passes what fails in truth, also where nobody would expect a pass. */

const source = z.strictObject({
  /** `closed loop`, or the name of a probe. */
  source: z.string(),
  description: z.string(),
  /** Rollouts that both worlds judged. */
  rollouts: count,
  truthSuccesses: count,
  candidateSuccesses: count,
  truthFails: count,
  falsePasses: count,
  /** Not judged: one of the two worlds broke. */
  faults: count,
  falsePassRate: measureSchema,
});

const success = z.strictObject({ successes: count, trials: count });

/** A policy tuned in the candidate, and what is left of its success in truth. */
const exploit = z.strictObject({
  /** Variants tried: policies whose actions are scaled. */
  tried: z.array(z.strictObject({ policy: z.string(), scale: number, candidate: success })),
  chosen: z.strictObject({ policy: z.string(), scale: number }),
  /** Starts it was chosen on, and those it was then judged on. */
  selectedOn: count,
  judgedOn: count,
  /** False: the panel is too small to judge it on starts of their own, so the gap is flattered by the choice. */
  heldOut: z.boolean(),
  truth: success,
  candidate: success,
  /** Success in the candidate less success in truth. */
  gap: number,
  interval: intervalSchema.nullable(),
});

export const optimismSchema = z.strictObject({
  sources: z.array(source),
  /** The source that decides. */
  worst: z.string().nullable(),
  exploitGap: z.union([exploit, z.strictObject({ undefined: z.string() })]),
});

export type Optimism = z.output<typeof optimismSchema>;
export type OptimismSource = z.output<typeof source>;
export type ExploitGap = Optimism["exploitGap"];
