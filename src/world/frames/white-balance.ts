import type { ScenarioImage } from "../../scenario/scenario.ts";
import { SceneCamera } from "../camera/scene-camera.ts";

/** Light that differs less from white than this is none: edges and what moves make as much of a difference. */
const LEAST = 0.04;
/** A pixel that is farther from what the light makes of it than this shows something else. */
const OUTLIER = 0.25;
/** Past this no light is estimated, but another picture. */
const [DARKEST, BRIGHTEST] = [0.2, 5];

const COLOURS = [0, 1, 2] as const;

type Plane = readonly [middle: number, right: number, top: number];

/** Sums over the pixels of a scene, weighted by the square of one of its colours, of 1, x, y, x², x · y and y². */
interface Moments {
  readonly s: number;
  readonly sx: number;
  readonly sy: number;
  readonly sxx: number;
  readonly sxy: number;
  readonly syy: number;
}

/**
 * Takes the light out of pictures of a scene of which one knows what stands still in it: each colour is brighter by a factor
 * that rises evenly from one edge to the other (von Kries 1902: one factor a colour), fitted by least squares to what does not move,
 * and once more without the pixels that show something else.
 */
export class WhiteBalance {
  /** Middles of columns and rows, from −1 to 1: right and top. */
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  /** The scene without what moves, in white light. */
  readonly #still: Uint8Array;
  /** Of all of it, by colour. */
  readonly #moments: readonly Moments[];
  /** The same without the pixels of a picture that show something else. */
  readonly #seen: Uint8Array;
  readonly #balanced: Uint8Array;

  /** @param image whose camera stands still */
  constructor(image: ScenarioImage) {
    const [height, width] = image.size;
    this.#x = Float64Array.from({ length: width }, (_, column) => (2 * (column + 0.5)) / width - 1);
    this.#y = Float64Array.from({ length: height }, (_, row) => 1 - (2 * (row + 0.5)) / height);
    this.#still = stillOf(image);
    this.#moments = COLOURS.map((colour) => this.#momentsOf(this.#still, colour));
    this.#seen = new Uint8Array(this.#still.length);
    this.#balanced = new Uint8Array(this.#still.length);
  }

  /** The picture as it would be in white light: the same array where it is, else one that the next call overwrites. */
  balance(rgb: Uint8Array): Uint8Array {
    const coarse = COLOURS.map((colour) => this.#fit(rgb, this.#still, colour, this.#moments[colour]!));
    if (coarse.every((plane) => plane === undefined || isWhite(plane))) return rgb;
    const light = coarse.map((plane, colour) => plane && this.#refine(rgb, colour, plane));
    if (light.some((plane) => plane === undefined) || light.every((plane) => isWhite(plane!))) return rgb;
    for (const colour of COLOURS) this.#takeOut(light[colour]!, rgb, colour);
    return this.#balanced;
  }

  /** The light as it is without the pixels of one colour that are far from it. */
  #refine(rgb: Uint8Array, colour: number, [middle, right, top]: Plane): Plane | undefined {
    const [xs, ys, still, seen] = [this.#x, this.#y, this.#still, this.#seen];
    for (let row = 0, i = colour; row < ys.length; row++) {
      for (let column = 0; column < xs.length; column++, i += 3) {
        const lit = still[i]! * (middle + right * xs[column]! + top * ys[row]!);
        seen[i] = Math.abs(rgb[i]! - lit) > OUTLIER * still[i]! ? 0 : still[i]!;
      }
    }
    return this.#fit(rgb, seen, colour, this.#momentsOf(seen, colour));
  }

  #takeOut([middle, right, top]: Plane, rgb: Uint8Array, colour: number): void {
    const [xs, ys, balanced] = [this.#x, this.#y, this.#balanced];
    for (let row = 0, i = colour; row < ys.length; row++) {
      for (let column = 0; column < xs.length; column++, i += 3) {
        const gain = middle + right * xs[column]! + top * ys[row]!;
        balanced[i] = Math.min(255, Math.round(rgb[i]! / Math.min(BRIGHTEST, Math.max(DARKEST, gain))));
      }
    }
  }

  #momentsOf(scene: Uint8Array, colour: number): Moments {
    const [xs, ys] = [this.#x, this.#y];
    let s = 0;
    let sx = 0;
    let sy = 0;
    let sxx = 0;
    let sxy = 0;
    let syy = 0;
    for (let row = 0, i = colour; row < ys.length; row++) {
      const y = ys[row]!;
      for (let column = 0; column < xs.length; column++, i += 3) {
        const x = xs[column]!;
        const weight = scene[i]! * scene[i]!;
        s += weight;
        sx += weight * x;
        sy += weight * y;
        sxx += weight * x * x;
        sxy += weight * x * y;
        syy += weight * y * y;
      }
    }
    return { s, sx, sy, sxx, sxy, syy };
  }

  /**
   * Of one colour, by least squares.
   * @param scene black where nothing is known
   * @returns undefined if nothing of the scene is to be seen
   */
  #fit(rgb: Uint8Array, scene: Uint8Array, colour: number, moments: Moments): Plane | undefined {
    const [xs, ys] = [this.#x, this.#y];
    let p = 0;
    let px = 0;
    let py = 0;
    for (let row = 0, i = colour; row < ys.length; row++) {
      const y = ys[row]!;
      for (let column = 0; column < xs.length; column++, i += 3) {
        const product = rgb[i]! * scene[i]!;
        p += product;
        px += product * xs[column]!;
        py += product * y;
      }
    }
    // The normal equations by Cramer's rule.
    const { s, sx, sy, sxx, sxy, syy } = moments;
    const [a, b, c] = [sxx * syy - sxy * sxy, sxy * sy - sx * syy, sx * sxy - sxx * sy];
    const determinant = s * a + sx * b + sy * c;
    if (!(determinant > 1e-9 * s * s * s)) return undefined;
    return [
      (p * a + px * b + py * c) / determinant,
      (p * b + px * (s * syy - sy * sy) + py * (sx * sy - s * sxy)) / determinant,
      (p * c + px * (sx * sy - s * sxy) + py * (s * sxx - sx * sx)) / determinant,
    ];
  }
}

/** What stands still, in white light; black where nothing is known: it counts for nothing. */
function stillOf(image: ScenarioImage): Uint8Array {
  const { stressor: _stressor, eye, ...plain } = image;
  const still = image.shapes.filter(
    ({ at, turn, shown }) => typeof at !== "string" && typeof turn !== "string" && shown === undefined,
  );
  const draw = (changes: Partial<ScenarioImage>): Uint8Array => {
    const [height, width] = image.size;
    const rgb = new Uint8Array(3 * height * width);
    const light: ScenarioImage["light"] = { brightness: 1, slope: [0, 0], colour: [255, 255, 255] };
    new SceneCamera({ ...plain, light, shapes: still, ...changes }, []).draw({}, 0, {}, rgb);
    return rgb;
  };
  if (typeof eye !== "string") return draw(eye === undefined ? {} : { eye });
  // What an eye that moves does not see moves, too. What hides is always seen: where it covers a pixel whole.
  const shapes = still.filter(({ hides }) => hides);
  const [onBlack, onWhite] = [[0, 0, 0] as const, [255, 255, 255] as const].map((ground) =>
    draw({ shapes, ground }),
  );
  return onBlack!.map((value, i) => (value === onWhite![i] ? value : 0));
}

function isWhite([middle, right, top]: Plane): boolean {
  return Math.abs(middle - 1) + Math.abs(right) + Math.abs(top) < LEAST;
}
