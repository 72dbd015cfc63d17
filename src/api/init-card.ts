import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, relative, resolve } from "node:path";
import { checkPolicy, policyRef, worldRef } from "../compose.ts";
import { inputError, messageOf, SimgateError } from "../core/errors.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { showTensor } from "../tensor/graph-check.ts";
import { OnnxSession, type TensorInfo } from "../tensor/session.ts";
import { denoiserIn, diffusionCardText } from "./init-card-diffusion.ts";
import { latentCardText, latentGraphs } from "./init-card-latent.ts";
import type { CardGraph, CardNames } from "./init-card-lines.ts";
import { policyCardText, worldCardText } from "./init-card-text.ts";
import { kebabName } from "./init-scenario-names.ts";
import { checkAbsent, marksOf, type Scaffold } from "./init-scenario.ts";

export interface InitCardOptions {
  /** Paths of ONNX files: one; of a latent world its three (encode, step, decode), in any order. */
  readonly models: readonly string[];
  /** The scenario it is for: name of a bundled one, or path of a manifest. */
  readonly scenario: string;
  /** `*.world.yaml` for a world, `*.policy.yaml` for a policy. */
  readonly out: string;
}

export interface CardScaffold extends Scaffold {
  /** Why the card as guessed does not fit the scenario yet; absent where it does. */
  readonly problem?: string;
}

/**
 * Writes a model card for an ONNX file, or for the three of a latent world: tensors, shapes and sha256 from the files; which
 * channels they carry guessed by size and marked. A graph that cleans a picture becomes a diffusion world.
 * @throws SimgateError `input` if a model cannot be loaded, three do not make a latent world, or a card is there already.
 */
export async function initCard({ models, scenario: name, out }: InitCardOptions): Promise<CardScaffold> {
  const kind = /\.world\.ya?ml$/.test(out) ? "world" : /\.policy\.ya?ml$/.test(out) ? "policy" : undefined;
  if (kind === undefined) {
    throw inputError("the name of a card says what it is for", {
      where: "--out",
      expected: "*.world.yaml for a learned world, *.policy.yaml for a policy",
      got: out,
    });
  }
  const file = resolve(out);
  await checkAbsent(file);
  const scenario = await loadScenario(name, { missingFiles: "allow" });
  const graphs = await Promise.all(models.map((model) => readGraph(resolve(model), dirname(file))));
  const text = cardText(kind, graphs, scenario, {
    name: kebabName(basename(file).replace(/\.(world|policy)\.ya?ml$/, ""), "model"),
    scenario: scenario.name,
    controlPeriodSec: scenario.controlPeriodSec,
  });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { flag: "wx" });
  try {
    if (kind === "world") await worldRef(scenario, file);
    else await checkPolicy(scenario, policyRef(scenario, file));
    return { file, decide: marksOf(text) };
  } catch (thrown) {
    if (!(thrown instanceof SimgateError) || thrown.code !== "input") throw thrown;
    return { file, decide: marksOf(text), problem: thrown.message };
  }
}

function cardText(
  kind: "world" | "policy",
  graphs: readonly CardGraph[],
  scenario: Scenario,
  names: CardNames,
): string {
  const [graph, second] = graphs;
  if (second === undefined) {
    if (kind === "policy") return policyCardText(graph!, scenario, names);
    const denoiser = denoiserIn(graph!);
    return denoiser === undefined
      ? worldCardText(graph!, scenario, names)
      : diffusionCardText(graph!, denoiser, scenario, names);
  }
  const latent = kind === "world" ? latentGraphs(graphs) : undefined;
  if (latent !== undefined) return latentCardText(latent, scenario, names);
  throw inputError("these models do not make one card", {
    expected:
      "one model; or the three of a latent world: one takes a picture, one goes a step on, one gives a picture",
    got: graphs
      .map(({ model, inputs, outputs }) => `${model}: ${list(inputs)} → ${list(outputs)}`)
      .join("; "),
  });
}

function list(tensors: readonly TensorInfo[]): string {
  return tensors.map(showTensor).join(", ");
}

async function readGraph(file: string, folder: string): Promise<CardGraph> {
  const bytes = await readModel(file);
  const session = await OnnxSession.open(bytes, file);
  const { inputs, outputs } = session;
  await session.close();
  return {
    inputs,
    outputs,
    model: relative(folder, file).replaceAll("\\", "/"),
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

async function readModel(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw inputError("the model cannot be read", { where: file, got: messageOf(cause), cause });
  }
}
