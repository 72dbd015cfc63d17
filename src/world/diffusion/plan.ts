import type { YamlDocument } from "../../core/yaml-document.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { ExpectedDim } from "../../tensor/graph-check.ts";
import { GraphFit, type TensorPlan } from "../../tensor/graph-fit.ts";
import { type InputPlan, planInput } from "../../tensor/input-plan.ts";
import type { OnnxSession } from "../../tensor/session.ts";
import { ImageLayout } from "../../tensor/image-layout.ts";
import { checkObjects, checkPeriod } from "../onnx/plan.ts";
import type { Sampler } from "../onnx/samplers/sampler.ts";
import { createSampler } from "../onnx/samplers/sampler-schema.ts";
import type { DiffusionCard } from "./card.ts";

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
  const layout = ImageLayout.of(document, ["image"], card.image, scenario);
  const fit = new GraphFit(document, session);
  const oneEach: ExpectedDim[][] = [["batch"], ["batch", 1], ["batch", 1, 1, 1]];

  const { denoiser, context, guidance } = card;
  const noisy = fit.input(["denoiser", "noisy"], denoiser.noisy, layout.shapes(1));
  const output = fit.output(["denoiser", "output"], denoiser.output, layout.shapes(1));
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
  const inputs = card.inputs.map((input, i) => planInput(document, ["inputs", i], input, scenario, fit));
  const plan: Omit<DiffusionPlan, "fixedBatch"> = {
    layout,
    sampler: createSampler(card.sampler),
    noisy,
    level: fit.input(["denoiser", "level"], denoiser.level, oneEach),
    output: denoiser.output,
    context: {
      ...fit.input(["context", "tensor"], context.tensor, layout.shapes(context.steps.length)),
      steps: context.steps,
      noiseStd: context.noise?.std ?? 0,
      toldNoise:
        context.noise?.tensor === undefined
          ? undefined
          : fit.input(["context", "noise", "tensor"], context.noise.tensor, oneEach),
    },
    guidance:
      guidance === undefined
        ? undefined
        : { ...fit.input(["guidance", "tensor"], guidance.tensor, oneEach), scale: guidance.scale },
    inputs,
    rowGroup: card.rowGroup,
  };
  const hint = (unfed: readonly string[]): string => `add ${unfed.join(", ")} to inputs, context or guidance`;
  return { ...plan, fixedBatch: fit.finish(["inputs"], hint) };
}
