import { z } from "zod";
import { count, measureSchema, number } from "./measure-schema.ts";

/** What it costs that one call of the model predicts several control steps. */
export const chunksSchema = z.strictObject({
  /** Control steps a call. */
  steps: count,
  /** `replay`: predicted anew each step from where the chunk began; `hold`: the first action held. */
  mode: z.enum(["replay", "hold"]),
  windows: count,
  boundaries: count,
  /** Mean change of the error in one step, in tolerances: at the first step of a chunk, and inside of the chunks beside it. */
  boundary: number,
  inside: number,
  /** `boundary ÷ inside`. */
  ratio: measureSchema,
  byPosition: z.array(number),
  /** Share of the commands of the closed loop that were not carried out when they were given. */
  late: measureSchema,
  /** How old the command that is carried out is on average, s. */
  delaySec: number,
  /** The same in words. */
  sentence: z.string(),
});

export type Chunks = z.output<typeof chunksSchema>;
