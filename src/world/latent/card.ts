import { z } from "zod";
import {
  deviceKey,
  fileKeys,
  licenseKey,
  type LoadedCard,
  provenanceKeys,
  readCard,
  readModel,
} from "../../tensor/card-file.ts";
import { inputSchema } from "../../tensor/card-input.ts";
import { stateSchema } from "../../tensor/card-state.ts";
import { imageSchema } from "../../tensor/image-layout.ts";
import { noiseSchema, outputSchema } from "../onnx/card.ts";

/** The model card of a latent world: three graphs around a state of their own. */

const fed = {
  inputs: z
    .array(inputSchema.omit({ history: true }))
    .default([])
    .describe("what else goes in: channels, actions and parameters"),
  noise: noiseSchema,
};

const encodeSchema = z.strictObject({
  ...fileKeys,
  picture: z.string().describe("graph input: the picture"),
  pictures: z
    .int()
    .min(1)
    .max(16)
    .default(1)
    .describe("how many it sees, the oldest first; before the first one known: that one"),
  ...fed,
});

const stepSchema = z.strictObject({ ...fileKeys, ...fed });

const decodeSchema = z.strictObject({
  ...fileKeys,
  picture: z.string().describe("graph output: the picture"),
  outputs: z
    .array(outputSchema)
    .default([])
    .describe("channels that the model tells beside the picture; all others are read from the picture"),
});

export const latentCardSchema = z.strictObject({
  schema: z.literal("simgate/latent-world-card@1"),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, "lower-case letters, digits and -, beginning with a letter"),
  title: z.string(),
  ...licenseKey,
  ...deviceKey,
  controlPeriodSec: z.number().positive().describe("the step the model was trained for, s"),
  image: imageSchema,
  graphs: z.strictObject({
    encode: encodeSchema.describe(
      "picture → state; a graph that also takes state corrects it by the picture",
    ),
    step: stepSchema.describe("state, action → state"),
    decode: decodeSchema.describe("state → picture"),
  }),
  state: stateSchema
    .min(1)
    .describe("each graph takes and gives those that it names; zeros until encode gave them"),
  reencodeEvery: z
    .int()
    .nonnegative()
    .default(0)
    .describe("control steps after which the state is encoded anew from the model's own picture; 0: never"),
  objects: z.array(z.string()).default([]).describe("the scenario's objects that the model represents"),
  ...provenanceKeys,
});

export type LatentCard = z.output<typeof latentCardSchema>;
export const GRAPHS = ["encode", "step", "decode"] as const;
export type GraphName = (typeof GRAPHS)[number];

/** A card that was read and checked, with the bytes of its three models. */
export type LoadedLatentCard = Omit<LoadedCard<LatentCard>, "model" | "modelFile"> & {
  readonly models: Readonly<Record<GraphName, Pick<LoadedCard<LatentCard>, "model" | "modelFile">>>;
};

/** @throws SimgateError `input` for a missing file, a card that breaks the schema, or a model that is not the one hashed. */
export async function loadLatentCard(path: string): Promise<LoadedLatentCard> {
  const read = await readCard(path, latentCardSchema, "latent world card");
  const [encode, step, decode] = await Promise.all(
    GRAPHS.map((graph) => readModel(read, ["graphs", graph], read.card.graphs[graph])),
  );
  return { ...read, models: { encode: encode!, step: step!, decode: decode! } };
}
