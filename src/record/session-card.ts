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

export const sessionCardSchema = z.strictObject({
  schema: z.literal("simgate/session@1"),
  ...framesKeys,
  periodSec: z.number().positive().describe("time from one frame to the next"),
  frames: z.string().default(".").describe("folder of pictures, or a video; relative to this file"),
  actions: z.strictObject({
    file: z.string().describe(".csv with a header, or .jsonl with an object a line; relative to this file"),
    frame: z
      .string()
      .optional()
      .describe("column: the frame, counted from 0, that was on show when this was done"),
    time: z.string().optional().describe("column: when it was done, s; the first frame is at firstFrameSec"),
    firstFrameSec: z.number().default(0),
  }),
  controls: z
    .record(z.string(), control)
    .default({})
    .describe("object → what should move it: an action column for each axis of the frame"),
  maxLagFrames: z.int().nonnegative().default(5).describe("latest frame at which an action may show"),
  stillPx: z.number().positive().default(1.5).describe("what lies still may seem to move by so much"),
  touchPx: z.number().positive().default(3).describe("bodies nearer than this may touch"),
});

export type SessionCard = z.output<typeof sessionCardSchema>;
export type SessionControl = SessionCard["controls"][string];

export const SESSION_CARD = "session.yaml";
