import type { Scenario } from "../scenario/scenario.ts";
import type { WorldConfig } from "../scenario/schema.ts";
import type { Scene } from "../viewer/scene.ts";
import { sceneOf } from "./view-scene.ts";

/** Compiled models of so many starts are kept: a page that comes back asks for the same again. */
const KEPT_SCENES = 32;

/** The scenes of a scenario, compiled once for the same parameters. */
export class KeptScenes {
  readonly #scenario: Scenario;
  readonly #model: WorldConfig | undefined;
  readonly #scenes = new Map<string, Promise<Scene>>();

  /** @param model what is compiled, if it is a world of MuJoCo */
  constructor(scenario: Scenario, model: WorldConfig | undefined) {
    this.#scenario = scenario;
    this.#model = model;
  }

  of(parameters: Readonly<Record<string, number>>): Promise<Scene> {
    const key = JSON.stringify(parameters);
    let scene = this.#scenes.get(key);
    if (scene === undefined) {
      scene = sceneOf(this.#scenario, this.#model, parameters);
      this.#scenes.set(key, scene);
      scene.catch(() => this.#scenes.delete(key));
      const [oldest] = this.#scenes.keys();
      if (this.#scenes.size > KEPT_SCENES) this.#scenes.delete(oldest!);
    }
    return scene;
  }

  /** Begins with what will be asked for first: loading the physics takes half a second. */
  prepare(parameters: Readonly<Record<string, number>>): void {
    // Whoever asks for it is told.
    this.of(parameters).catch(() => undefined);
  }
}
