import type { TensorInfo } from "../tensor/session.ts";
import { type CardContract, guessChannels } from "./init-card-guess.ts";
import {
  type CardGraph,
  type CardNames,
  graphComment,
  headLines,
  inputLines,
  isNoise,
  isNumber,
  mark,
  modelLines,
  noiseLines,
  outputLines,
  recurrentPairs,
  stateLines,
  tailLines,
  text,
  widthOf,
} from "./init-card-lines.ts";
import { pictureLine, picturesIn } from "./init-card-picture.ts";
import { DECIDE } from "./init-scenario-text.ts";

/** A card (YAML) for a learned world: tensors from the graph, what they mean guessed and marked. */
export function worldCardText(graph: CardGraph, contract: CardContract, names: CardNames): string {
  const carried = recurrentPairs(graph);
  const noise = graph.inputs.filter(isNoise);
  const featured = graph.inputs.filter(
    (tensor) => !noise.includes(tensor) && !carried.some(({ input }) => input === tensor),
  );
  const predicted = graph.outputs.filter((tensor) => !carried.some(({ output }) => output === tensor));
  const members = predicted.map(membersOf).find((count) => count !== undefined);
  return [
    "schema: simgate/world-card@1",
    ...headLines(names),
    ...modelLines(graph),
    ...graphComment(graph),
    "inputs:",
    ...featured.flatMap((tensor) => inputLines(tensor, contract)),
    "outputs:",
    ...predicted.flatMap((tensor) => outputLines(tensor, contract, predicted)),
    ...stateLines(carried),
    ...noiseLines(noise),
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
export function policyCardText(graph: CardGraph, contract: CardContract, names: CardNames): string {
  const observed: CardContract = { ...contract, action: [], parameters: [] };
  const carried = recurrentPairs(graph);
  const [pictured, inputs] = [
    graph.inputs.flatMap((tensor) => picturesIn(tensor) ?? []),
    graph.inputs.filter(
      (tensor) => picturesIn(tensor) === undefined && !carried.some(({ input }) => input === tensor),
    ),
  ];
  const commands = graph.outputs.filter((tensor) => !carried.some(({ output }) => output === tensor));
  const chunk = commands.map(({ shape }) => (shape.length === 3 ? shape[1] : undefined)).find(isNumber);
  return [
    "schema: simgate/policy-card@1",
    ...headLines(names),
    ...modelLines(graph),
    ...(chunk === undefined || chunk === 1
      ? []
      : [`chunkLength: ${chunk} ${DECIDE} guessed from three axes: actions a call`]),
    ...graphComment(graph),
    ...(inputs.length === 0 ? [] : ["inputs:", ...inputs.flatMap((tensor) => inputLines(tensor, observed))]),
    ...(pictured.length === 0
      ? []
      : ["pictures:", ...pictured.map((one) => `  - ${pictureLine(one, contract)}`)]),
    ...stateLines(carried),
    "outputs:",
    ...commands.flatMap((tensor) => {
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

/** [members, batch, values] */
function membersOf({ shape }: TensorInfo): number | undefined {
  const [members, batch] = shape;
  return shape.length === 3 && isNumber(members) && members > 1 && !isNumber(batch) ? members : undefined;
}
