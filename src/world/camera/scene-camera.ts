import type { ChannelSpec } from "../../core/channels.ts";
import type { ImagePlace, ImageShape } from "../../scenario/image-schema.ts";
import type { ScenarioImage } from "../../scenario/scenario.ts";
import { Light } from "./light.ts";
import { type PixelPoint, Raster } from "./raster.ts";
import { hiddenBehind } from "./shadow.ts";

type Columns = Readonly<Record<string, Float64Array>>;
type Point = readonly [x: number, y: number];

/** Where one lane's camera is, and how large a metre is in its picture. */
interface View {
  readonly centre: Point;
  readonly cos: number;
  readonly sin: number;
}

/** Draws one image channel from the observation. What does not move is drawn once. */
export class SceneCamera {
  readonly image: ScenarioImage;
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #pixelsPerM: number;
  readonly #light: Light;
  readonly #ground: ImageShape[];
  readonly #moving: ImageShape[];
  readonly #hiding: ImageShape[];
  /** Ground and what stands still before anything that moves; undefined where the camera itself moves. */
  readonly #still: Uint8Array | undefined;

  constructor(image: ScenarioImage, observation: readonly ChannelSpec[]) {
    this.image = image;
    this.#sizes = new Map(observation.map(({ name, size }) => [name, size]));
    this.#pixelsPerM = image.size[1] / image.view.width;
    this.#light = new Light(image);
    const seen = image.shapes.filter(({ hides }) => !hides);
    const first = isFixed(image.view.centre) && isFixed(image.view.turn) ? seen.findIndex(moves) : 0;
    this.#ground = first < 0 ? seen : seen.slice(0, first);
    this.#moving = first < 0 ? [] : seen.slice(first);
    this.#hiding = image.shapes.filter(({ hides }) => hides);
    if (isFixed(image.view.centre) && isFixed(image.view.turn)) {
      const raster = this.#raster();
      raster.fill(image.ground);
      for (const shape of this.#ground) this.#draw(raster, shape, {}, 0, this.#view({}, 0));
      this.#still = raster.rgb;
    }
  }

  /**
   * @param out the picture of this lane: height × width × 3
   * @param step the control step, where the light changes with it
   */
  draw(
    columns: Columns,
    lane: number,
    parameters: Readonly<Record<string, number>>,
    out: Uint8Array,
    step = 0,
  ): void {
    const raster = this.#raster(out);
    const view = this.#view(columns, lane);
    if (this.#still === undefined) raster.fill(this.image.ground);
    else out.set(this.#still);
    for (const shape of this.#moving) this.#draw(raster, shape, columns, lane, view);
    const { eye } = this.image;
    if (eye !== undefined) {
      const from = this.#toPixels(this.#place(eye, columns, lane), view);
      for (const shape of this.#hiding) this.#hide(raster, shape, from, columns, lane, view);
    }
    for (const shape of this.#hiding) this.#draw(raster, shape, columns, lane, view);
    this.#light.shine(out, parameters, step);
  }

  #raster(rgb?: Uint8Array): Raster {
    const [height, width] = this.image.size;
    return new Raster(width, height, rgb);
  }

  #view(columns: Columns, lane: number): View {
    const { centre, turn } = this.image.view;
    const angle = this.#angle(turn, columns, lane);
    return { centre: this.#place(centre, columns, lane), cos: Math.cos(angle), sin: Math.sin(angle) };
  }

  #toPixels([x, y]: Point, { centre, cos, sin }: View): PixelPoint {
    const [height, width] = this.image.size;
    const [dx, dy] = [x - centre[0], y - centre[1]];
    return [
      width / 2 + this.#pixelsPerM * (cos * dx + sin * dy),
      height / 2 - this.#pixelsPerM * (cos * dy - sin * dx),
    ];
  }

  #draw(raster: Raster, shape: ImageShape, columns: Columns, lane: number, view: View): void {
    if (!this.#isShown(shape, columns, lane)) return;
    if ("box" in shape) {
      raster.polygon(this.#corners(shape, columns, lane, view), shape.colour);
      return;
    }
    const [reach, radius] = "disc" in shape ? [0, shape.disc] : shape.capsule;
    const [from, to] = [-reach, reach].map((along) =>
      this.#toPixels(this.#inPlane(shape, [along, 0], columns, lane), view),
    );
    raster.capsule(from!, to!, radius * this.#pixelsPerM, shape.colour);
  }

  /** Paints over what cannot be seen behind the shape. Where it is round its square is what hides. */
  #hide(
    raster: Raster,
    shape: ImageShape,
    eye: PixelPoint,
    columns: Columns,
    lane: number,
    view: View,
  ): void {
    if (!this.#isShown(shape, columns, lane)) return;
    const far = 4 * (raster.width + raster.height);
    raster.polygon(hiddenBehind(eye, this.#corners(shape, columns, lane, view), far), this.image.unseen);
  }

  #corners(shape: ImageShape, columns: Columns, lane: number, view: View): PixelPoint[] {
    const [half, breadth] = halves(shape);
    return CORNERS.map(([x, y]) =>
      this.#toPixels(this.#inPlane(shape, [x * half, y * breadth], columns, lane), view),
    );
  }

  /** A point of a shape's own frame, in the plane. */
  #inPlane({ at, turn, offset }: ImageShape, [x, y]: Point, columns: Columns, lane: number): Point {
    const angle = this.#angle(turn, columns, lane);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [px, py] = [x + offset[0], y + offset[1]];
    const [ax, ay] = this.#place(at, columns, lane);
    return [ax + cos * px - sin * py, ay + sin * px + cos * py];
  }

  #isShown({ shown }: ImageShape, columns: Columns, lane: number): boolean {
    return shown === undefined || columns[shown]![lane]! >= 0.5;
  }

  #place(place: ImagePlace, columns: Columns, lane: number): Point {
    if (typeof place !== "string") return place;
    const from = lane * this.#sizes.get(place)!;
    return [columns[place]![from]!, columns[place]![from + 1]!];
  }

  #angle(turn: number | string, columns: Columns, lane: number): number {
    return typeof turn === "number" ? turn : columns[turn]![lane]!;
  }
}

const CORNERS: readonly Point[] = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
];

function halves(shape: ImageShape): Point {
  if ("box" in shape) return shape.box;
  if ("disc" in shape) return [shape.disc, shape.disc];
  return [shape.capsule[0] + shape.capsule[1], shape.capsule[1]];
}

function isFixed(value: ImagePlace | number): boolean {
  return typeof value !== "string";
}

function moves({ at, turn, shown }: ImageShape): boolean {
  return !isFixed(at) || !isFixed(turn) || shown !== undefined;
}
