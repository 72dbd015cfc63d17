import { z } from "zod";
import { ddimSampler } from "./ddim.ts";
import { edmSampler } from "./edm.ts";
import { flowSampler } from "./flow.ts";
import type { Sampler } from "./sampler.ts";

/** The `sampler` block of a card: how pictures come out of noise. */

const positive = z.number().positive();
const steps = z
  .int()
  .min(1)
  .max(1000)
  .describe("calls of the graph for a picture (heun: up to twice as many)");

const edm = z
  .strictObject({
    kind: z.literal("edm"),
    method: z.enum(["euler", "heun"]).default("euler"),
    steps,
    sigmaMin: positive.default(0.002),
    sigmaMax: positive.describe("standard deviation of the noise it begins with"),
    rho: positive.default(7),
    sigmaData: positive.default(0.5).describe("standard deviation of the data, as in training"),
    preconditioning: z
      .enum(["karras", "none"])
      .default("karras")
      .describe(
        "karras: the graph is the raw network, asked at ln(sigma) / 4; none: it takes sigma and returns the denoised picture",
      ),
    startStd: positive.optional().describe("of the noise, where it is not sigmaMax (DIAMOND begins at 1)"),
  })
  .refine(({ sigmaMin, sigmaMax }) => sigmaMin < sigmaMax, {
    message: "sigmaMin must be smaller than sigmaMax",
    path: ["sigmaMin"],
  });

const ddim = z
  .strictObject({
    kind: z.literal("ddim"),
    steps,
    trainSteps: z.int().min(1).max(100_000).default(1000),
    schedule: z.enum(["linear", "scaled-linear", "cosine"]),
    betas: z
      .tuple([z.number().gt(0).lt(1), z.number().gt(0).lt(1)])
      .default([0.0001, 0.02])
      .describe("of the first and the last level; the cosine schedule has none"),
    predicts: z.enum(["epsilon", "v", "sample"]).describe("what the graph returns"),
    spacing: z.enum(["leading", "trailing"]).default("leading"),
    last: z
      .enum(["clean", "first-level"])
      .default("clean")
      .describe("noise left after the last step: none, or that of level 0"),
    clip: positive.optional().describe("predictions of the picture are kept within ± this"),
  })
  .refine(({ steps, trainSteps }) => steps <= trainSteps, {
    message: "more steps than the model was trained on (trainSteps)",
    path: ["steps"],
  });

const flow = z.strictObject({
  kind: z.literal("flow"),
  steps,
  shift: positive.default(1).describe("above 1: more steps where there is much noise"),
  levelScale: positive.default(1).describe("what the graph takes for pure noise: 1, or 1000"),
});

export const samplerSchema = z.discriminatedUnion("kind", [edm, ddim, flow]);

export type SamplerConfig = z.output<typeof samplerSchema>;

export function createSampler(config: SamplerConfig): Sampler {
  switch (config.kind) {
    case "edm":
      return edmSampler(config);
    case "ddim":
      return ddimSampler(config);
    case "flow":
      return flowSampler(config);
  }
}
