import { z } from "zod";

const names = z.union([z.string(), z.array(z.string()).min(1)]);
const heldBy = z
  .string()
  .optional()
  .describe("channel of kind sees: while it is 0 the value stays as it was seen last");
const components = z
  .array(z.enum(["x", "y", "z"]))
  .min(1)
  .optional()
  .describe("of the position; default: all three");

/** Where an observation channel comes from in MuJoCo. */
export const mujocoSourceSchema = z
  .union([
    z.strictObject({ joint: names, field: z.enum(["qpos", "qvel"]), heldBy }),
    z.strictObject({ sensor: names, heldBy }),
    z.strictObject({ body: z.string(), field: z.literal("xpos"), components, heldBy }),
    z.strictObject({ body: z.string(), field: z.literal("xquat"), heldBy }),
    z.strictObject({ site: z.string(), field: z.literal("xpos"), components, heldBy }),
    z.strictObject({
      sees: z
        .string()
        .describe(
          "body: 1 while nothing lies on the line from the eye to its centre, 0 while something does",
        ),
      from: z.string().describe("site of the eye"),
      group: z
        .int()
        .min(0)
        .max(5)
        .optional()
        .describe("only geoms of this group block the line; default: all but the body's own"),
    }),
  ])
  .describe("where the channel comes from in MuJoCo");

export type MujocoObservationSource = z.output<typeof mujocoSourceSchema>;
