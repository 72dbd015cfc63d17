import { showTensor } from "../tensor/graph-check.ts";
import type { TensorInfo } from "../tensor/session.ts";
import { type CardContract, guessChannels, guessFeatures, type Guess } from "./init-card-guess.ts";
import { DECIDE } from "./init-scenario-text.ts";

/** Lines of YAML that cards of every kind have. */

export interface GraphTensors {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

/** A graph and how a card names it: path of the file, and its hash. */
export interface CardGraph extends GraphTensors {
  readonly model: string;
  readonly sha256: string;
}

/** A value that a graph gives and takes again. */
export interface Carried {
  readonly input: TensorInfo;
  readonly output: TensorInfo;
}

export interface CardNames {
  readonly name: string;
  readonly scenario: string;
  readonly controlPeriodSec: number;
}

export function headLines({ name, scenario, controlPeriodSec }: CardNames): string[] {
  return [
    `name: ${name}`,
    `title: ${JSON.stringify(name)} ${DECIDE} what it is, in a few words`,
    `license: NOASSERTION ${DECIDE} SPDX identifier of the model's licence`,
    `controlPeriodSec: ${controlPeriodSec} ${DECIDE} that the model was trained for this step, scenario ${scenario}'s`,
  ];
}

export function modelLines({ model, sha256 }: CardGraph): string[] {
  return [`model: ${JSON.stringify(model)}`, `sha256: ${sha256}`];
}

export function graphComment({ inputs, outputs }: GraphTensors): string[] {
  return [
    `# The graph takes ${inputs.map(showTensor).join(", ")}`,
    `# and gives ${outputs.map(showTensor).join(", ")}.`,
  ];
}

export function inputLines(tensor: TensorInfo, contract: CardContract): string[] {
  const history = tensor.shape.length === 3 && isNumber(tensor.shape[1]) ? tensor.shape[1] : 1;
  const guess = guessFeatures(tensor, widthOf(tensor), contract);
  return [
    `  - tensor: ${text(tensor.name)}`,
    ...(history === 1
      ? []
      : [`    history: ${history} ${DECIDE} guessed from three axes: steps, oldest first`]),
    `    features:${mark(guess)}`,
    ...guess.parts.map((part) => `      - ${part}`),
    `    # mean, std ${DECIDE} one a value, where the model wants (value − mean) / std`,
  ];
}

export function outputLines(
  tensor: TensorInfo,
  { observation }: CardContract,
  all: readonly TensorInfo[],
  usual: "delta" | "absolute" = "delta",
): string[] {
  const guess = guessChannels(tensor, widthOf(tensor), observation);
  const spread = all.length > 1 && /var|sigma|std|unc/i.test(tensor.name);
  const mode = spread ? "log-variance" : /next|obs|abs|state/i.test(tensor.name) ? "absolute" : usual;
  return [
    `  - tensor: ${text(tensor.name)}`,
    `    mode: ${mode} ${DECIDE} delta (change over one period), absolute (next value) or log-variance`,
    `    channels: [${guess.parts.join(", ")}]${mark(guess)}`,
    `    # mean, std ${DECIDE} one a value, where the prediction is output × std + mean`,
  ];
}

export function stateLines(carried: readonly Carried[]): string[] {
  if (carried.length === 0) return [];
  return [
    `state: ${DECIDE} guessed: what goes in and comes out with one shape is carried from step to step`,
    ...carried.map(
      ({ input, output }) =>
        `  - { input: ${text(input.name)}, output: ${text(output.name)}, shape: ${shapeText(input)} }`,
    ),
  ];
}

export function noiseLines(noise: readonly TensorInfo[]): string[] {
  if (noise.length === 0) return [];
  return [
    `noise: ${DECIDE} guessed by name: standard normal numbers`,
    ...noise.map((tensor) => `  - { input: ${text(tensor.name)}, shape: ${shapeText(tensor)} }`),
  ];
}

export function isNoise({ name }: TensorInfo): boolean {
  return /noise|eps/i.test(name);
}

export function tailLines(): string[] {
  return [
    "training:",
    `  data: ${JSON.stringify("unknown")} ${DECIDE} what it was trained on, in words`,
    `limits: [] ${DECIDE} what it is known not to do well, in words`,
  ];
}

/** Inputs that come back as an output of the same shape and a name that begins or ends alike: `h` and `h_next`. */
export function recurrentPairs({ inputs, outputs }: GraphTensors): Carried[] {
  return inputs.flatMap((input) => {
    const output = outputs.find(
      ({ name, shape }) =>
        name !== input.name &&
        name.toLowerCase().includes(input.name.toLowerCase()) &&
        shape.length === input.shape.length &&
        shape.every((size, i) => size === input.shape[i] || !isNumber(size)),
    );
    return output === undefined || inputs.length === 1 ? [] : [{ input, output }];
  });
}

export function widthOf({ shape }: TensorInfo): number | undefined {
  const last = shape.at(-1);
  return isNumber(last) ? last : undefined;
}

/** The shape as a card writes it: −1 for the batch axis. */
export function shapeText({ shape }: TensorInfo): string {
  const open = shape.findIndex((size) => !isNumber(size));
  const batch = open < 0 ? 0 : open;
  return `[${shape.map((size, i) => (i === batch ? -1 : isNumber(size) ? size : 1)).join(", ")}]`;
}

export function mark({ decide }: Guess): string {
  return decide === undefined ? "" : ` ${DECIDE} ${decide}`;
}

export function text(name: string): string {
  return /^[A-Za-z_][\w-]*$/.test(name) && !/^(true|false|null|[yn])$/i.test(name)
    ? name
    : JSON.stringify(name);
}

export function isNumber(size: number | string | undefined): size is number {
  return typeof size === "number";
}
