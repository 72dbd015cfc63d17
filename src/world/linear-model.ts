import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { inputError, messageOf } from "../core/errors.ts";
import { parseYaml, type YamlDocument } from "../core/yaml-document.ts";
import { channelReference, featureSchema } from "../tensor/card-input.ts";

/**
 * The file of a linear world (JSON). The change of each channel over one control period is
 * `bias + Σ weight × (transform(feature) − mean) / std`, in the channel's unit.
 */
export const linearModelSchema = z.strictObject({
  schema: z.literal("simgate/linear-model@1"),
  scenario: z.string().describe("the scenario whose channels it predicts"),
  controlPeriodSec: z.number().positive(),
  features: z
    .array(featureSchema)
    .min(1)
    .describe("of the present observation, the applied action, the parameters"),
  mean: z.array(z.number()),
  std: z.array(z.number().positive()),
  outputs: z.array(
    z.strictObject({
      channel: channelReference,
      bias: z.number().describe("change at the mean of all features"),
      weights: z.array(z.number()).describe("one per feature value"),
      residualStd: z.number().nonnegative().describe("root mean square error on the data it was fitted on"),
    }),
  ),
  ridge: z.number().nonnegative().describe("penalty on squared weights, per sample"),
  fittedOn: z.strictObject({
    description: z.string(),
    files: z
      .array(z.strictObject({ file: z.string(), sha256: z.string() }))
      .describe("the recordings or models it came from"),
    traces: z.int().positive(),
    transitions: z.int().positive(),
  }),
});

export type LinearModel = z.output<typeof linearModelSchema>;

/** @throws SimgateError `input` with every problem and its line. */
export async function readLinearModel(path: string): Promise<YamlDocument<LinearModel>> {
  let text: string;
  try {
    text = await readFile(resolve(path), "utf8");
  } catch (cause) {
    throw inputError("the linear model cannot be read", {
      where: path,
      got: messageOf(cause),
      hint: "fit one from traces of the truth",
      cause,
    });
  }
  return linearModelDocument(text, path);
}

export function linearModelDocument(text: string, file: string): YamlDocument<LinearModel> {
  return parseYaml(text, linearModelSchema, { file, what: "linear model" });
}

/** The bytes of its file. */
export function linearModelText(model: LinearModel): string {
  return `${JSON.stringify(model, null, 2)}\n`;
}
