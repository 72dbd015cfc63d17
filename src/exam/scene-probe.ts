import { colourDistanceSquared, type Colour, type Picture } from "../core/picture.ts";
import type { Sighting } from "../metrics/object-persistence.ts";
import { ColourProbe } from "../perception/colour-probe.ts";
import type { Look } from "../perception/look.ts";
import { areaInPixels, type ImageView } from "../scenario/image-view.ts";
import type { ScenarioImage } from "../scenario/scenario.ts";

/** Farthest a pixel's colour may be from an object's, where nothing in the scene is nearer. */
const TOLERANCE = 60;

/** How the objects of a scenario look in one of its image channels; those that are not drawn in it have no look. */
export function looksOf(image: ScenarioImage): readonly Look[] {
  const all = [image.ground, image.unseen, ...image.shapes.map(({ colour }) => colour)];
  return image.shapes.flatMap((shape): Look[] => {
    if (shape.object === undefined) return [];
    const { object, colour } = shape;
    return [{ name: object, colour, tolerance: toleranceOf(colour, all), area: areaInPixels(shape, image) }];
  });
}

/** The colours of all that is no object. */
export function groundColours(image: ScenarioImage): readonly Colour[] {
  const still = image.shapes.filter(({ object }) => object === undefined);
  return [image.ground, image.unseen, ...still.map(({ colour }) => colour)];
}

/** Looks for a scenario's objects in one of its image channels, and says where in the plane they are. */
export class SceneProbe {
  readonly #image: ScenarioImage;
  readonly #probe: ColourProbe;

  constructor(image: ScenarioImage) {
    this.#image = image;
    this.#probe = new ColourProbe({ looks: looksOf(image), scene: groundColours(image) });
  }

  /** @param rgb one picture; @returns positions in m */
  see(rgb: Uint8Array, view: ImageView): readonly Sighting[] {
    const [height, width] = this.#image.size;
    const picture: Picture = { width, height, rgb };
    return this.#probe
      .find(picture)
      .map(({ identity, position }) => ({ identity, position: view.toPlane(position) }));
  }
}

/** Not farther than half-way to the next colour of the scene. */
function toleranceOf(colour: Colour, all: readonly Colour[]): number {
  const gaps = all
    .map((other) => Math.sqrt(colourDistanceSquared(...colour, other)))
    .filter((gap) => gap > 0);
  return Math.min(TOLERANCE, 0.5 * Math.min(...gaps));
}
