import { colourDistanceSquared, type Colour } from "../core/picture.ts";
import type { ImageShape } from "../scenario/image-schema.ts";
import type { ScenarioImage } from "../scenario/scenario.ts";
import { areaInPixels } from "./image-view.ts";
import type { Look } from "./look.ts";

/** Farthest a pixel's colour may be from a shape's, where nothing in the scene is nearer. */
const TOLERANCE = 60;

/** How the objects of a scenario look in one of its image channels; those that are not drawn in it have no look. */
export function looksOf(image: ScenarioImage): readonly Look[] {
  return image.shapes.flatMap((shape) =>
    shape.object === undefined ? [] : [lookOf(shape, image, shape.object)],
  );
}

export function lookOf(shape: ImageShape, image: ScenarioImage, name: string): Look {
  const { colour } = shape;
  return { name, colour, tolerance: toleranceOf(colour, coloursOf(image)), area: areaInPixels(shape, image) };
}

/** The colours of all that is no object. */
export function groundColours(image: ScenarioImage): readonly Colour[] {
  const still = image.shapes.filter(({ object }) => object === undefined);
  return [image.ground, image.unseen, ...still.map(({ colour }) => colour)];
}

function coloursOf(image: ScenarioImage): readonly Colour[] {
  return [image.ground, image.unseen, ...image.shapes.map(({ colour }) => colour)];
}

/** Not farther than half-way to the next colour of the scene. */
function toleranceOf(colour: Colour, all: readonly Colour[]): number {
  const gaps = all
    .map((other) => Math.sqrt(colourDistanceSquared(...colour, other)))
    .filter((gap) => gap > 0);
  return Math.min(TOLERANCE, 0.5 * Math.min(...gaps));
}
