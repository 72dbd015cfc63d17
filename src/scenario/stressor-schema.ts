import { z } from "zod";

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
    kind: z.literal("horizon-extension"),
    factor: z
      .number()
      .gt(1)
      .describe("the horizon and all times of the success formula times this: the same task for longer"),
  }),
]);

export type StressorConfig = z.output<typeof stressorSchema>;
