import { didYouMean } from "../../core/errors.ts";
import type { KeyPath } from "../../core/schema-problems.ts";
import type { YamlDocument } from "../../core/yaml-document.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { compileFeatures } from "../../tensor/features.ts";
import { type CheckedTensor, checkTensor, type ExpectedDim, showTensor } from "../../tensor/graph-check.ts";
import type { FloatType, OnnxSession } from "../../tensor/session.ts";
import type { NoiseSpec } from "../onnx/noise.ts";
import { aroundBatch, commonBatch, type InputPlan } from "../onnx/plan.ts";
import type { StateSpec } from "../onnx/recurrent-state.ts";
import type { GraphName, LatentCard } from "./card.ts";

/** One of the three graphs: what goes in, which state it takes and gives, and where its picture is. */
export interface GraphPlan {
  readonly name: GraphName;
  readonly inputs: readonly InputPlan[];
  readonly noise: readonly NoiseSpec[];
  /** Positions in the card's `state` of those it takes, and of those it gives. */
  readonly takes: readonly number[];
  readonly gives: readonly number[];
  readonly picture: PicturePlan | undefined;
  /** Number of rows the graph insists on; undefined: as many as there are. */
  readonly fixedBatch: number | undefined;
}

export interface PicturePlan {
  readonly tensor: string;
  readonly type: FloatType;
  /** −1 is the batch axis. */
  readonly dims: readonly number[];
}

/** What the first graph that names a state says of it; the others must agree. */
export interface CarriedState {
  spec?: StateSpec;
}

type Step = LatentCard["graphs"]["step"];

/** Holds a card against one of its graphs, piece by piece. Every method throws SimgateError `input` for what does not fit. */
export class GraphCheck {
  readonly #document: YamlDocument<LatentCard>;
  readonly #name: GraphName;
  readonly #graph: Pick<OnnxSession, "inputs" | "outputs">;
  readonly #carried: readonly CarriedState[];
  readonly #fed = new Map<string, KeyPath>();
  readonly #batches: { size: number | undefined; path: KeyPath }[] = [];
  readonly #takes: number[] = [];
  readonly #gives: number[] = [];
  #inputs: readonly InputPlan[] = [];
  #noise: readonly NoiseSpec[] = [];
  #picture: PicturePlan | undefined;

  constructor(
    document: YamlDocument<LatentCard>,
    name: GraphName,
    graph: Pick<OnnxSession, "inputs" | "outputs">,
    carried: readonly CarriedState[],
  ) {
    this.#document = document;
    this.#name = name;
    this.#graph = graph;
    this.#carried = carried;
  }

  get takesState(): boolean {
    return this.#takes.length > 0;
  }

