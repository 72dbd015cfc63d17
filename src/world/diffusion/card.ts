import { z } from "zod";
import { loadCard, modelKeys, provenanceKeys, type LoadedCard } from "../../tensor/card-file.ts";
import { inputSchema } from "../../tensor/card-input.ts";
import { imageSchema } from "../../tensor/image-layout.ts";
import { samplerSchema } from "../onnx/samplers/sampler-schema.ts";

/** The model card of a diffusion world: one denoiser, and how pictures are sampled with it. */

const contextSchema = z.strictObject({
  tensor: z
    .string()
    .describe("graph input: [batch, pictures, 3, height, width] or [batch, 3 × pictures, height, width]"),
  steps: z
    .array(z.int().min(1).max(256))
    .min(1)
    .refine((steps) => steps.every((step, i) => i === 0 || step < steps[i - 1]!), "oldest first, none twice")
    .describe("which pictures it sees, in control steps before the one it makes, oldest first: [4, 3, 2, 1]"),
  noise: z
    .strictObject({
      std: z.number().positive().describe("in the tensor's range"),
      tensor: z.string().optional().describe("graph input that is told this deviation, [batch]"),
    })
    .optional()
    .describe("added to the pictures it sees, where it was trained so: it then trusts its own mistakes less"),
});

export const diffusionCardSchema = z.strictObject({
  schema: z.literal("simgate/diffusion-world-card@1"),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, "lower-case letters, digits and -, beginning with a letter"),
  title: z.string(),
  ...modelKeys,
  controlPeriodSec: z.number().positive().describe("the step the model was trained for, s"),
  image: imageSchema,
  denoiser: z.strictObject({
    noisy: z.string().describe("graph input: the picture with noise, [batch, 3, height, width]"),
    level: z.string().describe("graph input: how much noise, as the sampler counts it, [batch]"),
    output: z.string().describe("graph output: what the sampler takes it to predict, shaped as noisy"),
  }),
  sampler: samplerSchema,
  context: contextSchema,
  guidance: z
    .strictObject({
      tensor: z.string().describe("graph input, [batch]: 1 with the condition, 0 without"),
      scale: z.number().describe("1: as conditioned; above: further that way. Doubles the calls"),
    })
    .optional(),
  inputs: z
    .array(inputSchema)
    .default([])
    .describe("what else goes in: actions, parameters, channels, each with its history"),
  rowGroup: z
    .int()
    .min(1)
    .max(64)
    .default(8)
    .describe(
      "rows of a call are a multiple of this. 1 where the graph computes every row apart (convolutions, no matrix products over rows), so that neighbours change no bit",
    ),
  objects: z.array(z.string()).default([]).describe("the scenario's objects that the model represents"),
  ...provenanceKeys,
});

export type DiffusionCard = z.output<typeof diffusionCardSchema>;

/** @throws SimgateError `input` for a missing file, a card that breaks the schema, or a model that is not the one hashed. */
export async function loadDiffusionCard(path: string): Promise<LoadedCard<DiffusionCard>> {
  return loadCard(path, diffusionCardSchema, "diffusion world card");
}
