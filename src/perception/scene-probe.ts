import type { ScenarioImage } from "../scenario/scenario.ts";
import { ColourProbe } from "./colour-probe.ts";
import { OnnxDetector } from "./detector.ts";
import type { ImageView } from "./image-view.ts";
import type { Probe } from "./probe.ts";
import { groundColours, looksOf } from "./scene-looks.ts";

/** Something found in the plane of a scene. */
export interface SceneSighting {
  /** Name of the object it is taken for, or `unknown`. */
  readonly identity: string;
  /** In m. */
  readonly position: readonly [x: number, y: number];
}

/**
 * Looks for a scenario's objects in one of its image channels, and says where in the plane they are: by the detector that the
 * channel names, or by colour and shape.
 */
export class SceneProbe {
  /** How it looks, in words. */
  readonly how: string;
  readonly #image: ScenarioImage;
  readonly #probe: Probe;
  readonly #detector: OnnxDetector | undefined;

  private constructor(image: ScenarioImage, detector: OnnxDetector | undefined) {
    this.#image = image;
    this.#detector = detector;
    this.#probe = detector ?? new ColourProbe({ looks: looksOf(image), scene: groundColours(image) });
    this.how = detector === undefined ? "colour and shape" : `detector ${detector.card.name}`;
  }

  /** @throws SimgateError `input` for a detector that does not fit or does not know the objects. */
  static async open(image: ScenarioImage): Promise<SceneProbe> {
    const { probe, shapes } = image;
    const objects = shapes.flatMap(({ object }) => object ?? []);
    return new SceneProbe(image, probe === undefined ? undefined : await OnnxDetector.open(probe, objects));
  }

  /** @param rgb one picture */
  async see(rgb: Uint8Array, view: ImageView): Promise<readonly SceneSighting[]> {
    const [height, width] = this.#image.size;
    const found = await this.#probe.find({ width, height, rgb });
    return found.map(({ identity, position }) => ({ identity, position: view.toPlane(position) }));
  }

  async close(): Promise<void> {
    await this.#detector?.close();
  }
}
