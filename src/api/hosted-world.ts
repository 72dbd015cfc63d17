import { openWorld as compose, worldConfig } from "../compose.ts";
import { loadScenario } from "../scenario/load.ts";
import { openInWorker } from "../world/in-worker.ts";
import type { World } from "../world/world.ts";

/** What a worker thread needs to open a world. */
interface Recipe {
  readonly scenario: string;
  readonly world: string;
}

export interface HostOptions {
  /** Default: its own, so that this one stays free for ROS. */
  readonly thread?: "own" | "shared";
  readonly signal?: AbortSignal;
}

/** Called in the worker thread. */
export async function openWorld({ scenario, world }: Recipe): Promise<World> {
  const loaded = await loadScenario(scenario);
  return compose(loaded, { name: world, config: worldConfig(loaded, world) });
}

/** Opens a world for a node to host. */
export function hostWorld(recipe: Recipe, { thread = "own", signal }: HostOptions = {}): Promise<World> {
  if (thread === "shared") return openWorld(recipe);
  const module = new URL(import.meta.url);
  return openInWorker({ module, recipe, ...(signal === undefined ? {} : { signal }) });
}
