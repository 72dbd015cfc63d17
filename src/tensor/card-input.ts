import { z } from "zod";

/** The `inputs` block of a model card, the same for worlds and policies: which channels a graph input is made of. */

export const channelReference = z
  .string()
  .describe("channel (all its components, in order) or one component: joint_pos[shoulder]");

const transform = z
  .enum(["identity", "sin", "cos"])
  .default("identity")
  .describe("applied before normalisation");

/** Exactly one of channel, action, parameter. The transform applies to every component. */
export const featureSchema = z.union([
  z.strictObject({ channel: channelReference, transform }),
  z.strictObject({ action: channelReference.describe("action channel; the value after limits"), transform }),
  z.strictObject({ parameter: z.string().describe("scenario parameter"), transform }),
]);

export const inputSchema = z.strictObject({
  tensor: z.string().describe("name of the graph input"),
  history: z
    .int()
    .positive()
    .default(1)
    .describe(
      "control steps it sees, oldest first, as [batch, history, features] or [batch, history × features]; 1: [batch, features]. A step pairs an observation with the action that follows it",
    ),
  features: z.array(featureSchema).min(1).describe("concatenated on the last axis"),
  mean: z
    .array(z.number())
    .min(1)
    .optional()
    .describe("one per feature value: the input is (value − mean) / std"),
  std: z.array(z.number().positive()).min(1).optional(),
});

export type CardFeature = z.output<typeof featureSchema>;
export type CardInput = z.output<typeof inputSchema>;
