import { z } from "zod";
import { colour } from "./image-schema.ts";

const share = z.number().min(0).max(1);

/** What makes a task harder, in truth and candidate alike. */
export const stressorSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("action-delay"),
    steps: z.int().positive().describe("control steps by which commands reach the world late"),
  }),
  z.strictObject({
    kind: z.literal("action-noise"),
    std: z
      .record(z.string(), z.number().positive())
      .describe("action channel → standard deviation of what is added to every component"),
  }),
  z.strictObject({
    kind: z.literal("observation-delay"),
    steps: z.int().positive().describe("control steps by which the policy sees everything late"),
  }),
  z.strictObject({
    kind: z.literal("observation-dropout"),
    rate: z
      .number()
      .min(0)
      .max(1)
      .describe("probability that the policy loses an observation and goes on with the last one it got"),
  }),
  z.strictObject({
    kind: z.literal("parameter-shift"),
    parameters: z
      .record(z.string(), z.number())
      .describe("parameter → what is added to the value of every start, in its unit"),
  }),
  z.strictObject({
    kind: z.literal("lighting"),
    brightness: z.number().positive().default(1).describe("factor on the declared light"),
    slope: z
      .tuple([z.number(), z.number()])
      .default([0, 0])
      .describe(
        "where the light comes from: how much brighter the right edge is than the middle, and the top edge",
      ),
    colour: colour.prefault("#ffffff").describe("of the light"),
    from: share.default(1).describe("share of it at the start; it grows to all of it at the horizon"),
  }),
  z.strictObject({
    kind: z.literal("context-drift"),
    noise: z
      .number()
      .nonnegative()
      .default(0)
      .describe(
        "standard deviation on every pixel a world is shown of its own past, in shares of full brightness",
      ),
    contrast: z.number().positive().max(1).default(1).describe("what is left of the contrast in it"),
    from: share.default(0).describe("share of it in the first picture; it grows to all of it at the horizon"),
  }),
  z.strictObject({
    kind: z.literal("prompt-drift"),
    of: z
      .enum(["policy", "world"])
      .default("policy")
      .describe(
        "who is told in other words: policies, what their goal is (a server's constants), or worlds, what they show (prompt:)",
      ),
    wordings: z
      .array(z.string())
      .min(1)
      .describe("what is said instead: each start is given one of them, drawn by its seed"),
    fromSec: z
      .number()
      .nonnegative()
      .default(0)
      .describe("time in the rollout from which on; until then the own words are said"),
  }),
  z.strictObject({
    kind: z.literal("horizon-extension"),
    factor: z
      .number()
      .gt(1)
      .describe("the horizon and all times of the success formula times this: the same task for longer"),
  }),
]);

export type StressorConfig = z.output<typeof stressorSchema>;
/** Those that are seen in pictures alone: no verdict of truth depends on them. */
export type PictureStressor = Extract<StressorConfig, { kind: "lighting" | "context-drift" }>;
export type PromptStressor = Extract<StressorConfig, { kind: "prompt-drift" }>;
