import { didYouMean } from "../../core/errors.ts";
import type { KeyPath } from "../../core/schema-problems.ts";
import type { YamlDocument } from "../../core/yaml-document.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { aroundBatch, expectedDims } from "../../tensor/card-state.ts";
import { type ExpectedDim, showTensor } from "../../tensor/graph-check.ts";
import { GraphFit, type TensorPlan } from "../../tensor/graph-fit.ts";
import { type InputPlan, planInput } from "../../tensor/input-plan.ts";
import type { StateSpec } from "../../tensor/recurrent-state.ts";
import type { OnnxSession } from "../../tensor/session.ts";
import type { NoiseSpec } from "../onnx/noise.ts";
import { planNoise } from "../onnx/plan.ts";
import type { GraphName, LatentCard } from "./card.ts";

/** One of the three graphs: what goes in, which state it takes and gives, and where its picture is. */
export interface GraphPlan {
  readonly name: GraphName;
  readonly inputs: readonly InputPlan[];
  readonly noise: readonly NoiseSpec[];
  /** Positions in the card's `state` of those it takes, and of those it gives. */
  readonly takes: readonly number[];
  readonly gives: readonly number[];
  readonly picture: TensorPlan | undefined;
  /** Number of rows the graph insists on; undefined: as many as there are. */
  readonly fixedBatch: number | undefined;
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
  readonly fit: GraphFit;
  readonly #takes: number[] = [];
  readonly #gives: number[] = [];
  #inputs: readonly InputPlan[] = [];
  #noise: readonly NoiseSpec[] = [];
  #picture: TensorPlan | undefined;

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
    this.fit = new GraphFit(document, graph, name);
  }

  get takesState(): boolean {
    return this.#takes.length > 0;
  }

  picture(side: "input" | "output", name: string, shapes: ExpectedDim[][]): void {
    this.#picture = this.fit[side]([...this.#at, "picture"], name, shapes);
  }

  feed(inputs: Step["inputs"], noise: Step["noise"], scenario: Scenario): void {
    this.#inputs = inputs.map((input, i): InputPlan => {
      const path = [...this.#at, "inputs", i];
      const plan = planInput(this.#document, path, { ...input, history: 1 }, scenario, this.fit);
      if (!plan.features.usesActions || this.#name === "step") return plan;
      throw this.#document.error([...path, "features"], `${this.#name} comes before the action`, {
        hint: "the action that follows an observation goes into step",
      });
    });
    this.#noise = planNoise([...this.#at, "noise"], noise, this.fit);
  }

  /** Whether the graph takes and gives the state at this position of the card. */
  state(i: number, { input, output, shape }: LatentCard["state"][number]): { readonly gives: boolean } {
    const takes = this.#graph.inputs.some(({ name }) => name === input);
    const gives = this.#graph.outputs.some(({ name }) => name === output);
    const agree = (path: KeyPath, { type }: TensorPlan): void => {
      const carried = this.#carried[i]!;
      carried.spec ??= { input, output, type, shape, ...aroundBatch(shape) };
      if (carried.spec.type === type) return;
      throw this.#document.error(path, "a carried state must keep its element type", {
        expected: carried.spec.type,
        got: `${type} in ${this.#name}`,
      });
    };
    if (takes) {
      agree(["state", i, "input"], this.fit.input(["state", i, "input"], input, [expectedDims(shape)]));
      this.#takes.push(i);
    }
    if (gives) {
      agree(["state", i, "output"], this.fit.output(["state", i, "output"], output, [expectedDims(shape)]));
      this.#gives.push(i);
    }
    return { gives };
  }

  finish(): GraphPlan {
    const states = this.#document.value.state;
    const known = states.map(({ input }) => input);
    const fixedBatch = this.fit.finish(
      this.#at,
      (unfed) => `${unfed.join(", ")}: add to inputs, noise or state; ${didYouMean(unfed[0]!, known)}`,
    );
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
      fixedBatch,
    };
  }

  get #at(): KeyPath {
    return ["graphs", this.#name];
  }
}
