import { z } from "zod";
import { count, measureSchema, number } from "./measure-schema.ts";

/** Which part of a switched candidate made which steps of the closed-loop rollouts. */

const steps = {
  /** Control steps made. */
  steps: count,
  stepsByPhysics: count,
};

const handOver = z.strictObject({
  policy: z.string(),
  start: count,
  step: count,
  atSec: number,
  from: z.string(),
  to: z.string(),
  cause: z.string(),
  /** True: the cause begins, and physics takes over. */
  holds: z.boolean(),
  /** In tolerances. */
  value: number,
  threshold: number,
  channel: z.string().optional(),
});

export const handOversSchema = z.strictObject({
  learned: z.string(),
  physics: z.string(),
  ...steps,
  /** Share of the steps that physics made, starts as clusters. */
  physicsShare: measureSchema,
  rollouts: count,
  /** Rollouts that the learned world made alone. */
  withoutPhysics: count,
  handOvers: count,
  /** What physics took over for. */
  causes: z.array(z.strictObject({ cause: z.string(), times: count, stepsByPhysics: count })),
  policies: z.array(z.strictObject({ policy: z.string(), ...steps, handOvers: count })),
  /** The same in equal parts of the horizon. */
  overTime: z.array(z.strictObject({ fromSec: number, toSec: number, ...steps })),
  /** In order of policy, start and step; at most 100 are listed, all are in the traces. */
  list: z.array(handOver),
});

export type HandOvers = z.output<typeof handOversSchema>;
