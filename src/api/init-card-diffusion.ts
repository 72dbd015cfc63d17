import type { TensorInfo } from "../tensor/session.ts";
import type { CardContract } from "./init-card-guess.ts";
import {
  type CardGraph,
  type CardNames,
  graphComment,
  type GraphTensors,
  headLines,
  inputLines,
  modelLines,
  tailLines,
  text,
} from "./init-card-lines.ts";
import { imageLine, picturesIn, type TensorPictures } from "./init-card-picture.ts";
import { DECIDE } from "./init-scenario-text.ts";

/** The tensors of a denoiser by what they are for. */
interface DenoiserTensors {
  readonly noisy: TensorPictures;
  readonly context: TensorPictures;
  readonly output: TensorInfo;
  readonly level: TensorInfo;
  readonly others: readonly TensorInfo[];
}

/** Takes a picture to clean and pictures to go on from, takes a number a row, gives a picture: a denoiser, or undefined. */
export function denoiserIn({ inputs, outputs }: GraphTensors): DenoiserTensors | undefined {
  const output = outputs.map(picturesIn).find((pictures) => pictures?.count === 1);
  const pictures = inputs.map(picturesIn).filter((one) => one !== undefined);
  const alike = pictures.filter(({ count }) => count === 1);
  const noisy = alike.find(({ tensor }) => /noisy|sample|^x/i.test(tensor.name)) ?? alike[0];
  const context = pictures.find((one) => one !== noisy);
  const scalars = inputs.filter(({ shape }) => shape.length === 1);
  const level = scalars.find(({ name }) => /sigma|level|time|^t$/i.test(name)) ?? scalars[0];
  if (output === undefined || noisy === undefined || context === undefined || level === undefined)
    return undefined;
  const taken = [noisy.tensor, context.tensor, level];
  return {
    noisy,
    context,
    output: output.tensor,
    level,
    others: inputs.filter((tensor) => !taken.includes(tensor)),
  };
}

/** A card (YAML) for a diffusion world: what a tensor is for from its shape and name, the sampler DIAMOND's, to be set right. */
export function diffusionCardText(
  graph: CardGraph,
  { noisy, context, output, level, others }: DenoiserTensors,
  contract: CardContract,
  names: CardNames,
): string {
  const scalars = others.filter(({ shape }) => shape.length === 1);
  const steps = Array.from({ length: context.count }, (_, i) => context.count - i);
  return [
    "schema: simgate/diffusion-world-card@1",
    ...headLines(names),
    ...modelLines(graph),
    ...graphComment(graph),
    imageLine(noisy, contract),
    `denoiser: { noisy: ${text(noisy.tensor.name)}, level: ${text(level.name)}, output: ${text(output.name)} }`,
    `sampler: { kind: edm, method: euler, steps: 3, sigmaMin: 0.002, sigmaMax: 5 } ${DECIDE} as in training: edm, ddim or flow (docs/diffusion-worlds.md)`,
    "context:",
    `  tensor: ${text(context.tensor.name)}`,
    `  steps: [${steps.join(", ")}] ${DECIDE} which pictures: control steps before the one it makes, oldest first`,
    `  # noise: { std: 0.1 } ${DECIDE} where the model was trained on context with noise`,
    ...scalars.map(
      ({ name }) =>
        `# guidance: { tensor: ${text(name)}, scale: 1 } ${DECIDE} what ${name} is: guidance (1 with the condition, 0 without), or context.noise.tensor`,
    ),
    "inputs:",
    ...others.filter((tensor) => !scalars.includes(tensor)).flatMap((tensor) => inputLines(tensor, contract)),
    ...tailLines(),
  ]
    .join("\n")
    .concat("\n");
}
