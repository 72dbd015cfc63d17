import { readFile } from "node:fs/promises";
import { inputError } from "../core/errors.ts";
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
  switch (await kindOf(options.cardPath)) {
    case "latent-world": {
      const { LatentModelWorld } = await import("./latent.ts");
      return LatentModelWorld.open(options);
    }
    case "diffusion-world": {
      const { DiffusionWorld } = await import("./diffusion.ts");
      return DiffusionWorld.open(options);
    }
    case "residual":
      throw inputError("a residual is no world by itself: it corrects physics", {
        where: options.cardPath,
        hint: "declare a world of kind residual in the scenario, with its base and this card",
      });
    default: {
      const { OnnxWorld } = await import("./onnx.ts");
      return OnnxWorld.open(options);
    }
  }
}

/** @throws SimgateError `input` for a missing file, a card that breaks its schema, or a model that is not the one hashed. */
export async function loadModelCard(path: string): Promise<ModelCard> {
  switch (await kindOf(path)) {
    case "latent-world": {
      const { loadLatentCard } = await import("./latent/card.ts");
      const { card, models } = await loadLatentCard(path);
      return { ...card, modelFiles: Object.values(models).map(({ modelFile }) => modelFile) };
    }
    case "diffusion-world": {
      const { loadDiffusionCard } = await import("./diffusion/card.ts");
      const { card, modelFile } = await loadDiffusionCard(path);
      return { ...card, modelFiles: [modelFile] };
    }
    case "residual": {
      const { loadResidualCard } = await import("./residual/card.ts");
      const { card, modelFile } = await loadResidualCard(path);
      return { ...card, modelFiles: [modelFile] };
    }
    default: {
      const { loadWorldCard } = await import("./onnx/card.ts");
      const { card, modelFile } = await loadWorldCard(path);
      return { ...card, modelFiles: [modelFile] };
    }
  }
}

/** By the line alone: the loader of its kind says what is wrong with the rest, and where. */
async function kindOf(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  return /^\s*\{?\s*"?schema"?:\s*"?simgate\/([a-z-]+)-card@1\b/m.exec(text)?.[1];
}
