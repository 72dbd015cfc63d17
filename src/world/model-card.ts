import { readFile } from "node:fs/promises";
import type { Scenario } from "../scenario/scenario.ts";
import type { World } from "./world.ts";

/** A world that a model card describes: which kind of model it is, the card's `schema` says. */

export interface CardWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  /** Path of the model card, `*.world.yaml`. */
  readonly cardPath: string;
}

/** What every card says of its model, and the files that it vouches for. */
export interface ModelCard {
  readonly title?: string;
  readonly license: string;
  readonly limits: string[];
  readonly claims: { by: string; text: string }[];
  readonly modelFiles: readonly string[];
}

/** @throws SimgateError `input` for a card, model or graph that does not fit. */
export async function openCardWorld(options: CardWorldOptions): Promise<World> {
  if (await isLatent(options.cardPath)) {
    const { LatentModelWorld } = await import("./latent.ts");
    return LatentModelWorld.open(options);
  }
  const { OnnxWorld } = await import("./onnx.ts");
  return OnnxWorld.open(options);
}

/** @throws SimgateError `input` for a missing file, a card that breaks its schema, or a model that is not the one hashed. */
export async function loadModelCard(path: string): Promise<ModelCard> {
  if (await isLatent(path)) {
    const { loadLatentCard } = await import("./latent/card.ts");
    const { card, models } = await loadLatentCard(path);
    return { ...card, modelFiles: Object.values(models).map(({ modelFile }) => modelFile) };
  }
  const { loadWorldCard } = await import("./onnx/card.ts");
  const { card, modelFile } = await loadWorldCard(path);
  return { ...card, modelFiles: [modelFile] };
}

/** By the line alone: the loader of its kind says what is wrong with the rest, and where. */
async function isLatent(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch(() => "");
  return /^\s*\{?\s*"?schema"?:\s*"?simgate\/latent-world-card@1\b/m.test(text);
}
