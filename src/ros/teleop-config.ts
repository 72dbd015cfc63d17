import { z } from "zod";
import { LIVE, modeSettings } from "./mode-settings.ts";

const topic = z.string().regex(/^(\/?\w+)+$/, "like /cmd_vel");
const scale = z
  .number()
  .default(1)
  .describe("what the input is multiplied by, in the channel's unit; negative turns it round");
const channel = z.string().describe("action channel, or channel[label]");

const twist = z.strictObject({
  topic: topic.default("/cmd_vel"),
  type: z
    .enum(["geometry_msgs/msg/Twist", "geometry_msgs/msg/TwistStamped"])
    .default("geometry_msgs/msg/Twist")
    .describe("Jazzy's own teleop nodes send TwistStamped where they are told to"),
  map: z
    .array(
      z.strictObject({
        field: z.enum(["linear.x", "linear.y", "linear.z", "angular.x", "angular.y", "angular.z"]),
        channel,
        scale,
      }),
    )
    .min(1),
});

const joy = z.strictObject({
  topic: topic.default("/joy"),
  deadman: z
    .int()
    .nonnegative()
    .optional()
    .describe("button that must be held for anything but zero to be commanded; default: none"),
  deadzone: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.05)
    .describe("an axis this close to its middle is at its middle")
    .meta(LIVE),
  axes: z.array(z.strictObject({ axis: z.int().nonnegative(), channel, scale })).default([]),
  buttons: z
    .array(
      z.strictObject({
        button: z.int().nonnegative(),
        channel,
        value: z.number().describe("added while it is held, in the channel's unit"),
      }),
    )
    .default([]),
});

/** Mode `teleop`: a person commands the scenario's action channels. */
export const teleopConfigSchema = z.strictObject({
  mode: z.literal("teleop").describe("a person commands through /cmd_vel or a joystick"),
  ...modeSettings,
  twist: twist.optional().describe("velocities, from teleop_twist_keyboard, a web joystick, Nav2"),
  joy: joy.optional().describe("a game pad, from joy_node"),
  timeoutMs: z
    .number()
    .positive()
    .max(60_000)
    .default(500)
    .describe("this long after the last input, on the wall clock, zero is commanded")
    .meta(LIVE),
});

export type TeleopConfig = z.output<typeof teleopConfigSchema>;
