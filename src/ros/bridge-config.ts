import { z } from "zod";

const positive = z.number().positive();

const lockstep = z.strictObject({
  mode: z.literal("lockstep"),
  deadlineMs: positive
    .default(1000)
    .describe("longest wait for the command that answers an observation, on the wall clock"),
  onDeadline: z
    .enum(["hold", "zero", "abort"])
    .default("hold")
    .describe("take the step with the command before, with zero, or pause the simulation"),
  freewheel: z
    .boolean()
    .default(false)
    .describe("before the first command: step with zero in real time (true), or wait for it (false)"),
});
const freeRunning = z.strictObject({
  mode: z.literal("free-running"),
  realTimeFactor: positive.default(1).describe("simulated seconds a second on the wall clock"),
});

/** `simgate bridge <config.yaml>`. */
export const bridgeConfigSchema = z.strictObject({
  schema: z.literal("simgate/bridge@1"),
  mode: z.literal("replace").describe("the world under test is the simulator"),
  scenario: z.string().describe("name of a bundled scenario, or path of a manifest beside this file"),
  world: z
    .string()
    .optional()
    .describe("a world of the scenario, or the path of a model card; default: its truth"),
  start: z
    .string()
    .default("#0")
    .describe(
      "#n of the panel, `next` for one after the other, or key=value,…; parameter `start` while running",
    ),
  play: z
    .boolean()
    .default(true)
    .describe("play at once (true), or begin paused and wait for set_simulation_state or steps (false)"),
  atEnd: z
    .enum(["pause", "reset", "continue"])
    .default("pause")
    .describe("at the horizon or the end condition: pause, begin the next episode, or go on regardless"),
  sync: z
    .discriminatedUnion("mode", [lockstep, freeRunning])
    .prefault({ mode: "lockstep" })
    .describe("who waits for whom"),
  node: z
    .strictObject({
      name: z
        .string()
        .regex(/^[a-zA-Z_]\w*$/, "letters, digits and _, beginning with a letter")
        .default("simgate"),
      namespace: z
        .string()
        .regex(/^\/(\w+(\/\w+)*)?$/, "like / or /left")
        .default("/"),
      services: z
        .string()
        .regex(/^(~|(\/\w+)*)$/, "~, a namespace like /gzserver, or nothing")
        .default("~")
        .describe("before the names of the simulation services: ~ is the node's own name, empty is none"),
    })
    .prefault({}),
});

export type BridgeConfig = z.output<typeof bridgeConfigSchema>;
