import { z } from "zod";
import { parseColour, type Colour } from "../core/picture.ts";

/** Pictures of a planar scene, drawn from the observation channels: what an image channel shows. */

const channelName = z.string().regex(/^[a-z][a-z0-9_]*$/, "the name of an observation channel");
const length = z.number().positive();
export const colour = z
  .string()
  .refine((text) => parseColour(text) !== undefined, "a colour is written #rrggbb")
  .transform((text): Colour => parseColour(text)!);
const place = z
  .union([z.tuple([z.number(), z.number()]), channelName])
  .describe("[x, y] in m, or the observation channel that says where");
const turn = z.union([z.number(), channelName]).describe("in rad, or the observation channel that says it");

const common = {
  colour,
  at: place.default([0, 0]),
  turn: turn.default(0),
  offset: z.tuple([z.number(), z.number()]).default([0, 0]).describe("of its middle, in its own frame, m"),
  shown: channelName.optional().describe("observation channel: drawn while it is at least 0.5"),
  hides: z.boolean().default(false).describe("what lies behind it, seen from the eye, is not shown"),
  object: channelName.optional().describe("the object of the scenario that it is"),
};

const shape = z.union([
  z.strictObject({ disc: length.describe("radius, m"), ...common }),
  z.strictObject({ box: z.tuple([length, length]).describe("half length and half breadth, m"), ...common }),
  z.strictObject({
    capsule: z.tuple([length, length]).describe("half the distance of its centres, and its radius, m"),
    ...common,
  }),
]);

export const imageSchema = z.strictObject({
  size: z.tuple([z.int().min(16).max(2048), z.int().min(16).max(2048)]).describe("[height, width] in pixels"),
  view: z.strictObject({
    centre: place,
    width: length.describe("how much of the plane lies between the left and the right edge, m"),
    turn: turn.default(0).describe("of the camera about the vertical: in rad, or the channel that says it"),
  }),
  ground: colour.prefault("#83878c").describe("where nothing is"),
  light: z
    .strictObject({
      brightness: z
        .union([z.number().positive(), channelName])
        .default(1)
        .describe("1: colours as they are declared; or the scenario parameter that says it"),
      slope: z
        .tuple([z.number(), z.number()])
        .default([0, 0])
        .describe("how much brighter the right edge is than the middle, and the top edge"),
      colour: colour.prefault("#ffffff").describe("white: colours as they are declared"),
    })
    .prefault({}),
  eye: place.optional().describe("from where the scene is seen: what hides hides from there"),
  unseen: colour.prefault("#2b2d31").describe("what is hidden from the eye"),
  probe: z
    .string()
    .optional()
    .describe("card of a detector in ONNX that looks for the objects in it; default: by colour and shape"),
  shapes: z.array(shape).min(1).describe("drawn in this order, those that hide last"),
});

export type ImageConfig = z.output<typeof imageSchema>;
export type ImageShape = z.output<typeof shape>;
/** [x, y] in m, or a channel. */
export type ImagePlace = z.output<typeof place>;
