import { openWorld } from "../compose.ts";
import { didYouMean } from "../core/errors.ts";
import { OnnxPolicy } from "../policy/onnx.ts";
import { loadPolicyCard } from "../policy/policy-card.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { DiffusionWorld } from "../world/diffusion.ts";
import { loadDiffusionCard } from "../world/diffusion/card.ts";
import { OnnxWorld } from "../world/onnx.ts";
import { LatentModelWorld } from "../world/latent.ts";
import { GRAPHS, loadLatentCard } from "../world/latent/card.ts";
import { loadWorldCard } from "../world/onnx/card.ts";
import { loadResidualCard } from "../world/residual/card.ts";
import { showTensor } from "../tensor/graph-check.ts";
import type { TensorInfo } from "../tensor/session.ts";
import { problemOf } from "./inspect-problem.ts";
import { tensorsOf } from "./inspect-onnx.ts";

export interface CardInspection {
  readonly kind: "world-card" | "residual-card" | "policy-card";
  readonly file: string;
  readonly name: string;
  readonly title: string;
  readonly license: string;
  readonly controlPeriodSec: number;
  /** Absolute path of the ONNX file. Its sha256 is the card's, or there would be nothing to show. */
  readonly model: string;
  /** Where the card describes several graphs: all of them; tensors are then named `graph/tensor`. */
  readonly models?: readonly string[];
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  /** The scenario it was checked against. */
  readonly scenario?: string;
  readonly training?: string;
  /** Of a residual: the physics that it corrects. */
  readonly trainedOn?: string;
  readonly limits: readonly string[];
  readonly claims: readonly { readonly by: string; readonly text: string }[];
  readonly problems: readonly string[];
}

export async function inspectWorldCard(
  path: string,
  scenario: Scenario | undefined,
): Promise<CardInspection> {
  const { card, model, modelFile, file } = await loadWorldCard(path);
  const graph = await tensorsOf(model, modelFile);
  const { inputs, outputs, state, noise } = card;
  const fit =
    scenario === undefined
      ? undefined
      : await problemOf(async () => {
          await (await OnnxWorld.open({ name: card.name, scenario, cardPath: path })).close();
        });
  const named = {
    inputs: [...inputs.map(({ tensor }) => tensor), ...[...state, ...noise].map(({ input }) => input)],
    outputs: [...outputs.map(({ tensor }) => tensor), ...state.map(({ output }) => output)],
  };
  return {
    kind: "world-card",
    ...about(file, modelFile, card, scenario, graph),
    problems: fit === undefined ? namingProblems(path, named, graph) : [fit],
  };
}

export async function inspectLatentCard(
  path: string,
  scenario: Scenario | undefined,
): Promise<CardInspection> {
  const { card, models, file } = await loadLatentCard(path);
  const graphs = await Promise.all(
    GRAPHS.map(async (name) => {
      const { model, modelFile } = models[name];
      const { inputs, outputs } = await tensorsOf(model, modelFile);
      const named = (tensor: TensorInfo): TensorInfo => ({ ...tensor, name: `${name}/${tensor.name}` });
      return { inputs: inputs.map(named), outputs: outputs.map(named) };
    }),
  );
  const files = GRAPHS.map((name) => models[name].modelFile);
  const fit =
    scenario === undefined
      ? undefined
      : await problemOf(async () => {
          await (await LatentModelWorld.open({ name: card.name, scenario, cardPath: path })).close();
        });
  const graph = {
    inputs: graphs.flatMap(({ inputs }) => inputs),
    outputs: graphs.flatMap(({ outputs }) => outputs),
  };
  return {
    kind: "world-card",
    ...about(file, files[0]!, card, scenario, graph),
    models: files,
    problems: fit === undefined ? [] : [fit],
  };
}

export async function inspectDiffusionCard(
  path: string,
  scenario: Scenario | undefined,
): Promise<CardInspection> {
  const { card, model, modelFile, file } = await loadDiffusionCard(path);
  const graph = await tensorsOf(model, modelFile);
  const { inputs, denoiser, context, guidance } = card;
  const fit =
    scenario === undefined
      ? undefined
      : await problemOf(async () => {
          await (await DiffusionWorld.open({ name: card.name, scenario, cardPath: path })).close();
        });
  const named = {
    inputs: [
      ...inputs.map(({ tensor }) => tensor),
      ...[denoiser.noisy, denoiser.level, context.tensor],
      ...[context.noise?.tensor, guidance?.tensor].filter((name) => name !== undefined),
    ],
    outputs: [denoiser.output],
  };
  return {
    kind: "world-card",
    ...about(file, modelFile, card, scenario, graph),
    problems: fit === undefined ? namingProblems(path, named, graph) : [fit],
  };
}

