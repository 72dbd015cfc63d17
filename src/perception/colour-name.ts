import { colourDistanceSquared, type Colour } from "../core/picture.ts";

/** The words that languages agree on most (Berlin & Kay 1969), at the colours that CSS gives them. */
const NAMES: Readonly<Record<string, Colour>> = {
  black: [0, 0, 0],
  white: [255, 255, 255],
  grey: [128, 128, 128],
  red: [215, 40, 40],
  green: [40, 150, 50],
  blue: [45, 80, 200],
  yellow: [245, 225, 50],
  orange: [245, 150, 30],
  brown: [130, 80, 40],
  purple: [130, 50, 160],
  pink: [250, 150, 190],
  cyan: [60, 200, 210],
};

/** The word for the nearest of them. */
export function nameOfColour(colour: Colour): string {
  let name = "";
  let least = Infinity;
  for (const [word, like] of Object.entries(NAMES)) {
    const far = colourDistanceSquared(...colour, like);
    if (far < least) [name, least] = [word, far];
  }
  return name;
}
