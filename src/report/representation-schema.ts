import { z } from "zod";
import { count, measureSchema, number } from "./measure-schema.ts";

/** What a latent state keeps of the true state, and whether the world uses it. */

const use = z.strictObject({
  /** By how much the latent was moved along the probe, in the target's unit. */
  shift: number,
  lengthSec: number,
  /** 1 − ‖Δ − Δtruth‖ ÷ (‖Δ‖ + ‖Δtruth‖) of what then changes: 1 as in truth, 0 nothing or the opposite. */
  score: measureSchema,
  /** Size of the change beside truth's, median over the windows; null where truth does not change. */
  gain: number.nullable(),
});

export const representationSchema = z.strictObject({
  state: z.array(z.strictObject({ name: z.string(), width: count })),
  starts: z.strictObject({ fitted: count, scored: count }),
  atSec: z.array(number),
  /** R² from which on a target counts as kept. */
  keptFrom: number,
  targets: z.array(
    z.strictObject({
      target: z.string(),
      kind: z.enum(["observation", "parameter"]),
      unit: z.string(),
      /** Of the ridge probe from the latent, with the true past just shown, on the starts it was not fitted on. */
      rSquared: measureSchema,
      /** The same probe from what the candidate shows: what needs no latent. */
      fromObservation: measureSchema,
      /** R² of a probe at each time while the candidate runs on by itself; null where truth varies less than a tolerance. */
      overTime: z.array(number.nullable()),
      /** First time it is no longer kept; null: never, or never kept. */
      lostAtSec: number.nullable(),
      kept: z.enum(["to the end", "for a while", "never"]),
      use: z.union([use, z.strictObject({ undefined: z.string() })]),
    }),
  ),
});

export type Representation = z.output<typeof representationSchema>;
