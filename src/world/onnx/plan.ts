import type { ChannelSpec } from "../../core/channels.ts";
import { didYouMean } from "../../core/errors.ts";
import type { KeyPath } from "../../core/schema-problems.ts";
import type { YamlDocument } from "../../core/yaml-document.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { compileFeatures, type FeaturePlan } from "../../tensor/features.ts";
import { checkTensor, showTensor, type ExpectedDim } from "../../tensor/graph-check.ts";
import type { FloatType, OnnxSession } from "../../tensor/session.ts";
import type { WorldCard } from "./card.ts";
import { planOutputs, requireEveryChannel, resolveOutputs } from "./output-plan.ts";
import type { NoiseSpec } from "./noise.ts";
import type { OutputLayout } from "./outputs.ts";
import type { StateSpec } from "./recurrent-state.ts";

export interface InputPlan {
  readonly tensor: string;
  readonly type: FloatType;
  readonly history: number;
  /** As the graph wants it: with an axis for history, or flat. */
  readonly flat: boolean;
  readonly features: FeaturePlan;
}

/** A card resolved against a scenario and checked against the graph: everything a step needs to know. */
export interface OnnxPlan {
  readonly inputs: readonly InputPlan[];
  readonly outputs: readonly OutputLayout[];
  readonly state: readonly StateSpec[];
  readonly noise: readonly NoiseSpec[];
  /** Number of rows the graph insists on; undefined: as many as there are. */
  readonly fixedBatch: number | undefined;
  /** Channels whose uncertainty the model states. */
  readonly uncertain: readonly ChannelSpec[];
  /** Number of members lanes are dealt to; undefined: no ensemble, or the mean of it. */
  readonly memberPerLane: number | undefined;
}

/** @throws SimgateError `input`, at a line of the card, for whatever does not fit the scenario or the graph. */
export function compilePlan(
  document: YamlDocument<WorldCard>,
  session: Pick<OnnxSession, "inputs" | "outputs">,
  scenario: Scenario,
): OnnxPlan {
  const card = document.value;
  checkPeriod(document, scenario);
  checkObjects(document, scenario);

  const graphInputs = { side: "input", tensors: session.inputs } as const;
  const graphOutputs = { side: "output", tensors: session.outputs } as const;
  const batches: { size: number | undefined; path: KeyPath }[] = [];
  const fed = new Map<string, KeyPath>();
  const check = (path: KeyPath, name: string, side: "input" | "output", shapes: ExpectedDim[][]) => {
    const tensor = checkTensor(document, path, name, side === "input" ? graphInputs : graphOutputs, shapes);
    batches.push({ size: tensor.fixedBatch, path });
    if (side === "input") {
      const before = fed.get(name);
      if (before !== undefined) {
        throw document.error(path, `graph input "${name}" is filled twice`, {
          hint: `first at ${document.where(before)}`,
        });
      }
      fed.set(name, path);
    }
    return tensor;
  };

  const inputs = card.inputs.map((input, i): InputPlan => {
    const features = compileFeatures(document, ["inputs", i], input, scenario);
    const { width } = features;
    const flat: ExpectedDim[] = ["batch", input.history * width];
    const deep: ExpectedDim[] = ["batch", input.history, width];
    const shapes = input.history > 1 ? [deep, flat] : [flat, deep];
    const { type, layout } = check(["inputs", i, "tensor"], input.tensor, "input", shapes);
    return { tensor: input.tensor, type, history: input.history, flat: shapes[layout] === flat, features };
  });
  const state = card.state.map((one, i): StateSpec => {
    const shape = one.shape.map((size): ExpectedDim => (size === -1 ? "batch" : size));
    const { type } = check(["state", i, "input"], one.input, "input", [shape]);
    const output = check(["state", i, "output"], one.output, "output", [shape]);
    if (output.type !== type) {
      throw document.error(["state", i], "a carried state must keep its element type", {
        expected: `${one.output} ${type}, as ${one.input}`,
        got: output.type,
      });
    }
    return { input: one.input, output: one.output, type, shape: one.shape, ...aroundBatch(one.shape) };
  });
  const noise = card.noise.map((one, i): NoiseSpec => {
    const shape = one.shape.map((size): ExpectedDim => (size === -1 ? "batch" : size));
    const { type } = check(["noise", i, "input"], one.input, "input", [shape]);
    return { input: one.input, type, shape: one.shape, ...aroundBatch(one.shape) };
  });
  const at = ["outputs"];
  const resolved = resolveOutputs(document, at, card.outputs, scenario.observation);
  requireEveryChannel(document, at, card.outputs, resolved, scenario.observation);
  const outputs = planOutputs(document, at, card, resolved, (path, name, shapes) =>
    check(path, name, "output", shapes),
  );

  const unfed = session.inputs.filter((tensor) => !fed.has(tensor.name));
  if (unfed.length > 0) {
    throw document.error(["inputs"], "the card does not say what goes into every input of the graph", {
      expected: session.inputs.map(showTensor).join(", "),
      got: [...fed.keys()].join(", "),
      hint: `add ${unfed.map((tensor) => tensor.name).join(", ")} to inputs, state or noise`,
    });
  }
  return {
    inputs,
    outputs: outputs.layouts,
    uncertain: outputs.uncertain,
    state,
    noise,
    fixedBatch: commonBatch(document, batches),
    memberPerLane: card.ensemble?.combine === "lane" ? card.ensemble.members : undefined,
  };
}

export function checkPeriod(
  document: YamlDocument<Pick<WorldCard, "controlPeriodSec">>,
  scenario: Scenario,
): void {
  const { controlPeriodSec } = document.value;
  if (Math.abs(controlPeriodSec - scenario.controlPeriodSec) <= 1e-9 * scenario.controlPeriodSec) return;
  throw document.error(["controlPeriodSec"], "the model was trained for another control period", {
    expected: `${scenario.controlPeriodSec} s, as scenario ${scenario.name}`,
    got: `${controlPeriodSec} s`,
    hint: "train it at the scenario's period, or examine it in a scenario of its own period",
  });
}

export function checkObjects(document: YamlDocument<Pick<WorldCard, "objects">>, scenario: Scenario): void {
  const known = scenario.objects.map((object) => object.name);
  document.value.objects.forEach((object, i) => {
    if (known.includes(object)) return;
    throw document.error(["objects", i], `the scenario has no object "${object}"`, {
      hint: didYouMean(object, known),
    });
  });
}

/** The number of rows that the graph was exported for, if any tensor has a fixed one. */
export function commonBatch(
  document: YamlDocument<unknown>,
  batches: readonly { size: number | undefined; path: KeyPath }[],
): number | undefined {
  const fixed = batches.filter((batch) => batch.size !== undefined);
  const odd = fixed.find((batch) => batch.size !== fixed[0]!.size);
  if (odd === undefined) return fixed[0]?.size;
  throw document.error(odd.path, "the graph's tensors have different fixed batch sizes", {
    expected: `${fixed[0]!.size}`,
    got: `${odd.size}`,
    hint: "export the model with a dynamic batch axis",
  });
}

/** Product of the axes before and after the batch axis. */
export function aroundBatch(shape: readonly number[]): { outer: number; inner: number } {
  const axis = shape.indexOf(-1);
  const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
  return { outer: product(shape.slice(0, axis)), inner: product(shape.slice(axis + 1)) };
}
