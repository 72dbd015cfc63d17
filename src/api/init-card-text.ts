import { showTensor } from "../tensor/graph-check.ts";
import type { TensorInfo } from "../tensor/session.ts";
import { type CardContract, guessChannels, guessFeatures, type Guess } from "./init-card-guess.ts";
import { DECIDE } from "./init-scenario-text.ts";

export interface GraphTensors {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

export interface CardNames {
  readonly name: string;
  /** Path of the ONNX file as the card names it. */
  readonly model: string;
  readonly sha256: string;
  readonly scenario: string;
  readonly controlPeriodSec: number;
}

/** A card (YAML) for a learned world: tensors from the graph, what they mean guessed and marked. */
export function worldCardText(graph: GraphTensors, contract: CardContract, names: CardNames): string {
  const carried = recurrentPairs(graph);
  const noise = graph.inputs.filter(({ name }) => /noise|eps/i.test(name));
  const featured = graph.inputs.filter(
    (tensor) => !noise.includes(tensor) && !carried.some(({ input }) => input === tensor),
  );
  const predicted = graph.outputs.filter((tensor) => !carried.some(({ output }) => output === tensor));
  const members = predicted.map(membersOf).find((count) => count !== undefined);
  return [
    "schema: simgate/world-card@1",
    ...headLines(names),
    ...graphComment(graph),
    "inputs:",
    ...featured.flatMap((tensor) => inputLines(tensor, contract)),
    "outputs:",
    ...predicted.flatMap((tensor) => outputLines(tensor, contract, predicted)),
    ...(carried.length === 0
      ? []
      : [
          `state: ${DECIDE} guessed: what goes in and comes out with one shape is carried from step to step`,
          ...carried.map(
            ({ input, output }) =>
              `  - { input: ${text(input.name)}, output: ${text(output.name)}, shape: ${shapeText(input)} }`,
          ),
        ]),
    ...(noise.length === 0
      ? []
      : [
          `noise: ${DECIDE} guessed by name: standard normal numbers`,
          ...noise.map((tensor) => `  - { input: ${text(tensor.name)}, shape: ${shapeText(tensor)} }`),
        ]),
    ...(members === undefined
      ? []
      : [
          `ensemble: { axis: 0, members: ${members}, combine: mean } ${DECIDE} guessed from three axes; combine may be lane`,
        ]),
    ...tailLines(),
  ]
    .join("\n")
    .concat("\n");
}

/** A card (YAML) for a learned policy. */
export function policyCardText(graph: GraphTensors, contract: CardContract, names: CardNames): string {
  const observed: CardContract = { ...contract, action: [], parameters: [] };
  const chunk = graph.outputs.map(({ shape }) => (shape.length === 3 ? shape[1] : undefined)).find(isNumber);
  return [
    "schema: simgate/policy-card@1",
    ...headLines(names),
    ...(chunk === undefined || chunk === 1
      ? []
      : [`chunkLength: ${chunk} ${DECIDE} guessed from three axes: actions a call`]),
    ...graphComment(graph),
    "inputs:",
    ...graph.inputs.flatMap((tensor) => inputLines(tensor, observed)),
    "outputs:",
    ...graph.outputs.flatMap((tensor) => {
      const guess = guessChannels(tensor, widthOf(tensor), contract.action);
      return [
        `  - tensor: ${text(tensor.name)}`,
        `    actions: [${guess.parts.join(", ")}]${mark(guess)}`,
        `    # mean, std ${DECIDE} one a value, where the model's answer is not in the action's unit: answer × std + mean`,
      ];
    }),
    ...tailLines(),
  ]
    .join("\n")
    .concat("\n");
}

function headLines({ name, model, sha256, scenario, controlPeriodSec }: CardNames): string[] {
  return [
    `name: ${name}`,
    `title: ${JSON.stringify(name)} ${DECIDE} what it is, in a few words`,
    `license: NOASSERTION ${DECIDE} SPDX identifier of the model's licence`,
    `model: ${JSON.stringify(model)}`,
    `sha256: ${sha256}`,
    `controlPeriodSec: ${controlPeriodSec} ${DECIDE} that the model was trained for this step, scenario ${scenario}'s`,
  ];
}

function graphComment({ inputs, outputs }: GraphTensors): string[] {
  return [
    `# The graph takes ${inputs.map(showTensor).join(", ")}`,
    `# and gives ${outputs.map(showTensor).join(", ")}.`,
  ];
}

function inputLines(tensor: TensorInfo, contract: CardContract): string[] {
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

function outputLines(
  tensor: TensorInfo,
  { observation }: CardContract,
  all: readonly TensorInfo[],
): string[] {
  const guess = guessChannels(tensor, widthOf(tensor), observation);
  const spread = all.length > 1 && /var|sigma|std|unc/i.test(tensor.name);
  const mode = spread ? "log-variance" : /next|obs|abs|state/i.test(tensor.name) ? "absolute" : "delta";
  return [
    `  - tensor: ${text(tensor.name)}`,
    `    mode: ${mode} ${DECIDE} delta (change over one period), absolute (next value) or log-variance`,
    `    channels: [${guess.parts.join(", ")}]${mark(guess)}`,
    `    # mean, std ${DECIDE} one a value, where the prediction is output × std + mean`,
  ];
}

function tailLines(): string[] {
  return [
    "training:",
    `  data: ${JSON.stringify("unknown")} ${DECIDE} what it was trained on, in words`,
    `limits: [] ${DECIDE} what it is known not to do well, in words`,
  ];
}

/** Inputs that come back as an output of the same shape and a name that begins or ends alike: `h` and `h_next`. */
function recurrentPairs({ inputs, outputs }: GraphTensors): { input: TensorInfo; output: TensorInfo }[] {
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

/** [members, batch, values] */
function membersOf({ shape }: TensorInfo): number | undefined {
  const [members, batch] = shape;
  return shape.length === 3 && isNumber(members) && members > 1 && !isNumber(batch) ? members : undefined;
}

function widthOf({ shape }: TensorInfo): number | undefined {
  const last = shape.at(-1);
  return isNumber(last) ? last : undefined;
}

/** The shape as a card writes it: −1 for the batch axis. */
function shapeText({ shape }: TensorInfo): string {
  const open = shape.findIndex((size) => !isNumber(size));
  const batch = open < 0 ? 0 : open;
  return `[${shape.map((size, i) => (i === batch ? -1 : isNumber(size) ? size : 1)).join(", ")}]`;
}

function mark({ decide }: Guess): string {
  return decide === undefined ? "" : ` ${DECIDE} ${decide}`;
}

function text(name: string): string {
  return /^[A-Za-z_][\w-]*$/.test(name) && !/^(true|false|null|[yn])$/i.test(name)
    ? name
    : JSON.stringify(name);
}

function isNumber(size: number | string | undefined): size is number {
  return typeof size === "number";
}
