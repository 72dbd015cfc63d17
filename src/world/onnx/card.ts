import { z } from "zod";
import { loadCard, modelKeys, provenanceKeys, type LoadedCard } from "../../tensor/card-file.ts";
import { channelReference, inputSchema } from "../../tensor/card-input.ts";
import { stateSchema, tensorShape } from "../../tensor/card-state.ts";

/** The model card of a learned world (`*.world.yaml`): which tensor means which channel, and where the model came from. */

const positive = z.number().positive();
export const outputSchema = z.strictObject({
  tensor: z.string().describe("name of the graph output: [batch, values], or with the ensemble axis"),
  mode: z
    .enum(["delta", "absolute", "log-variance"])
    .describe(
      "change over one control period, the next value, or the log of the predicted variance of either",
    ),
  channels: z.array(channelReference).min(1),
  mean: z
    .array(z.number())
    .min(1)
    .optional()
    .describe(
      "one per value: the prediction is output × std + mean; for log-variance the standard deviation is exp(output / 2) × std, without a mean",
    ),
  std: z.array(positive).min(1).optional(),
  wrap: z.boolean().default(false).describe("bring predicted angles into (−π, π]; default: as they come"),
});

export const noiseSchema = z
  .array(z.strictObject({ input: z.string(), shape: tensorShape }))
  .default([])
  .describe("standard normal numbers drawn from the seed of each lane");

export const worldCardSchema = z.strictObject({
  schema: z.literal("simgate/world-card@1"),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, "lower-case letters, digits and -, beginning with a letter"),
  title: z.string(),
  ...modelKeys,
  controlPeriodSec: positive.describe("the step the model was trained for, s"),
  inputs: z.array(inputSchema).min(1),
  outputs: z.array(outputSchema).min(1),
  state: stateSchema.default([]).describe("recurrent state carried from step to step; zeros at reset"),
  noise: noiseSchema,
  ensemble: z
    .strictObject({
      axis: z.literal([0, 1]).describe("of the members in the output tensors"),
      members: z.int().min(2),
      combine: z
        .enum(["mean", "lane"])
        .default("mean")
        .describe("mean of all members, or one member a lane: start index modulo members"),
    })
    .optional(),
  objects: z.array(z.string()).default([]).describe("the scenario's objects that the model represents"),
  ...provenanceKeys,
});

export type WorldCard = z.output<typeof worldCardSchema>;
export type CardOutput = WorldCard["outputs"][number];

/** @throws SimgateError `input` for a missing file, a card that breaks the schema, or a model that is not the one hashed. */
export async function loadWorldCard(path: string): Promise<LoadedCard<WorldCard>> {
  return loadCard(path, worldCardSchema, "world card");
}
