import { colourDistanceSquared, type Colour } from "../core/picture.ts";

/** How one object is told from everything else: by its colour, its size, and how long it is. */
export interface Look {
  readonly name: string;
  readonly colour: Colour;
  /** Farthest a pixel's colour may be from it: see `colourDistanceSquared`. */
  readonly tolerance: number;
  /** In pixels; absent: any. */
  readonly area?: number;
  /** Least and most length ÷ breadth; absent: any. */
  readonly elongation?: readonly [least: number, most: number];
}

/** Nearer than this and what one object looks like in the shade is the other. */
const MOST_ALIKE = 24;

/** The first two looks whose colours are too near to be told apart; undefined: there are none. */
export function alike(looks: readonly Look[]): readonly [Look, Look] | undefined {
  for (const [i, one] of looks.entries()) {
    const other = looks
      .slice(i + 1)
      .find(({ colour }) => colourDistanceSquared(...one.colour, colour) < MOST_ALIKE ** 2);
    if (other !== undefined) return [one, other];
  }
  return undefined;
}
