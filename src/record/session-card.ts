import { z } from "zod";
import { framesKeys } from "./clip-card.ts";

/** What is said of frames that somebody acted in (`session.yaml`): what was done when, and which object it should move. */

const axis = z.strictObject({
  action: z.string().describe("column of the actions"),
  sign: z
    .union([z.literal(1), z.literal(-1)])
    .default(1)
    .describe("-1 where a larger value moves to the left, or upwards"),
});

const control = z
  .strictObject({
    x: axis.optional().describe("along the frame, to the right"),
    y: axis.optional().describe("along the frame, downwards"),
    commands: z
      .enum(["velocity", "position", "acceleration"])
      .default("velocity")
      .describe("of the object, what the action sets"),
  })
  .refine(({ x, y }) => x !== undefined || y !== undefined, "say along which axis, x or y, it moves");

const stamp = z
  .enum(["header", "receive"])
  .default("header")
  .describe(
    "which time of a message counts: its header's, else when it was published; or when it was recorded",
  );

const topicFrames = z.strictObject({
  topic: z.string().describe("of sensor_msgs/Image or CompressedImage"),
  stamp,
});

const topicActions = z.strictObject({
  topic: z
    .union([z.string(), z.array(z.string()).min(1)])
    .describe("the numbers of its messages are the columns: linear.x, data[0], position[elbow]"),
  stamp,
});

const fileActions = z.strictObject({
  file: z.string().describe(".csv with a header, or .jsonl with an object a line; relative to this file"),
  frame: z
    .string()
    .optional()
    .describe("column: the frame, counted from 0, that was on show when this was done"),
  time: z.string().optional().describe("column: when it was done, s; the first frame is at firstFrameSec"),
  firstFrameSec: z.number().default(0),
});

export const sessionCardSchema = z.strictObject({
  schema: z.literal("simgate/session@1"),
  ...framesKeys,
  recording: z
    .string()
    .optional()
    .describe("MCAP file, or folder of a bag, that holds frames and actions; relative to this file"),
  frames: z
    .union([z.string(), topicFrames])
    .default(".")
    .describe("folder of pictures, or a video, relative to this file; or a topic of the recording"),
  actions: z.union([fileActions, topicActions]),
  controls: z
    .record(z.string(), control)
    .default({})
    .describe("object → what should move it: an action column for each axis of the frame"),
  maxLagFrames: z.int().nonnegative().default(5).describe("latest frame at which an action may show"),
  stillPx: z.number().positive().default(1.5).describe("what lies still may seem to move by so much"),
  touchPx: z.number().positive().default(3).describe("bodies nearer than this may touch"),
});

export type SessionCard = z.output<typeof sessionCardSchema>;
export type FramesInRecording = z.output<typeof topicFrames>;
export type ActionsInRecording = z.output<typeof topicActions>;
export type ActionsInFile = z.output<typeof fileActions>;
export type SessionControl = SessionCard["controls"][string];

export const SESSION_CARD = "session.yaml";
