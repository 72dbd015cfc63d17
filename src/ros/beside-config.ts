import { z } from "zod";
import { LIVE, modeSettings } from "./mode-settings.ts";

const topic = z.string().regex(/^(\/\w+)+$/, "like /truth/epoch");

const topicsTruth = z.strictObject({
  kind: z.literal("topics").describe("a robot, a simulator or `ros2 bag play`, by the scenario's topics"),
  epoch: topic
    .optional()
    .describe("topic (std_msgs/UInt64) on which truth counts its episodes, as /simgate/epoch; default: none"),
});
const bagTruth = z.strictObject({
  kind: z.literal("bag").describe("a recording, read straight from the file"),
  path: z.string().describe("*.mcap, or the folder of a bag; relative to this file"),
  rate: z
    .number()
    .nonnegative()
    .max(1000)
    .default(1)
    .describe("recorded seconds a second on the wall clock; 0: as fast as the candidate follows"),
});

/** Mode `beside`: the candidate runs along a truth that runs elsewhere, and never commands. */
export const besideConfigSchema = z.strictObject({
  mode: z
    .literal("beside")
    .describe("the candidate runs along a truth that runs elsewhere, and never commands"),
  ...modeSettings,
  world: z.string().describe("the candidate: a world of the scenario, or the path of a model card"),
  truth: z
    .discriminatedUnion("kind", [topicsTruth, bagTruth])
    .prefault({ kind: "topics" })
    .describe("where truth comes from"),
  start: z
    .string()
    .default("")
    .describe("truth's parameters: #n of the panel, or key=value,…; default: the middle of the start box"),
  resync: z
    .strictObject({
      everySteps: z
        .int()
        .nonnegative()
        .max(1_000_000)
        .default(0)
        .describe("put the candidate where truth is after so many control steps; 0: never for that")
        .meta(LIVE),
      beyond: z
        .number()
        .nonnegative()
        .max(1e9)
        .default(0)
        .describe("put it there once it is more than so many tolerances off; 0: never for that")
        .meta(LIVE),
    })
    .prefault({})
    .describe("when the candidate is put where truth is, besides ~/resync"),
  alarm: z
    .strictObject({
      warn: z
        .number()
        .positive()
        .max(1e9)
        .default(1)
        .describe("warning from so many of the scenario's tolerances on")
        .meta(LIVE),
      error: z
        .number()
        .positive()
        .max(1e9)
        .default(5)
        .describe("error from so many of the scenario's tolerances on")
        .meta(LIVE),
    })
    .prefault({})
    .describe("levels of /diagnostics"),
  evidence: z
    .string()
    .optional()
    .describe("evidence folder of an exam of this candidate: says how long it may be believed"),
  usableHorizonSec: z
    .number()
    .nonnegative()
    .default(0)
    .describe("how long it may be believed, where there is no evidence; 0: nobody knows"),
  contextSteps: z
    .int()
    .nonnegative()
    .max(10_000)
    .default(50)
    .describe(
      "control steps of truth's past that a world with a memory is shown when it is reset to where truth is; a learned world that has followed truth all along knows all of it",
    ),
  longestQueue: z
    .int()
    .positive()
    .max(100_000)
    .default(50)
    .describe("control steps the candidate may be behind before it gives them up"),
  silentAfterMs: z
    .number()
    .positive()
    .max(3_600_000)
    .default(2000)
    .describe("this long without an observation, on the wall clock, truth counts as silent")
    .meta(LIVE),
  record: z.string().optional().describe("folder of the bag to be written; default: nothing is recorded"),
});

export type BesideConfig = z.output<typeof besideConfigSchema>;
