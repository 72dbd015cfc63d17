import { bytesOf } from "../core/picture.ts";
import { encodePng } from "../core/png.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { WorldConfig } from "../scenario/schema.ts";
import type { Ability, Pictures, SceneContacts, Unavailable } from "../viewer/session.ts";
import { type MomentOrder, UnavailableError } from "../viewer/source.ts";
import { SceneCamera } from "../world/camera/scene-camera.ts";
import { ContactFinder } from "../world/mujoco/contact-finder.ts";

/** What a scenario makes of what a world shows at one moment: what touches what, and how it looks. */
export class Moments {
  readonly abilities: Readonly<Record<Extract<Ability, "contacts" | "pictures">, true | Unavailable>>;
  readonly #scenario: Scenario;
  readonly #model: Extract<WorldConfig, { kind: "mujoco" }> | undefined;
  readonly #cameras: readonly SceneCamera[];
  #finder: Promise<ContactFinder> | undefined;

  /** @param truth the world whose model says what touches, if it is one of MuJoCo */
  constructor(scenario: Scenario, truth: WorldConfig | undefined) {
    this.#scenario = scenario;
    this.#model = truth?.kind === "mujoco" ? truth : undefined;
    this.#cameras = (scenario.images ?? []).map((image) => new SceneCamera(image, scenario.observation));
    this.abilities = {
      contacts: this.#model === undefined ? { reason: "truth is not a world of MuJoCo" } : true,
      pictures: this.#cameras.length > 0 ? true : { reason: "the scenario declares no images" },
    };
  }

  async contacts({ observation, action, parameters }: MomentOrder): Promise<SceneContacts> {
    if (this.#model === undefined) throw new UnavailableError("truth is not a world of MuJoCo");
    const { model: modelPath, set } = this.#model;
    this.#finder ??= ContactFinder.open({
      scenario: this.#scenario,
      modelPath,
      ...(set === undefined ? {} : { set }),
    });
    const finder = await this.#finder;
    return finder.at(this.#checked(observation), action, parameters);
  }

  pictures({ observation, parameters }: MomentOrder): Pictures {
    const columns = Object.fromEntries(
      Object.entries(this.#checked(observation)).map(([name, values]) => [name, Float64Array.from(values)]),
    );
    return Object.fromEntries(
      this.#cameras.map((camera) => {
        const rgb = new Uint8Array(bytesOf(camera.image));
        camera.draw(columns, 0, parameters, rgb);
        const [height, width] = camera.image.size;
        return [camera.image.name, Buffer.from(encodePng({ width, height, rgb })).toString("base64")];
      }),
    );
  }

  async close(): Promise<void> {
    const finder = await this.#finder?.catch(() => undefined);
    this.#finder = undefined;
    finder?.close();
  }

  /** A world may show less than the scenario asks for; then neither can be said. */
  #checked(observation: MomentOrder["observation"]): MomentOrder["observation"] {
    const missing = this.#scenario.observation.filter(({ name, size }) => observation[name]?.length !== size);
    if (missing.length === 0) return observation;
    throw new UnavailableError(`the recording has no ${missing.map(({ name }) => name).join(", ")}`);
  }
}
