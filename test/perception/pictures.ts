import type { Colour, Picture } from "../../src/core/picture.ts";

export interface Shape {
  readonly colour: Colour;
  /** Whether the middle of a pixel lies in it. */
  readonly has: (x: number, y: number) => boolean;
}

export const disc = (colour: Colour, cx: number, cy: number, radius: number): Shape => ({
  colour,
  has: (x, y) => Math.hypot(x - cx, y - cy) <= radius,
});

export const box = (colour: Colour, left: number, top: number, width: number, height: number): Shape => ({
  colour,
  has: (x, y) => x >= left && x < left + width && y >= top && y < top + height,
});

/** Shapes on a ground, each drawn over those before it. */
export function draw(ground: Colour, shapes: readonly Shape[], width = 64, height = 64): Picture {
  const rgb = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const top = shapes.findLast(({ has }) => has(x + 0.5, y + 0.5));
      rgb.set(top?.colour ?? ground, 3 * (y * width + x));
    }
  }
  return { width, height, rgb };
}
