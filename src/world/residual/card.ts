import { z } from "zod";
import { loadCard, modelKeys, provenanceKeys, type LoadedCard } from "../../tensor/card-file.ts";
import { inputSchema } from "../../tensor/card-input.ts";
import { outputSchema, worldCardSchema } from "../onnx/card.ts";

/** The card of a learned residual (`*.world.yaml`): what it adds to which channels after a step of some physics. */

const { name, title, controlPeriodSec, state, noise, ensemble } = worldCardSchema.shape;

export const residualOutputSchema = outputSchema.omit({ mode: true, wrap: true }).extend({
  mode: z
    .enum(["residual", "log-variance"])
    .default("residual")
    .describe(
      "what is added to the base's next value, in the channel's unit (a quaternion: three values, a rotation vector in rad in the frame it turns), or the log of the variance of the sum",
    ),
});

export const residualCardSchema = z.strictObject({
  schema: z.literal("simgate/residual-card@1"),
  ...{ name, title, ...modelKeys, controlPeriodSec },
  trainedOn: z.string().describe("the physics that it corrects, in words: on another it means nothing"),
  inputs: z
    .array(inputSchema)
    .min(1)
    .describe("of the observation before the step, the action applied and parameters"),
  outputs: z.array(residualOutputSchema).min(1),
  ...{ state, noise, ensemble },
  ...provenanceKeys,
});

export type ResidualCard = z.output<typeof residualCardSchema>;

/** @throws SimgateError `input` for a missing file, a card that breaks the schema, or a model that is not the one hashed. */
export async function loadResidualCard(path: string): Promise<LoadedCard<ResidualCard>> {
  return loadCard(path, residualCardSchema, "residual card");
}
