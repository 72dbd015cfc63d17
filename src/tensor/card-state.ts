import { z } from "zod";
import type { KeyPath } from "../core/schema-problems.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import type { ExpectedDim } from "./graph-check.ts";
import type { GraphFit } from "./graph-fit.ts";
import type { StateSpec } from "./recurrent-state.ts";

/** The `state` block of a model card, the same for worlds and policies: what a graph returns to be given back. */

export const tensorShape = z
  .array(z.union([z.literal(-1), z.int().positive()]))
  .min(1)
  .refine((shape) => shape.filter((size) => size === -1).length === 1, "needs exactly one -1: the batch axis")
  .describe("-1 is the batch axis");

export const stateSchema = z.array(
  z.strictObject({ input: z.string(), output: z.string(), shape: tensorShape }),
);

/** @throws SimgateError `input`, under the key `state`, for a tensor that the graph does not take and give so. */
export function planState(
  document: YamlDocument<unknown>,
  state: z.output<typeof stateSchema>,
  fit: GraphFit,
): StateSpec[] {
  return state.map((one, i): StateSpec => {
    const { input, output, shape } = one;
    const path: KeyPath = ["state", i];
    const { type } = fit.input([...path, "input"], input, [expectedDims(shape)]);
    const given = fit.output([...path, "output"], output, [expectedDims(shape)]);
    if (given.type !== type) {
      throw document.error(path, "a carried state must keep its element type", {
        expected: `${output} ${type}, as ${input}`,
        got: given.type,
      });
    }
    return { ...one, type, ...aroundBatch(shape) };
  });
}

/** Of a tensor whose batch axis a card writes as −1. */
export function expectedDims(shape: readonly number[]): ExpectedDim[] {
  return shape.map((size): ExpectedDim => (size === -1 ? "batch" : size));
}

/** Product of the axes before and after the batch axis. */
export function aroundBatch(shape: readonly number[]): { outer: number; inner: number } {
  const axis = shape.indexOf(-1);
  const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
  return { outer: product(shape.slice(0, axis)), inner: product(shape.slice(axis + 1)) };
}
