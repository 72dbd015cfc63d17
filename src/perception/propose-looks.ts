import { colourDistanceSquared, type Colour, type Picture } from "../core/picture.ts";
import { blobsOf } from "./blobs.ts";
import { nameOfColour } from "./colour-name.ts";
import type { Look } from "./look.ts";

/** What takes up more of the frame than this is what objects are in front of. */
const GROUND_SHARE = 0.15;
/** Least share of the frame for something to be an object. */
const LEAST_SHARE = 0.0005;
/** More than this and the frame is a photograph, in which colour alone finds no objects. */
const MOST_OBJECTS = 12;
/** Colours nearer than this are one. */
const SAME_COLOUR = 40;
const TOLERANCE = 60;

/** Objects that stand out from the ground of a frame, or why none can be told. */
export type Proposal = { readonly looks: readonly Look[] } | { readonly undefined: string };

/** Takes regions of one colour for objects, but for the largest; they are called by their colours. */
export function proposeLooks(picture: Picture): Proposal {
  const palette = paletteOf(picture);
  const pixels = picture.width * picture.height;
  if (palette === undefined) {
    return { undefined: "the first frame has too many colours to tell objects from what is behind them" };
  }
  const labels = new Uint8Array(pixels);
  const counts = new Float64Array(palette.length);
  for (let pixel = 0, i = 0; pixel < pixels; pixel++, i += 3) {
    const label = nearest(palette, picture.rgb[i]!, picture.rgb[i + 1]!, picture.rgb[i + 2]!);
    labels[pixel] = label + 1;
    counts[label]!++;
  }
  const blobs = blobsOf(labels, new Float32Array(pixels).fill(1), picture.width).filter(
    ({ solid, area }) => solid && area >= LEAST_SHARE * pixels,
  );
  const things = blobs.filter(({ label }) => counts[label - 1]! < GROUND_SHARE * pixels);
  if (things.length === 0) return { undefined: "nothing stands out from the ground of the first frame" };
  const twins = things.find((one) => things.some((other) => other !== one && other.label === one.label));
  if (twins !== undefined) {
    const name = nameOfColour(palette[twins.label - 1]!);
    return {
      undefined: `the first frame shows several things that are ${name}: colour does not tell them apart`,
    };
  }
  if (things.length > MOST_OBJECTS) {
    return {
      undefined: `the first frame shows ${things.length} things of one colour each: too many to be objects`,
    };
  }
  const taken = new Map<string, number>();
  return {
    looks: things.map(({ label, area }) => {
      const colour = palette[label - 1]!;
      const name = nameOfColour(colour);
      const count = (taken.get(name) ?? 0) + 1;
      taken.set(name, count);
      return {
        name: count === 1 ? name : `${name}_${count}`,
        colour,
        tolerance: toleranceOf(colour, palette),
        area,
      };
    }),
  };
}

/** Colours of the frame, the commonest first; those near an earlier one belong to it. */
function paletteOf({ rgb }: Picture): Colour[] | undefined {
  const bins = new Map<number, number>();
  for (let i = 0; i < rgb.length; i += 3) {
    const key = (rgb[i]! << 16) | (rgb[i + 1]! << 8) | rgb[i + 2]!;
    bins.set(key, (bins.get(key) ?? 0) + 1);
  }
  const byCount = [...bins].sort(([a, m], [b, n]) => n - m || a - b);
  const palette: Colour[] = [];
  for (const [key] of byCount) {
    const colour: Colour = [key >> 16, (key >> 8) & 255, key & 255];
    if (palette.some((known) => colourDistanceSquared(...colour, known) < SAME_COLOUR ** 2)) continue;
    palette.push(colour);
    if (palette.length >= 255) return undefined;
  }
  return palette;
}

function nearest(palette: readonly Colour[], red: number, green: number, blue: number): number {
  let best = 0;
  let least = Infinity;
  for (let p = 0; p < palette.length; p++) {
    const far = colourDistanceSquared(red, green, blue, palette[p]!);
    if (far < least) [best, least] = [p, far];
  }
  return best;
}

/** Not farther than half-way to the next colour. */
function toleranceOf(colour: Colour, palette: readonly Colour[]): number {
  const gaps = palette
    .filter((other) => other !== colour)
    .map((other) => Math.sqrt(colourDistanceSquared(...colour, other)));
  return Math.min(TOLERANCE, 0.5 * Math.min(...gaps));
}
