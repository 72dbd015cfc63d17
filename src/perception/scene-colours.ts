import { colourDistanceSquared, type Colour, type Picture } from "../core/picture.ts";
import type { Look } from "./look.ts";

/** Of pixels: what is rarer is the edge of something. */
const LEAST_PIXELS = 4;
/** A frame with more colours than this is a photograph: nothing in it can be said not to belong there. */
const MOST_COLOURS = 256;
/** The eighth part of a colour's range: finer than what the probe tells apart. */
const SHIFT = 4;

/**
 * The colours that a frame has beside those of the objects; undefined if there are too many to say of anything that it
 * does not belong.
 */
export function sceneColours({ rgb }: Picture, looks: readonly Look[]): readonly Colour[] | undefined {
  const bins = new Map<number, { count: number; sum: [number, number, number] }>();
  for (let i = 0; i < rgb.length; i += 3) {
    const [red, green, blue] = [rgb[i]!, rgb[i + 1]!, rgb[i + 2]!];
    const key = ((red >> SHIFT) << 16) | ((green >> SHIFT) << 8) | (blue >> SHIFT);
    let bin = bins.get(key);
    if (bin === undefined) bins.set(key, (bin = { count: 0, sum: [0, 0, 0] }));
    bin.count++;
    bin.sum[0] += red;
    bin.sum[1] += green;
    bin.sum[2] += blue;
  }
  const colours = [...bins.values()]
    .filter(({ count }) => count >= LEAST_PIXELS)
    .map(({ count, sum }): Colour => [sum[0] / count, sum[1] / count, sum[2] / count])
    .filter(
      (colour) => !looks.some((look) => colourDistanceSquared(...colour, look.colour) <= look.tolerance ** 2),
    );
  return colours.length > MOST_COLOURS ? undefined : colours;
}