  picture(side: "input" | "output", name: string, shapes: ExpectedDim[][]): void {
    const path = [...this.#at, "picture"];
    const { type, layout } =
      side === "input" ? this.#input(path, name, shapes) : this.output(path, name, shapes);
    const dims = shapes[layout]!.map((size) => (size === "batch" ? -1 : size));
    this.#picture = { tensor: name, type, dims };
  }

  feed(inputs: Step["inputs"], noise: Step["noise"], scenario: Scenario): void {
    this.#inputs = inputs.map((input, i): InputPlan => {
      const path = [...this.#at, "inputs", i];
      const features = compileFeatures(this.#document, path, input, scenario);
      if (features.usesActions && this.#name !== "step") {
        throw this.#document.error([...path, "features"], `${this.#name} comes before the action`, {
          hint: "the action that follows an observation goes into step",
        });
      }
      const { type } = this.#input([...path, "tensor"], input.tensor, [["batch", features.width]]);
      return { tensor: input.tensor, type, history: 1, flat: true, features };
    });
    this.#noise = noise.map((one, i): NoiseSpec => {
      const { type } = this.#input([...this.#at, "noise", i, "input"], one.input, [dimsOf(one.shape)]);
      return { input: one.input, type, shape: one.shape, ...aroundBatch(one.shape) };
    });
  }

  /** Whether the graph takes and gives the state at this position of the card. */
  state(i: number, { input, output, shape }: LatentCard["state"][number]): { readonly gives: boolean } {
    const takes = this.#graph.inputs.some(({ name }) => name === input);
    const gives = this.#graph.outputs.some(({ name }) => name === output);
    const agree = (path: KeyPath, { type }: CheckedTensor): void => {
      const carried = this.#carried[i]!;
      carried.spec ??= { input, output, type, shape, ...aroundBatch(shape) };
      if (carried.spec.type === type) return;
      throw this.#document.error(path, "a carried state must keep its element type", {
        expected: carried.spec.type,
        got: `${type} in ${this.#name}`,
      });
    };
    if (takes) {
      agree(["state", i, "input"], this.#input(["state", i, "input"], input, [dimsOf(shape)]));
      this.#takes.push(i);
    }
    if (gives) {
      agree(["state", i, "output"], this.output(["state", i, "output"], output, [dimsOf(shape)]));
      this.#gives.push(i);
    }
    return { gives };
  }

  output(path: KeyPath, name: string, shapes: ExpectedDim[][]): CheckedTensor & { readonly layout: number } {
    const tensor = checkTensor(
      this.#document,
      path,
      name,
      { side: "output", tensors: this.#graph.outputs },
      shapes,
    );
    this.#batches.push({ size: tensor.fixedBatch, path });
    return tensor;
  }

  finish(): GraphPlan {
    const states = this.#document.value.state;
    const unfed = this.#graph.inputs.filter(({ name }) => !this.#fed.has(name));
    if (unfed.length > 0) {
      throw this.#document.error(
        this.#at,
        `the card does not say what goes into every input of ${this.#name}`,
        {
          expected: this.#graph.inputs.map(showTensor).join(", "),
          got: [...this.#fed.keys()].join(", "),
          hint: `${unfed.map(({ name }) => name).join(", ")}: add to inputs, noise or state; ${didYouMean(
            unfed[0]!.name,
            states.map(({ input }) => input),
          )}`,
        },
      );
    }
    const idle =
      this.#name === "decode" ? this.#takes.length === 0 : this.#name === "step" && this.#gives.length === 0;
    if (idle) {
      const [verb, key, side] =
        this.#name === "decode"
          ? (["takes", "input", "inputs"] as const)
          : (["gives", "output", "outputs"] as const);
      throw this.#document.error(["state"], `${this.#name} ${verb} no state`, {
        expected: states.map((state) => state[key]).join(", "),
        got: this.#graph[side].map(showTensor).join(", ") || "nothing",
        hint: `export the graph with the ${side} that state names`,
      });
    }
    return {
      name: this.#name,
      inputs: this.#inputs,
      noise: this.#noise,
      takes: this.#takes,
      gives: this.#gives,
      picture: this.#picture,
      fixedBatch: commonBatch(this.#document, this.#batches),
    };
  }

  get #at(): KeyPath {
    return ["graphs", this.#name];
  }

  #input(path: KeyPath, name: string, shapes: ExpectedDim[][]): CheckedTensor & { readonly layout: number } {
    const tensor = checkTensor(
      this.#document,
      path,
      name,
      { side: "input", tensors: this.#graph.inputs },
      shapes,
    );
    const before = this.#fed.get(name);
    if (before !== undefined) {
      throw this.#document.error(path, `input "${name}" of ${this.#name} is filled twice`, {
        hint: `first at ${this.#document.where(before)}`,
      });
    }
    this.#fed.set(name, path);
    this.#batches.push({ size: tensor.fixedBatch, path });
    return tensor;
  }
}

function dimsOf(shape: readonly number[]): ExpectedDim[] {
  return shape.map((size): ExpectedDim => (size === -1 ? "batch" : size));
}
