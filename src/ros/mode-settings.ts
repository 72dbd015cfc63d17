import { z } from "zod";

/** A setting that can be changed while running, as a ROS parameter of the same name. */
export const LIVE = { live: true };

/** How the node appears on the network. */
export const nodeSettings = z
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
  .prefault({});

/** What every mode has. */
export const modeSettings = {
  schema: z.literal("simgate/bridge@1"),
  scenario: z.string().describe("name of a bundled scenario, or path of a manifest beside this file"),
  autostart: z
    .boolean()
    .default(true)
    .describe("configure and activate at once (true), or wait for `ros2 lifecycle set` (false)")
    .meta({ readOnly: true }),
  node: nodeSettings,
};
