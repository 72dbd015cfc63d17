import type { KeyPath } from "../core/schema-problems.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import { checkTensor, type ExpectedDim, showTensor } from "./graph-check.ts";
import type { FloatType, OnnxSession } from "./session.ts";

/** A tensor that a card names, as the graph has it. */
export interface TensorPlan {
  readonly tensor: string;
  readonly type: FloatType;
  /** −1 is the batch axis. */
  readonly dims: readonly number[];
}

/** Which of the layouts that the card allows it has. */
export type FittedTensor = TensorPlan & { readonly layout: number };

/**
 * Holds a card against its graph, tensor by tensor: every input is filled, once, and all have one batch size. Every method
 * throws SimgateError `input`, at a line of the card, for what does not fit.
 */
export class GraphFit {
  readonly #document: YamlDocument<unknown>;
  readonly #graph: Pick<OnnxSession, "inputs" | "outputs">;
  readonly #called: string;
  readonly #fed = new Map<string, KeyPath>();
  readonly #batches: { size: number; path: KeyPath }[] = [];

  /** @param called how messages call it, where a card has several */
  constructor(
    document: YamlDocument<unknown>,
    graph: Pick<OnnxSession, "inputs" | "outputs">,
    called = "the graph",
  ) {
    this.#document = document;
    this.#graph = graph;
    this.#called = called;
  }

  /** @param shapes the layouts that the card allows, the preferred one first */
  input(path: KeyPath, name: string, shapes: ExpectedDim[][]): FittedTensor {
    const tensor = this.#check("input", path, name, shapes);
    const before = this.#fed.get(name);
    if (before !== undefined) {
      throw this.#document.error(path, `graph input "${name}" is filled twice`, {
        hint: `first at ${this.#document.where(before)}`,
      });
    }
    this.#fed.set(name, path);
    return tensor;
  }

  output(path: KeyPath, name: string, shapes: ExpectedDim[][]): FittedTensor {
    return this.#check("output", path, name, shapes);
  }

  /**
   * The number of rows that the graph was exported for; undefined: any.
   * @param at key of the card where inputs are declared
   * @param hint what to do about inputs that nothing fills, by their names
   */
  finish(at: KeyPath, hint: (unfed: readonly string[]) => string): number | undefined {
    const unfed = this.#graph.inputs.filter(({ name }) => !this.#fed.has(name));
    if (unfed.length > 0) {
      throw this.#document.error(at, `the card does not say what goes into every input of ${this.#called}`, {
        expected: this.#graph.inputs.map(showTensor).join(", "),
        got: [...this.#fed.keys()].join(", "),
        hint: hint(unfed.map(({ name }) => name)),
      });
    }
    const [first] = this.#batches;
    const odd = this.#batches.find(({ size }) => size !== first!.size);
    if (odd === undefined) return first?.size;
    throw this.#document.error(odd.path, "the graph's tensors have different fixed batch sizes", {
      expected: `${first!.size}`,
      got: `${odd.size}`,
      hint: "export the model with a dynamic batch axis",
    });
  }

  #check(side: "input" | "output", path: KeyPath, name: string, shapes: ExpectedDim[][]): FittedTensor {
    const graph = { side, tensors: this.#graph[side === "input" ? "inputs" : "outputs"] };
    const { type, fixedBatch, layout } = checkTensor(this.#document, path, name, graph, shapes);
    if (fixedBatch !== undefined) this.#batches.push({ size: fixedBatch, path });
    return {
      tensor: name,
      type,
      dims: shapes[layout]!.map((size) => (size === "batch" ? -1 : size)),
      layout,
    };
  }
}
