import { z } from "zod";

/** What of a scenario has a place in space: for the identity audit, and for ROS 2 clients that ask. */

const channelName = z.string().regex(/^[a-z][a-z0-9_]*$/);

export const objectSchema = z.strictObject({
  label: z.string().optional(),
  category: z
    .enum(["object", "human", "dynamic-object", "static-object"])
    .optional()
    .describe("what it is to a ROS 2 client of simulation_interfaces; default: object"),
  position: channelName.describe("observation channel of its position"),
  orientation: channelName.optional(),
  visible: channelName
    .optional()
    .describe(
      "observation channel that is 1 while the observer sees it, 0 while it is hidden; default: always seen",
    ),
  matchWithin: z
    .number()
    .positive()
    .optional()
    .describe(
      "farthest its position may be from truth's and still be it; default: 5 tolerances of the position",
    ),
});

export const robotSchema = z.strictObject({
  name: z.string().optional().describe("its name among a simulator's entities; default: the scenario's"),
  position: channelName.describe("observation channel of its position, x first"),
  orientation: channelName.optional().describe("observation channel: a quaternion, or an angle about z"),
  frame: z.string().default("base_link").describe("coordinate frame that moves with it, on /tf"),
});
export const namedPoseSchema = z.strictObject({
  description: z.string().optional(),
  tags: z.array(z.string()).default([]),
  position: z.tuple([z.number(), z.number(), z.number()]).describe("x, y, z in m"),
  headingRad: z.number().default(0).describe("turn about z"),
});

export type EntityCategory = NonNullable<z.output<typeof objectSchema>["category"]>;
export type NamedPose = z.output<typeof namedPoseSchema>;
