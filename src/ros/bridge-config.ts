import { z } from "zod";
import { besideConfigSchema } from "./beside-config.ts";
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

const replaceConfigSchema = z.strictObject({
  mode: z.literal("replace").describe("the world under test is the simulator"),
  ...modeSettings,
  world: z
    .string()
    .optional()
    .describe("a world of the scenario, or the path of a model card; default: its truth"),
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
});

/** `simgate bridge <config.yaml>`. Each number, text and switch is also a parameter of the node: see `settings.ts`. */
export const bridgeConfigSchema = z.discriminatedUnion("mode", [
  replaceConfigSchema,
  besideConfigSchema,
  policyConfigSchema,
  teleopConfigSchema,
]);

export type LockstepConfig = z.output<typeof lockstep>;
export type FreeRunningConfig = z.output<typeof freeRunning>;
export type ReplaceConfig = z.output<typeof replaceConfigSchema>;
export type BridgeConfig = z.output<typeof bridgeConfigSchema>;
