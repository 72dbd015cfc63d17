import type { Colour } from "../../core/picture.ts";

/** A place in pixels from the top left corner: the middle of the first pixel is (0.5, 0.5). */
export type PixelPoint = readonly [x: number, y: number];

/**
 * Draws flat shapes with smooth edges: a pixel takes as much of a shape's colour as its distance from the edge says, in
 * 256ths. Nothing but +, −, ×, ÷ and √ in a fixed order, so that the same scene gives the same bytes everywhere.
 */
export class Raster {
  readonly width: number;
  readonly height: number;
  /** height × width × 3. */
  readonly rgb: Uint8Array;

  constructor(width: number, height: number, rgb: Uint8Array = new Uint8Array(3 * width * height)) {
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  fill([red, green, blue]: Colour): void {
    const { rgb } = this;
    for (let i = 0; i < rgb.length; i += 3) {
      rgb[i] = red;
      rgb[i + 1] = green;
      rgb[i + 2] = blue;
    }
  }

  disc([cx, cy]: PixelPoint, radius: number, colour: Colour): void {
    this.capsule([cx, cy], [cx, cy], radius, colour);
  }

  /** All that is no farther than `radius` from the line between two points. */
  capsule([ax, ay]: PixelPoint, [bx, by]: PixelPoint, radius: number, colour: Colour): void {
    const reach = radius + 0.5;
    const [dx, dy] = [bx - ax, by - ay];
    const lengthSquared = dx * dx + dy * dy;
    const [left, right] = between(Math.min(ax, bx) - reach, Math.max(ax, bx) + reach, this.width);
    const [top, bottom] = between(Math.min(ay, by) - reach, Math.max(ay, by) + reach, this.height);
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
        const along = lengthSquared === 0 ? 0 : clamp01((px * dx + py * dy) / lengthSquared);
        const [ox, oy] = [px - along * dx, py - along * dy];
        const square = ox * ox + oy * oy;
        if (square >= reach * reach) continue;
        this.#blend(x, y, 0.5 + radius - Math.sqrt(square), colour);
      }
    }
  }

  /** A convex polygon; its corners in the order in which they appear going round, either way. */
  polygon(corners: readonly PixelPoint[], colour: Colour): void {
    const edges = edgesOf(corners);
    if (edges.length < 3) return;
    const [top, bottom] = between(
      Math.min(...corners.map(([, y]) => y)) - 1,
      Math.max(...corners.map(([, y]) => y)) + 1,
      this.height,
    );
    for (let y = top; y <= bottom; y++) {
      // Where a row is in it at all, and where so far inside that nothing of the edge is left.
      let [from, to, sureFrom, sureTo] = [-Infinity, Infinity, -Infinity, Infinity];
      for (const { nx, ny, c } of edges) {
        const rest = c + ny * (y + 0.5) + nx * 0.5;
        if (Math.abs(nx) < 1e-9) {
          if (rest >= 0.5) to = -Infinity;
          if (rest > -0.5) sureTo = -Infinity;
        } else if (nx > 0) {
          to = Math.min(to, (0.5 - rest) / nx);
          sureTo = Math.min(sureTo, (-0.5 - rest) / nx);
        } else {
          from = Math.max(from, (0.5 - rest) / nx);
          sureFrom = Math.max(sureFrom, (-0.5 - rest) / nx);
        }
      }
      const last = Math.min(this.width - 1, Math.floor(to));
      for (let x = Math.max(0, Math.ceil(from)); x <= last; x++) {
        if (x >= sureFrom && x <= sureTo) {
          this.#blend(x, y, 1, colour);
          continue;
        }
        let outside = -Infinity;
        for (const { nx, ny, c } of edges) {
          outside = Math.max(outside, nx * (x + 0.5) + ny * (y + 0.5) + c);
        }
        this.#blend(x, y, 0.5 - outside, colour);
      }
    }
  }

  /** @param cover share of the pixel; below 0 and above 1 it is 0 and 1 */
  #blend(x: number, y: number, cover: number, [red, green, blue]: Colour): void {
    const part = Math.round(256 * clamp01(cover));
    if (part === 0) return;
    const { rgb } = this;
    const i = 3 * (y * this.width + x);
    const left = 256 - part;
    rgb[i] = (rgb[i]! * left + red * part + 128) >> 8;
    rgb[i + 1] = (rgb[i + 1]! * left + green * part + 128) >> 8;
    rgb[i + 2] = (rgb[i + 2]! * left + blue * part + 128) >> 8;
  }
}

/** nx · x + ny · y + c: how far outside an edge a point is, in pixels. */
interface Edge {
  readonly nx: number;
  readonly ny: number;
  readonly c: number;
}

function edgesOf(corners: readonly PixelPoint[]): Edge[] {
  let area = 0;
  corners.forEach(([x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length]!;
    area += x * nextY - nextX * y;
  });
  const sign = area < 0 ? -1 : 1;
  return corners.flatMap(([x, y], i): Edge[] => {
    const [nextX, nextY] = corners[(i + 1) % corners.length]!;
    const [dx, dy] = [nextX - x, nextY - y];
    const length = Math.sqrt(dx * dx + dy * dy);
    if (length === 0) return [];
    const [nx, ny] = [(sign * dy) / length, (-sign * dx) / length];
    return [{ nx, ny, c: -(nx * x + ny * y) }];
  });
}

/** The first and the last pixel whose middle lies between two places. */
function between(from: number, to: number, count: number): readonly [first: number, last: number] {
  return [Math.max(0, Math.ceil(from - 0.5)), Math.min(count - 1, Math.floor(to - 0.5))];
}

function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
