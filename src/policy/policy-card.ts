import { z } from "zod";
import { type LoadedCard, loadCard, modelKeys, provenanceKeys } from "../tensor/card-file.ts";
import { channelReference, inputSchema } from "../tensor/card-input.ts";
import { stateSchema } from "../tensor/card-state.ts";
import { imageSchema } from "../tensor/image-layout.ts";

/** The model card of a learned policy (`*.policy.yaml`): which tensor means which channel, and where the model came from. */

const pictureSchema = imageSchema.extend({
  tensor: z
    .string()
    .describe(
      "graph input: [batch, 3, height, width], or [batch, 3 × history, …] or [batch, history, 3, …]; colours last with layout: nhwc",
    ),
  history: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe("pictures it sees, one a control step, the oldest first; before the first one: that one"),
});

const outputSchema = z.strictObject({
  tensor: z.string().describe("name of the graph output: [batch, values], or [batch, chunk, values]"),
  actions: z
    .array(channelReference)
    .min(1)
    .describe("action channels, or components, in the order of the values"),
  select: z
    .array(z.int().nonnegative())
    .min(1)
    .optional()
    .describe("which of the tensor's values to use, one an action value; default: all, in order"),
  mean: z
    .array(z.number())
    .min(1)
    .optional()
    .describe("one per action value: the action is output × std + mean"),
  std: z.array(z.number().positive()).min(1).optional(),
});

export const policyCardSchema = z.strictObject({
  schema: z.literal("simgate/policy-card@1"),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, "lower-case letters, digits and -, beginning with a letter"),
  title: z.string(),
  ...modelKeys,
  controlPeriodSec: z.number().positive().describe("the period the policy was trained for, s"),
  chunkLength: z
    .int()
    .positive()
    .default(1)
    .describe("actions the model gives a call, for the coming control steps"),
  inputs: z.array(inputSchema).default([]),
  pictures: z.array(pictureSchema).default([]).describe("image channels that it looks at"),
  state: stateSchema.default([]).describe("what it carries from step to step; zeros at reset"),
  outputs: z.array(outputSchema).min(1),
  idle: z.array(channelReference).default([]).describe("action channels, or components, that it leaves at 0"),
  ...provenanceKeys,
});

export type PolicyCard = z.output<typeof policyCardSchema>;

/** @throws SimgateError `input` for a missing file, a card that breaks the schema, or a model that is not the one hashed. */
export async function loadPolicyCard(path: string): Promise<LoadedCard<PolicyCard>> {
  return loadCard(path, policyCardSchema, "policy card");
}