/** Held against the worlds of the scenario that carry it, each with its base; against the graph alone where none does. */
export async function inspectResidualCard(
  path: string,
  scenario: Scenario | undefined,
): Promise<CardInspection> {
  const { card, model, modelFile, file } = await loadResidualCard(path);
  const graph = await tensorsOf(model, modelFile);
  const { inputs, outputs, state, noise, trainedOn } = card;
  const carried = Object.entries(scenario?.worlds ?? {}).filter(
    ([, world]) => world.kind === "residual" && world.card === file,
  );
  const fits = await Promise.all(
    carried.map(([name, config]) =>
      problemOf(async () => {
        await (await openWorld(scenario!, { name, config })).close();
      }),
    ),
  );
  const named = {
    inputs: [...inputs.map(({ tensor }) => tensor), ...[...state, ...noise].map(({ input }) => input)],
    outputs: [...outputs.map(({ tensor }) => tensor), ...state.map(({ output }) => output)],
  };
  return {
    kind: "residual-card",
    ...about(file, modelFile, card, scenario, graph),
    trainedOn,
    problems:
      carried.length === 0 ? namingProblems(path, named, graph) : fits.flatMap((problem) => problem ?? []),
  };
}

export async function inspectPolicyCard(
  path: string,
  scenario: Scenario | undefined,
): Promise<CardInspection> {
  const { card, model, modelFile, file } = await loadPolicyCard(path);
  const graph = await tensorsOf(model, modelFile);
  const fit =
    scenario === undefined
      ? undefined
      : await problemOf(async () => {
          await (await OnnxPolicy.open({ name: card.name, scenario, cardPath: path })).close();
        });
  const { inputs, pictures, state, outputs } = card;
  const named = {
    inputs: [...[...inputs, ...pictures].map(({ tensor }) => tensor), ...state.map(({ input }) => input)],
    outputs: [...outputs.map(({ tensor }) => tensor), ...state.map(({ output }) => output)],
  };
  return {
    kind: "policy-card",
    ...about(file, modelFile, card, scenario, graph),
    problems: fit === undefined ? namingProblems(path, named, graph) : [fit],
  };
}

type Graph = Pick<CardInspection, "inputs" | "outputs">;

function about(
  file: string,
  model: string,
  card: Pick<CardInspection, "name" | "title" | "license" | "controlPeriodSec" | "limits" | "claims"> & {
    readonly training?: { readonly data: string } | undefined;
  },
  scenario: Scenario | undefined,
  { inputs, outputs }: Graph,
): Omit<CardInspection, "kind" | "problems"> {
  const { name, title, license, controlPeriodSec, limits, claims, training } = card;
  return {
    ...{ file, name, title, license, controlPeriodSec, model, inputs, outputs, limits, claims },
    ...(training === undefined ? {} : { training: training.data }),
    ...(scenario === undefined ? {} : { scenario: scenario.name }),
  };
}

/** What can be said without a scenario: names and element types. Sizes depend on the scenario's channels. */
function namingProblems(
  path: string,
  named: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
  graph: Graph,
): string[] {
  const of = (side: "inputs" | "outputs"): string[] =>
    named[side].flatMap((name) => {
      const tensor = graph[side].find((one) => one.name === name);
      const known = graph[side].map((one) => one.name);
      if (tensor === undefined) {
        return [`${path}: the graph has no ${side.slice(0, -1)} "${name}"; ${didYouMean(name, known)}`];
      }
      return tensor.type === "float32" || tensor.type === "float64"
        ? []
        : [`${path}: ${side.slice(0, -1)} "${name}" is ${tensor.type}: simgate takes float32 and float64`];
    });
  const unfed = graph.inputs.filter(({ name }) => !named.inputs.includes(name));
  return [
    ...of("inputs"),
    ...of("outputs"),
    ...(unfed.length === 0
      ? []
      : [`${path}: the card does not say what goes into ${unfed.map(showTensor).join(", ")}`]),
  ];
}
