import type { Picture } from "../core/picture.ts";
import type { DetectorCard } from "./detector-card.ts";

/** How a frame lies in the graph's input: pixel of the input = `scale` × pixel of the frame + `offset`. */
export interface Fit {
  readonly scale: readonly [x: number, y: number];
  readonly offset: readonly [x: number, y: number];
}

/** What is beside a letterboxed frame, of 255: as YOLO's own loaders have it. */
const GREY = 114;

/**
 * A frame as the values of a graph's input: brought to its size (bilinear, middles of pixels at ½), scaled and normalised.
 * @param size of the input: [height, width]
 * @param values height × width × 3 of them, in the layout of the card; written
 */
export function fillInput(
  { width, height, rgb }: Picture,
  { layout, colours, range, mean, std, fit }: DetectorCard["input"],
  [rows, columns]: readonly [number, number],
  values: Float32Array | Float64Array | Uint8Array,
): Fit {
  const stretch = [columns / width, rows / height] as const;
  const least = Math.min(...stretch);
  const scale = fit === "letterbox" ? ([least, least] as const) : stretch;
  const offset = [(columns - scale[0] * width) / 2, (rows - scale[1] * height) / 2] as const;
  const pixels = rows * columns;
  for (let y = 0, i = 0; y < rows; y++) {
    const fromY = (y + 0.5 - offset[1]) / scale[1] - 0.5;
    for (let x = 0; x < columns; x++, i++) {
      const fromX = (x + 0.5 - offset[0]) / scale[0] - 0.5;
      const outside = fromX < -0.5 || fromY < -0.5 || fromX > width - 0.5 || fromY > height - 0.5;
      for (let c = 0; c < 3; c++) {
        const colour = colours === "rgb" ? c : 2 - c;
        const byte = outside ? GREY : sample(rgb, width, height, fromX, fromY, colour);
        const value = (range[0] + ((range[1] - range[0]) * byte) / 255 - mean[c]!) / std[c]!;
        values[layout === "nchw" ? c * pixels + i : 3 * i + c] =
          values instanceof Uint8Array ? Math.min(255, Math.max(0, Math.round(value))) : value;
      }
    }
  }
  return { scale, offset };
}

function sample(
  rgb: Uint8Array,
  width: number,
  height: number,
  x: number,
  y: number,
  colour: number,
): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  const at = (column: number, row: number): number =>
    rgb[3 * (clamp(row, height) * width + clamp(column, width)) + colour]!;
  const upper = (1 - right) * at(left, top) + right * at(left + 1, top);
  const lower = (1 - right) * at(left, top + 1) + right * at(left + 1, top + 1);
  return (1 - down) * upper + down * lower;
}

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}
