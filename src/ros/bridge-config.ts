import { z } from "zod";
import { besideConfigSchema } from "./beside-config.ts";
import { latencySchema } from "./latency.ts";
import { LIVE, modeSettings } from "./mode-settings.ts";
import { policyConfigSchema } from "./policy-config.ts";
import { teleopConfigSchema } from "./teleop-config.ts";

const lockstep = z.strictObject({
  mode: z.literal("lockstep"),
  deadlineMs: z
    .number()
    .positive()
    .max(3_600_000)
    .default(1000)
    .describe("longest wait for the command that answers an observation, on the wall clock")
    .meta(LIVE),
  onDeadline: z
    .enum(["hold", "zero", "abort"])
    .default("hold")
    .describe("take the step with the command before, with zero, or pause the simulation")
    .meta(LIVE),
  freewheel: z
    .boolean()
    .default(false)
    .describe("before the first command: step with zero in real time (true), or wait for it (false)"),
  latency: latencySchema.describe("simulated time that passes while the policy thinks"),
});
const freeRunning = z.strictObject({
  mode: z.literal("free-running"),
  realTimeFactor: z
    .number()
    .positive()
    .max(1000)
    .default(1)
    .describe("simulated seconds a second on the wall clock")
    .meta(LIVE),
});

/** What every mode has that is the simulator. */
const simulatorSettings = {
  ...modeSettings,
  start: z
    .string()
    .default("#0")
    .describe(
      "where the coming episode begins: #n of the panel, `next` for one after the other, or key=value,…",
    )
    .meta(LIVE),
  play: z
    .boolean()
    .default(true)
    .describe("play at once (true), or begin paused and wait for set_simulation_state or steps (false)"),
  atEnd: z
    .enum(["pause", "reset", "continue"])
    .default("pause")
    .describe("at the horizon or the end condition: pause, begin the next episode, or go on regardless")
    .meta(LIVE),
  sync: z
    .discriminatedUnion("mode", [lockstep, freeRunning])
    .prefault({ mode: "lockstep" })
    .describe("who waits for whom"),
  evidence: z
    .string()
    .optional()
    .describe("evidence folder of an exam of this world: custom_info quotes its claim and usable horizon"),
  record: z.string().optional().describe("folder of the bag to be written; default: nothing is recorded"),
};

const replaceConfigSchema = z.strictObject({
  mode: z.literal("replace").describe("the world under test is the simulator"),
  ...simulatorSettings,
  world: z
    .string()
    .optional()
    .describe("a world of the scenario, or the path of a model card; default: its truth"),
  thread: z
    .enum(["own", "shared"])
    .default("own")
    .describe(
      "the world computes in a thread of its own, or in the node's: sooner by a fifth of a millisecond a step, and deaf while it computes",
    ),
});

const handoverConfigSchema = z.strictObject({
  mode: z.literal("handover").describe("truth is the simulator until a mark, the candidate from there on"),
  ...simulatorSettings,
  truth: z.string().optional().describe("a world of the scenario; default: its truth"),
  world: z.string().describe("the candidate: a world of the scenario, or the path of a model card"),
  mark: z
    .discriminatedUnion("at", [
      z.strictObject({
        at: z.literal("step").describe("so many control steps after the episode began"),
        step: z.int().positive().max(1_000_000_000).describe("control step").meta(LIVE),
      }),
      z.strictObject({
        at: z.literal("time").describe("so long after the episode began"),
        sec: z.number().positive().max(1e6).describe("simulated seconds").meta(LIVE),
      }),
      z.strictObject({ at: z.literal("service").describe("when ~/handover is called") }),
    ])
    .describe("when the candidate takes over; ~/handover makes it at once"),
  contextSteps: z
    .int()
    .nonnegative()
    .max(10_000)
    .default(50)
    .describe("control steps of the past that a candidate with a memory is shown"),
});

/** `simgate bridge <config.yaml>`. Each number, text and switch is also a parameter of the node: see `settings.ts`. */
export const bridgeConfigSchema = z.discriminatedUnion("mode", [
  replaceConfigSchema,
  handoverConfigSchema,
  besideConfigSchema,
  policyConfigSchema,
  teleopConfigSchema,
]);

export type LockstepConfig = z.output<typeof lockstep>;
export type FreeRunningConfig = z.output<typeof freeRunning>;
export type ReplaceConfig = z.output<typeof replaceConfigSchema>;
export type HandoverConfig = z.output<typeof handoverConfigSchema>;
/** Of a mode that is the simulator. */
export type SimulatorConfig = ReplaceConfig | HandoverConfig;
export type BridgeConfig = z.output<typeof bridgeConfigSchema>;
