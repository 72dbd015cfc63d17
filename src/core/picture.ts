/** One frame: colours red, green, blue, 0 … 255, row by row from the top left: shape [height, width, 3]. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A picture that a world can be asked for: an image channel. */
export interface ImageSpec {
  readonly name: string;
  /** Pixels: [height, width]. */
  readonly size: readonly [height: number, width: number];
  /** Drawn from what the world observes: no picture of its own. */
  readonly drawn?: true;
}

/** Image channel → lanes × height × width × 3 bytes. */
export type Images = Readonly<Record<string, Uint8Array>>;

/** Bytes of one picture. */
export function bytesOf({ size: [height, width] }: ImageSpec): number {
  return 3 * height * width;
}

/** A colour as red, green, blue, 0 … 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** `#e69a1e` → [230, 154, 30]; undefined if it is not written so. */
export function parseColour(text: string): Colour | undefined {
  const [, red, green, blue] = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text) ?? [];
  if (red === undefined) return undefined;
  return [parseInt(red, 16), parseInt(green!, 16), parseInt(blue!, 16)];
}

/** [230, 154, 30] → `#e69a1e`. */
export function colourText(colour: Colour): string {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Squared distance of two colours, each in 0 … 255. Brightness counts half: the same thing in other light differs in it most.
 */
export function colourDistanceSquared(red: number, green: number, blue: number, other: Colour): number {
  const r = red - other[0];
  const g = green - other[1];
  const b = blue - other[2];
  const grey = (r + g + b) / 3;
  // The part along grey has length √3 · grey; a quarter of its square stays.
  return r * r + g * g + b * b - 0.75 * 3 * grey * grey;
}
