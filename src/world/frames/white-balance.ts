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
  readonly #balanced: Uint8Array;

  /** @param image whose camera stands still */
  constructor(image: ScenarioImage) {
    const [height, width] = image.size;
    this.#x = Float64Array.from({ length: width }, (_, column) => (2 * (column + 0.5)) / width - 1);
    this.#y = Float64Array.from({ length: height }, (_, row) => 1 - (2 * (row + 0.5)) / height);
    this.#still = stillOf(image);
    this.#balanced = new Uint8Array(this.#still.length);
  }

  /** The picture as it would be in white light: the same array where it is, else one that the next call overwrites. */
  balance(rgb: Uint8Array): Uint8Array {
    const coarse = COLOURS.map((colour) => this.#fit(rgb, colour, undefined));
    if (coarse.every((plane) => plane === undefined || isWhite(plane))) return rgb;
    const light = coarse.map((plane, colour) => plane && this.#fit(rgb, colour, plane));
    if (light.some((plane) => plane === undefined) || light.every((plane) => isWhite(plane!))) return rgb;
    const [width, height] = [this.#x.length, this.#y.length];
    for (const colour of COLOURS) {
      const plane = light[colour]!;
      for (let row = 0, i = colour; row < height; row++) {
        for (let column = 0; column < width; column++, i += 3) {
          const gain = Math.min(BRIGHTEST, Math.max(DARKEST, at(plane, this.#x[column]!, this.#y[row]!)));
          this.#balanced[i] = Math.min(255, Math.round(rgb[i]! / gain));
        }
      }
    }
    return this.#balanced;
  }

  /** Of one colour. @param around leaves out what is far from it. @returns undefined if nothing of the scene is to be seen */
  #fit(rgb: Uint8Array, colour: number, around: Plane | undefined): Plane | undefined {
    const [width, height] = [this.#x.length, this.#y.length];
    let [s, sx, sy, sxx, sxy, syy, p, px, py] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let row = 0, i = colour; row < height; row++) {
      const y = this.#y[row]!;
      for (let column = 0; column < width; column++, i += 3) {
        const x = this.#x[column]!;
        const [value, still] = [rgb[i]!, this.#still[i]!];
        if (around !== undefined && Math.abs(value - still * at(around, x, y)) > OUTLIER * still) continue;
        const weight = still * still;
        const product = value * still;
        s += weight;
        sx += weight * x;
        sy += weight * y;
        sxx += weight * x * x;
        sxy += weight * x * y;
        syy += weight * y * y;
        p += product;
        px += product * x;
        py += product * y;
      }
    }
    // The normal equations by Cramer's rule.
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

function at([middle, right, top]: Plane, x: number, y: number): number {
  return middle + right * x + top * y;
}

function isWhite([middle, right, top]: Plane): boolean {
  return Math.abs(middle - 1) + Math.abs(right) + Math.abs(top) < LEAST;
}
