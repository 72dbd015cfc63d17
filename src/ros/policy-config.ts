import { z } from "zod";
import { LIVE, modeSettings } from "./mode-settings.ts";

/** Mode `policy`: a policy of the scenario drives whatever simulator or robot speaks its topics. */
export const policyConfigSchema = z.strictObject({
  mode: z.literal("policy").describe("a policy of the scenario commands a simulator or robot on the network"),
  ...modeSettings,
  policy: z.string().describe("a policy of the scenario, or the path of a policy card"),
  trigger: z
    .enum(["observation", "period"])
    .default("observation")
    .describe("act on each observation, a control period apart (observation), or by the wall clock (period)"),
  seed: z.int().nonnegative().default(0).describe("of the policy's own randomness"),
  epoch: z
    .string()
    .regex(/^(\/\w+)+$/, "like /simgate/epoch")
    .optional()
    .describe("topic (std_msgs/UInt64) that counts episodes: the policy is reset when it changes"),
  silence: z
    .strictObject({
      afterMs: z
        .number()
        .positive()
        .max(3_600_000)
        .default(500)
        .describe("this long without an observation, on the wall clock, is silence")
        .meta(LIVE),
      command: z
        .enum(["zero", "nothing"])
        .default("zero")
        .describe(
          "in silence: command zero once (zero), or leave the last command standing (nothing), as suits a simulator that waits",
        )
        .meta(LIVE),
    })
    .prefault({})
    .describe("what to do when observations stop"),
});

export type PolicyConfig = z.output<typeof policyConfigSchema>;
