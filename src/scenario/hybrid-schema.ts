import { z } from "zod";

/** Worlds put together of other worlds of the manifest (docs/hybrid-worlds.md). */

const part = z.string().describe("name of another world of this manifest");

export const residualWorldSchema = z
  .strictObject({
    kind: z.literal("residual"),
    base: part.describe("name of the world that makes every step: physics, of kind mujoco"),
    card: z.string().describe("card of the residual that is added after it, *.world.yaml"),
  })
  .describe("physics plus a learned residual");

export const switchedWorldSchema = z
  .strictObject({
    kind: z.literal("switched"),
    learned: part.describe("name of the learned world that drives, and follows along while it does not"),
    physics: part.describe(
      "name of the world that takes over, from what is observed: of kind mujoco, or a residual",
    ),
    when: z
      .record(
        z
          .string()
          .regex(/^[a-z][a-z0-9_]*$/, "lower-case letters, digits and _, beginning with a letter")
          .refine((name) => name !== "uncertainty", "uncertainty has a key of its own"),
        z.string(),
      )
      .default({})
      .describe(
        "name → condition on the present observation, as in success.ends; physics drives while any holds: contact: finger_gap < 0.02 m",
      ),
    hysteresis: z
      .number()
      .nonnegative()
      .default(0)
      .describe("by how many tolerances every condition must be broken before physics hands back"),
    uncertainty: z
      .strictObject({
        above: z.number().positive().describe("physics takes over where a channel is less certain than this"),
        below: z
          .number()
          .positive()
          .optional()
          .describe("and hands back where all are as certain as this; default: as `above`"),
        channels: z
          .array(z.string())
          .min(1)
          .optional()
          .describe("default: all that the learned world states"),
      })
      .refine(({ above, below = above }) => below <= above, "below must not be more than above")
      .optional()
      .describe(
        "standard deviations that the learned world states of its next step, in tolerances of the channel",
      ),
    dwellSteps: z
      .int()
      .positive()
      .default(1)
      .describe("fewest control steps that physics makes once it has taken over"),
  })
  .refine(
    ({ when, uncertainty }) => Object.keys(when).length > 0 || uncertainty !== undefined,
    "nothing says when physics takes over: give when, or uncertainty",
  )
  .describe("a learned world that hands over to physics, and back");

export type ResidualWorldConfig = z.output<typeof residualWorldSchema>;
export type SwitchedWorldConfig = z.output<typeof switchedWorldSchema>;
