import { z } from "zod";
import { parseColour, type Colour } from "../core/picture.ts";

/** What is said of a clip beside its frames (`clip.yaml`): when they were taken, and which objects are in them. */

const colour = z
  .string()
  .refine((text) => parseColour(text) !== undefined, "a colour is written #rrggbb")
  .transform((text): Colour => parseColour(text)!);

const spell = z
  .tuple([z.int().nonnegative(), z.int().nonnegative()])
  .refine(([first, last]) => first <= last, "a spell is written [first frame, last frame]");

export const lookSchema = z.strictObject({
  colour: colour.describe("#rrggbb"),
  tolerance: z
    .number()
    .positive()
    .default(60)
    .describe("farthest a pixel's colour may be from it, of 255 a colour; brightness counts half"),
  area: z
    .number()
    .positive()
    .optional()
    .describe("in pixels; default: that of the first frame it is seen in"),
  elongation: z
    .tuple([z.number().gte(1), z.number().gte(1)])
    .optional()
    .describe("least and most length ÷ breadth: 1 for a disc or a square; default: any"),
});

const clipObject = lookSchema.extend({
  label: z.string().optional(),
  hidden: z
    .array(spell)
    .default([])
    .describe("frames, counted from 0, in which it is rightly out of sight: [[first, last], …]"),
  reach: z
    .number()
    .positive()
    .optional()
    .describe("farthest it moves from one frame to the next, in pixels; default: 3 times its size"),
});

/** What any frames may be said to be, and to show. */
export const framesKeys = {
  title: z.string().optional(),
  origin: z.string().optional().describe("what made it"),
  license: z.string().optional(),
  periodSec: z.number().positive().optional().describe("time from one frame to the next"),
  claims: z
    .array(z.strictObject({ by: z.string(), text: z.string() }))
    .default([])
    .describe("what others say of it: quoted, never scored"),
  objects: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), clipObject).default({}),
};

export const clipCardSchema = z.strictObject({ schema: z.literal("simgate/clip@1"), ...framesKeys });

export type ClipCard = z.output<typeof clipCardSchema>;
export type ClipObject = ClipCard["objects"][string];

export const CLIP_CARD = "clip.yaml";
