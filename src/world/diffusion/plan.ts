import type { KeyPath } from "../../core/schema-problems.ts";
import type { YamlDocument } from "../../core/yaml-document.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import { compileFeatures } from "../../tensor/features.ts";
import { checkTensor, showTensor, type ExpectedDim } from "../../tensor/graph-check.ts";
import type { FloatType, OnnxSession } from "../../tensor/session.ts";
import { ImageLayout } from "../frames/image-layout.ts";
import { checkObjects, checkPeriod, commonBatch, type InputPlan } from "../onnx/plan.ts";
import type { Sampler } from "../onnx/samplers/sampler.ts";
import { createSampler } from "../onnx/samplers/sampler-schema.ts";
import type { DiffusionCard } from "./card.ts";

export interface TensorPlan {
  readonly tensor: string;
  readonly type: FloatType;
  /** −1 is the batch axis. */
  readonly dims: readonly number[];
}

/** A diffusion card resolved against a scenario and checked against its graph. */
export interface DiffusionPlan {
  readonly layout: ImageLayout;
  readonly sampler: Sampler;
  readonly noisy: TensorPlan;
  readonly level: TensorPlan;
  readonly output: string;
  readonly context: TensorPlan & {
    /** Control steps back, oldest first. */
    readonly steps: readonly number[];
    /** Of the noise that is added; 0: none. */
    readonly noiseStd: number;
    readonly toldNoise: TensorPlan | undefined;
  };
  readonly guidance: (TensorPlan & { readonly scale: number }) | undefined;
  readonly inputs: readonly InputPlan[];
  /** Number of rows the graph insists on; undefined: as many as there are, in groups of `rowGroup`. */
  readonly fixedBatch: number | undefined;
  readonly rowGroup: number;
}

/** @throws SimgateError `input`, at a line of the card, for whatever does not fit the scenario or the graph. */
export function compileDiffusionPlan(
  document: YamlDocument<DiffusionCard>,
  session: Pick<OnnxSession, "inputs" | "outputs">,
  scenario: Scenario,
): DiffusionPlan {
  checkPeriod(document, scenario);
  checkObjects(document, scenario);
  const card = document.value;
  const layout = ImageLayout.of(document, scenario);
  const batches: { size: number | undefined; path: KeyPath }[] = [];
  const fed = new Map<string, KeyPath>();
  const check = (path: KeyPath, name: string, side: "input" | "output", shapes: ExpectedDim[][]) => {
    const graph = { side, tensors: side === "input" ? session.inputs : session.outputs };
    const { type, fixedBatch, layout: chosen } = checkTensor(document, path, name, graph, shapes);
    batches.push({ size: fixedBatch, path });
    return {
      tensor: name,
      type,
      dims: shapes[chosen]!.map((size) => (size === "batch" ? -1 : size)),
      chosen,
    };
  };
  const feed = (path: KeyPath, name: string, shapes: ExpectedDim[][]) => {
    const tensor = check(path, name, "input", shapes);
    const before = fed.get(name);
    if (before !== undefined) {
      throw document.error(path, `graph input "${name}" is filled twice`, {
        hint: `first at ${document.where(before)}`,
      });
    }
    fed.set(name, path);
    return tensor;
  };
  const oneEach: ExpectedDim[][] = [["batch"], ["batch", 1], ["batch", 1, 1, 1]];

  const { denoiser, context, guidance } = card;
  const noisy = feed(["denoiser", "noisy"], denoiser.noisy, layout.shapes(1));
  const output = check(["denoiser", "output"], denoiser.output, "output", layout.shapes(1));
  if (output.type !== noisy.type) {
    throw document.error(
      ["denoiser", "output"],
      "what comes out has another element type than what goes in",
      {
        expected: `${denoiser.output} ${noisy.type}, as ${denoiser.noisy}`,
        got: output.type,
      },
    );
  }
  const inputs = card.inputs.map((input, i): InputPlan => {
    const features = compileFeatures(document, ["inputs", i], input, scenario);
    const flat: ExpectedDim[] = ["batch", input.history * features.width];
    const deep: ExpectedDim[] = ["batch", input.history, features.width];
    const shapes = input.history > 1 ? [deep, flat] : [flat, deep];
    const { type, chosen } = feed(["inputs", i, "tensor"], input.tensor, shapes);
    return { tensor: input.tensor, type, history: input.history, flat: shapes[chosen] === flat, features };
  });
  const plan: Omit<DiffusionPlan, "fixedBatch"> = {
    layout,
    sampler: createSampler(card.sampler),
    noisy,
    level: feed(["denoiser", "level"], denoiser.level, oneEach),
    output: denoiser.output,
    context: {
      ...feed(["context", "tensor"], context.tensor, layout.shapes(context.steps.length)),
      steps: context.steps,
      noiseStd: context.noise?.std ?? 0,
      toldNoise:
        context.noise?.tensor === undefined
          ? undefined
          : feed(["context", "noise", "tensor"], context.noise.tensor, oneEach),
    },
    guidance:
      guidance === undefined
        ? undefined
        : { ...feed(["guidance", "tensor"], guidance.tensor, oneEach), scale: guidance.scale },
    inputs,
    rowGroup: card.rowGroup,
  };
  const unfed = session.inputs.filter(({ name }) => !fed.has(name));
  if (unfed.length > 0) {
    throw document.error(["inputs"], "the card does not say what goes into every input of the graph", {
      expected: session.inputs.map(showTensor).join(", "),
      got: [...fed.keys()].join(", "),
      hint: `add ${unfed.map(({ name }) => name).join(", ")} to inputs, context or guidance`,
    });
  }
  return { ...plan, fixedBatch: commonBatch(document, batches) };
}
