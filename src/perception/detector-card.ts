import { z } from "zod";
import { loadCard, modelKeys, provenanceKeys, type LoadedCard } from "../tensor/card-file.ts";

/** The card of an object detector in ONNX: how a frame goes in, what comes out, and which class is which object. */

const perColour = z.tuple([z.number(), z.number(), z.number()]);
const overlap = z
  .number()
  .min(0)
  .max(1)
  .describe("of two boxes of one class that share more than this (intersection ÷ union) the surer one stays");
const box = z.enum(["xyxy", "cxcywh"]).describe("two corners, or middle and size");
const unit = z.enum(["pixels", "normalised"]).describe("of the graph's input, or from 0 to 1 of it");
const scoring = z
  .enum(["none", "sigmoid", "softmax"])
  .default("none")
  .describe("what makes a score of a value; softmax: over the classes, of which the last one is none");

const outputSchema = z.discriminatedUnion("form", [
  z.strictObject({
    form: z
      .literal("boxes")
      .describe("one row a detection: torchvision, DETR, anything with its own suppression"),
    boxes: z.string().describe("graph output: [detections, 4]"),
    scores: z.string().describe("graph output: [detections], or [detections, classes]"),
    classes: z.string().optional().describe("graph output: [detections], where scores have no classes"),
    box,
    unit,
    scoring,
    overlap: overlap.default(1),
  }),
  z.strictObject({
    form: z.literal("yolo"),
    tensor: z.string().describe("graph output: [4 + classes, candidates] or the other way round"),
    objectness: z
      .boolean()
      .default(false)
      .describe("a fifth value before the classes, that scores are multiplied with"),
    box: box.default("cxcywh"),
    unit: unit.default("pixels"),
    overlap: overlap.default(0.45),
  }),
  z.strictObject({
    form: z.literal("heat-maps").describe("one map a class, highest in the middle of an object"),
    tensor: z.string().describe("graph output: [classes, height, width]"),
    scoring: z.enum(["none", "sigmoid"]).default("none"),
  }),
]);

export const detectorCardSchema = z.strictObject({
  schema: z.literal("simgate/detector-card@1"),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, "lower-case letters, digits and -, beginning with a letter"),
  title: z.string(),
  ...modelKeys,
  input: z.strictObject({
    tensor: z
      .string()
      .describe("graph input: [1, 3, height, width], in the order of layout, or without the 1"),
    layout: z.enum(["nchw", "nhwc"]).default("nchw"),
    colours: z.enum(["rgb", "bgr"]).default("rgb"),
    range: z
      .tuple([z.number(), z.number()])
      .default([0, 1])
      .describe("tensor values of no and of full brightness, before mean and std"),
    mean: perColour.default([0, 0, 0]).describe("subtracted, in the order of colours"),
    std: perColour.default([1, 1, 1]).describe("divided by"),
    size: z
      .tuple([z.int().positive(), z.int().positive()])
      .optional()
      .describe("[height, width] that frames are brought to; default: the graph's, or the frame's own"),
    fit: z
      .enum(["stretch", "letterbox"])
      .default("stretch")
      .describe("letterbox: keeps the proportions, grey (114) beside it"),
  }),
  output: outputSchema,
  classes: z
    .array(z.string())
    .min(1)
    .describe("their names, in the graph's order, from 0; background too, if it counts"),
  objects: z
    .record(z.string(), z.string())
    .describe("object that is looked for → class; other classes are not looked at"),
  threshold: z.number().min(0).max(1).default(0.5).describe("least score"),
  ...provenanceKeys,
});

export type DetectorCard = z.output<typeof detectorCardSchema>;

/** @throws SimgateError `input` for a missing file, a card that breaks the schema, or a model that is not the one hashed. */
export async function loadDetectorCard(path: string): Promise<LoadedCard<DetectorCard>> {
  return loadCard(path, detectorCardSchema, "detector card");
}
