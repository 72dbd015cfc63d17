import { colourDistanceSquared, type Colour, type Picture } from "../core/picture.ts";
import { blobsOf, type Blob } from "./blobs.ts";
import type { Look } from "./look.ts";
import { UNKNOWN, type Probe, type Seen } from "./probe.ts";

/** A crumb of an object's colour is not the object: least share of its area, for the largest blob and for a second one. */
const LEAST_SHARE = 0.2;
const SECOND_SHARE = 0.5;
/** Where nothing says how large an object is. */
const LEAST_AREA = 4;
/** A pixel farther than this from every colour of the scene is of something that does not belong to it. */
const SCENE_TOLERANCE = 40;
/** How much longer or rounder than declared is still the same shape. */
const SHAPE_SLACK = 1.25;

const UNKNOWN_LABEL = 255;

/** Of the table of colours that were met: more slots than a model's picture has colours, few enough for the processor's cache. */
const SLOT_BITS = 12;

export interface ColourProbeOptions {
  readonly looks: readonly Look[];
  /** Every colour that the scene has beside its objects; absent: what belongs to no object is not looked at. */
  readonly scene?: readonly Colour[];
}

/**
 * Finds objects by colour and shape: pixels near an object's colour that touch are one blob; one that is too small, or too
 * long or round, is not the object. Where the colours of the scene are known, what has none of them is unknown.
 */
export class ColourProbe implements Probe {
  readonly #looks: readonly Look[];
  readonly #inScene: Uint8Array | undefined;
  readonly #leastUnknown: number;
  /** What was said of colours, each in the slot that its bits give, until another comes to stand there: pictures repeat theirs. */
  readonly #met = {
    colours: new Int32Array(1 << SLOT_BITS).fill(-1),
    labels: new Uint8Array(1 << SLOT_BITS),
    weights: new Float32Array(1 << SLOT_BITS),
  };

  constructor({ looks, scene }: ColourProbeOptions) {
    this.#looks = looks;
    this.#inScene = scene === undefined ? undefined : sceneTable(scene);
    this.#leastUnknown = LEAST_SHARE * Math.min(...looks.map(({ area }) => area ?? LEAST_AREA));
  }

  find({ width, height, rgb }: Picture): readonly Seen[] {
    const labels = new Uint8Array(width * height);
    const weights = new Float32Array(width * height);
    const met = this.#met;
    for (let pixel = 0, i = 0; pixel < labels.length; pixel++, i += 3) {
      const colour = (rgb[i]! << 16) | (rgb[i + 1]! << 8) | rgb[i + 2]!;
      const slot = Math.imul(colour, 0x9e3779b1) >>> (32 - SLOT_BITS);
      if (met.colours[slot] !== colour) this.#classify(colour, slot);
      labels[pixel] = met.labels[slot]!;
      weights[pixel] = met.weights[slot]!;
    }
    const blobs = blobsOf(labels, weights, width);
    const ofLooks = this.#looks.flatMap((look, l) =>
      seenAs(
        look,
        blobs.filter(({ label }) => label === l + 1),
        this.#inScene !== undefined,
      ),
    );
    const unknown = blobs
      .filter(({ label, area, solid }) => label === UNKNOWN_LABEL && solid && area >= this.#leastUnknown)
      .map((blob) => seen(UNKNOWN, blob, 1));
    return [...ofLooks, ...unknown];
  }

  /** The nearest look within its tolerance, weighted by how near it is. */
  #classify(rgb: number, slot: number): void {
    const { colours, labels, weights } = this.#met;
    const [red, green, blue] = [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
    colours[slot] = rgb;
    labels[slot] = 0;
    weights[slot] = 0;
    let nearest = 1;
    for (let l = 0; l < this.#looks.length; l++) {
      const { colour, tolerance } = this.#looks[l]!;
      const share = colourDistanceSquared(red, green, blue, colour) / (tolerance * tolerance);
      if (share >= nearest) continue;
      nearest = share;
      labels[slot] = l + 1;
      weights[slot] = 1 - Math.sqrt(share);
    }
    if (nearest === 1 && this.#inScene?.[binOf(red, green, blue)] === 0) {
      labels[slot] = UNKNOWN_LABEL;
      weights[slot] = 1;
    }
  }
}

/** @param misshapen whether what has the colour but not the shape is shown as unknown, or not at all. */
function seenAs(look: Look, blobs: readonly Blob[], misshapen: boolean): Seen[] {
  const { name, area, elongation } = look;
  const [least, most] = elongation ?? [1, Infinity];
  const bySize = [...blobs].sort((a, b) => b.area - a.area);
  const expected = area ?? bySize[0]?.area ?? 0;
  return bySize
    .filter((blob, i) => blob.area >= Math.max(LEAST_AREA, (i === 0 ? LEAST_SHARE : SECOND_SHARE) * expected))
    .flatMap((blob) => {
      const fits = blob.elongation >= least / SHAPE_SLACK && blob.elongation <= most * SHAPE_SLACK;
      // What is half hidden has another shape than its own.
      if (!fits && blob.area >= SECOND_SHARE * expected) return misshapen ? [seen(UNKNOWN, blob, 1)] : [];
      return [seen(name, blob, Math.min(blob.area, expected) / Math.max(blob.area, expected))];
    });
}

function seen(
  identity: string,
  { position, area, elongation, turnRad, meanWeight }: Blob,
  size: number,
): Seen {
  return { identity, position, area, elongation, turnRad, confidence: meanWeight * size };
}

/** One bin a colour, five bits each. */
function binOf(red: number, green: number, blue: number): number {
  return ((red >> 3) << 10) | ((green >> 3) << 5) | (blue >> 3);
}

const BINS = 1 << 15;

/** By bin: 1 if its middle is near some colour of the scene. */
function sceneTable(scene: readonly Colour[]): Uint8Array {
  const table = new Uint8Array(BINS);
  for (let bin = 0; bin < BINS; bin++) {
    const middle = [bin >> 10, (bin >> 5) & 31, bin & 31].map((part) => 8 * part + 3.5);
    const [red = 0, green = 0, blue = 0] = middle;
    const near = scene.some(
      (colour) => colourDistanceSquared(red, green, blue, colour) <= SCENE_TOLERANCE ** 2,
    );
    table[bin] = near ? 1 : 0;
  }
  return table;
}
