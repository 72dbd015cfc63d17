import type { TensorInfo } from "../tensor/session.ts";
import { GRAPHS, type GraphName } from "../world/latent/card.ts";
import type { CardContract } from "./init-card-guess.ts";
import {
  type CardGraph,
  type CardNames,
  graphComment,
  headLines,
  inputLines,
  isNoise,
  modelLines,
  noiseLines,
  outputLines,
  recurrentPairs,
  stateLines,
  tailLines,
  text,
} from "./init-card-lines.ts";
import { imageLine, picturesIn } from "./init-card-picture.ts";

type LatentGraphs = Readonly<Record<GraphName, CardGraph>>;

/** Three graphs: one takes a picture, one gives one, one does neither; undefined for any others. */
export function latentGraphs(graphs: readonly CardGraph[]): LatentGraphs | undefined {
  const holds = (tensors: readonly TensorInfo[]): boolean =>
    tensors.some((one) => picturesIn(one) !== undefined);
  const encode = graphs.find(({ inputs, outputs }) => holds(inputs) && !holds(outputs));
  const decode = graphs.find(({ inputs, outputs }) => !holds(inputs) && holds(outputs));
  const step = graphs.find(({ inputs, outputs }) => !holds(inputs) && !holds(outputs));
  if (graphs.length !== GRAPHS.length || !encode || !decode || !step) return undefined;
  return { encode, step, decode };
}

/** A card (YAML) for a latent world: what goes from graph to graph with one shape and a like name is its state. */
export function latentCardText(graphs: LatentGraphs, contract: CardContract, names: CardNames): string {
  const { encode, step, decode } = graphs;
  const seen = encode.inputs.map(picturesIn).find((one) => one !== undefined)!;
  const painted = decode.outputs.find((tensor) => picturesIn(tensor) !== undefined)!;
  const state = recurrentPairs({
    inputs: named([...step.inputs, ...encode.inputs, ...decode.inputs]),
    outputs: named([...encode.outputs, ...step.outputs]),
  });
  const isState = ({ name }: TensorInfo): boolean =>
    state.some(({ input, output }) => name === input.name || name === output.name);
  const graphLines = (name: GraphName, own: readonly string[]): string[] => {
    return [
      `  ${name}:`,
      ...[...graphComment(graphs[name]), ...modelLines(graphs[name]), ...own].map((line) => `    ${line}`),
    ];
  };
  const fedLines = ({ inputs }: CardGraph, known: CardContract): string[] => {
    const told = inputs.filter((tensor) => !isState(tensor) && tensor !== seen.tensor && !isNoise(tensor));
    return [
      ...(told.length === 0 ? [] : ["inputs:", ...told.flatMap((tensor) => inputLines(tensor, known))]),
      ...noiseLines(inputs.filter(isNoise)),
    ];
  };
  const told = decode.outputs.filter((tensor) => tensor !== painted && !isState(tensor));
  return [
    "schema: simgate/latent-world-card@1",
    ...headLines(names),
    imageLine(seen, contract),
    "graphs:",
    ...graphLines("encode", [
      `picture: ${text(seen.tensor.name)}`,
      ...(seen.count === 1 ? [] : [`pictures: ${seen.count}`]),
      // An observation is seen before anything was done.
      ...fedLines(encode, { ...contract, action: [] }),
    ]),
    ...graphLines("step", fedLines(step, contract)),
    ...graphLines("decode", [
      `picture: ${text(painted.name)}`,
      ...(told.length === 0
        ? []
        : ["outputs:", ...told.flatMap((tensor) => outputLines(tensor, contract, told, "absolute"))]),
    ]),
    ...stateLines(state),
    ...tailLines(),
  ]
    .join("\n")
    .concat("\n");
}

/** Each name once: two graphs take the same state. */
function named(tensors: readonly TensorInfo[]): TensorInfo[] {
  return [...new Map(tensors.map((tensor) => [tensor.name, tensor])).values()];
}
