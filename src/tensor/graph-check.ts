import { didYouMean } from "../core/errors.ts";
import type { KeyPath } from "../core/schema-problems.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import type { FloatType, TensorInfo } from "./session.ts";

/** Size of one axis as the card implies it; `batch` is the number of lanes. */
export type ExpectedDim = number | "batch";

/** A tensor that a card names, found in the graph and of the right type and rank. */
export interface CheckedTensor {
  readonly name: string;
  readonly type: FloatType;
  /** The batch axis is a fixed number in some exported graphs; undefined: any number of lanes. */
  readonly fixedBatch: number | undefined;
}

/**
 * Checks one tensor of the graph against what the card says of it.
 * @param shapes the layouts the card allows, the preferred one first.
 * @returns also which of `shapes` the graph has.
 * @throws SimgateError `input` for a wrong name (listing the graph's), element type or shape.
 */
export function checkTensor(
  document: YamlDocument<unknown>,
  path: KeyPath,
  name: string,
  graph: { readonly side: "input" | "output"; readonly tensors: readonly TensorInfo[] },
  shapes: readonly (readonly ExpectedDim[])[],
): CheckedTensor & { readonly layout: number } {
  const info = graph.tensors.find((tensor) => tensor.name === name);
  if (info === undefined) {
    throw document.error(path, `the graph has no ${graph.side} "${name}"`, {
      expected: graph.tensors.map(showTensor).join(", ") || `(no ${graph.side}s at all)`,
      got: name,
      hint: didYouMean(
        name,
        graph.tensors.map((tensor) => tensor.name),
      ),
    });
  }
  const { type } = info;
  if (type !== "float32" && type !== "float64") {
    throw document.error(path, `${graph.side} "${name}" has an element type simgate cannot fill`, {
      expected: "float32 or float64",
      got: type,
      hint: "export the model with a float input and cast inside the graph",
    });
  }
  const layout = shapes.findIndex((shape) => fits(info.shape, shape));
  const shape = shapes[layout];
  if (shape === undefined) {
    throw document.error(path, `${graph.side} "${name}" has another shape than the card implies`, {
      expected: shapes.map(showShape).join(" or "),
      got: showShape(info.shape),
    });
  }
  const batch = info.shape[shape.indexOf("batch")];
  return { name, type, fixedBatch: typeof batch === "number" ? batch : undefined, layout };
}

/** `x float32 [batch, 7]` */
export function showTensor(tensor: TensorInfo): string {
  return `${tensor.name} ${tensor.type} ${showShape(tensor.shape)}`;
}

function showShape(shape: readonly (number | string)[]): string {
  return `[${shape.map((size) => (size === "" ? "any" : size)).join(", ")}]`;
}

function fits(actual: readonly (number | string)[], expected: readonly ExpectedDim[]): boolean {
  return (
    actual.length === expected.length &&
    expected.every((size, axis) => {
      const found = actual[axis];
      return size === "batch" || typeof found === "string" || found === size;
    })
  );
}
