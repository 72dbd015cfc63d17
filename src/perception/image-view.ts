import type { ImagePlace, ImageShape } from "../scenario/image-schema.ts";
import type { Scenario, ScenarioImage } from "../scenario/scenario.ts";

type Columns = Readonly<Record<string, Float64Array>>;
type Point = readonly [x: number, y: number];

/** Where the camera of an image channel is at one step, and how to get from its picture to the plane. */
export interface ImageView {
  /** Pixels → m. */
  toPlane(pixel: Point): Point;
  /** m → pixels from the top left corner. */
  toPixels(place: ArrayLike<number>): Point;
  /** Whether a place in the plane, m, lies in the picture. */
  contains(place: ArrayLike<number>): boolean;
}

/** @param row of the columns: a lane, or a step of a trace */
export function imageView(
  { size: [height, width], view }: ScenarioImage,
  { observation }: Pick<Scenario, "observation">,
  columns: Columns,
  row: number,
): ImageView {
  const perPixel = view.width / width;
  const [cx, cy] = placeOf(view.centre, observation, columns, row);
  const angle = typeof view.turn === "number" ? view.turn : columns[view.turn]![row]!;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const toPixels = (place: ArrayLike<number>): Point => {
    const [dx, dy] = [place[0]! - cx, place[1]! - cy];
    return [width / 2 + (cos * dx + sin * dy) / perPixel, height / 2 - (cos * dy - sin * dx) / perPixel];
  };
  return {
    toPlane([x, y]) {
      const [right, up] = [(x - width / 2) * perPixel, (height / 2 - y) * perPixel];
      return [cx + cos * right - sin * up, cy + sin * right + cos * up];
    },
    toPixels,
    contains(place) {
      const [x, y] = toPixels(place);
      return x >= 0 && x <= width && y >= 0 && y <= height;
    },
  };
}

function placeOf(
  place: ImagePlace,
  observation: Scenario["observation"],
  columns: Columns,
  row: number,
): Point {
  if (typeof place !== "string") return place;
  const { size } = observation.find(({ name }) => name === place)!;
  return [columns[place]![row * size]!, columns[place]![row * size + 1]!];
}

/** Area of a shape as it is drawn whole, in pixels. */
export function areaInPixels(shape: ImageShape, { size, view }: ScenarioImage): number {
  return areaOf(shape) * (size[1] / view.width) ** 2;
}

function areaOf(shape: ImageShape): number {
  if ("box" in shape) return 4 * shape.box[0] * shape.box[1];
  if ("disc" in shape) return Math.PI * shape.disc ** 2;
  const [reach, radius] = shape.capsule;
  return Math.PI * radius ** 2 + 4 * reach * radius;
}
