import type { ScenarioImage } from "../scenario/scenario.ts";
import { ColourProbe } from "./colour-probe.ts";
import type { ImageView } from "./image-view.ts";
import { groundColours, looksOf } from "./scene-looks.ts";

/** Something found in the plane of a scene. */
export interface SceneSighting {
  /** Name of the object it is taken for, or `unknown`. */
  readonly identity: string;
  /** In m. */
  readonly position: readonly [x: number, y: number];
}

/** Looks for a scenario's objects in one of its image channels, and says where in the plane they are. */
export class SceneProbe {
  readonly #image: ScenarioImage;
  readonly #probe: ColourProbe;

  constructor(image: ScenarioImage) {
    this.#image = image;
    this.#probe = new ColourProbe({ looks: looksOf(image), scene: groundColours(image) });
  }

  /** @param rgb one picture */
  see(rgb: Uint8Array, view: ImageView): readonly SceneSighting[] {
    const [height, width] = this.#image.size;
    return this.#probe
      .find({ width, height, rgb })
      .map(({ identity, position }) => ({ identity, position: view.toPlane(position) }));
  }
}
