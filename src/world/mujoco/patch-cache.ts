import type { ModelPatch } from "./patch.ts";

/** Patches kept for parameter values seen before; the oldest go first. A patch takes some hundred bytes. */
const PATCHES_KEPT = 20_000;
/** Models whose patches are kept. */
const MODELS_KEPT = 16;

const byModel = new Map<string, PatchCache>();

/** The patches of one model by their key. */
export class PatchCache {
  readonly #patches = new Map<string, ModelPatch>();

  get(key: string): ModelPatch | undefined {
    return this.#patches.get(key);
  }

  set(key: string, patch: ModelPatch): void {
    this.#patches.set(key, patch);
    if (this.#patches.size > PATCHES_KEPT) this.#patches.delete(this.#patches.keys().next().value!);
  }
}

/**
 * The patches of a model, shared by all worlds of this thread that are made of the same bytes: a patch follows from the
 * model and the parameters alone, and compiling one costs as much as a hundred control steps.
 * @param model hash of everything that decides what is compiled
 */
export function patchCache(model: string): PatchCache {
  const known = byModel.get(model) ?? new PatchCache();
  // The one used last goes last.
  byModel.delete(model);
  byModel.set(model, known);
  if (byModel.size > MODELS_KEPT) byModel.delete(byModel.keys().next().value!);
  return known;
}
