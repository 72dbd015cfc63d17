import type { Picture } from "../core/picture.ts";

/** Mean over pixels and colours, in 255ths squared. Both pictures of one size. */
export function meanSquaredError(a: Picture, b: Picture): number {
  let sum = 0;
  for (let i = 0; i < a.rgb.length; i++) sum += (a.rgb[i]! - b.rgb[i]!) ** 2;
  return sum / a.rgb.length;
}

/** Peak signal-to-noise ratio of 8-bit pictures, in dB: infinite where nothing differs. */
export function psnr(meanSquared: number): number {
  return 10 * Math.log10(255 ** 2 / meanSquared);
}

/** Side of the square that is compared, in pixels. */
const SIDE = 7;
const PIXELS = SIDE * SIDE;
/** Against division by nothing where a square is dark or of one colour. */
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/**
 * Structural similarity (Wang et al. 2004) of two 8-bit pictures of one size: mean over the colours and all whole 7 × 7
 * squares, with sample covariances. 1 where nothing differs. @throws RangeError for pictures smaller than a square
 */
export function ssim(a: Picture, b: Picture): number {
  const { width, height } = a;
  if (width < SIDE || height < SIDE)
    throw new RangeError(`a picture of ${width} × ${height} has no whole square`);
  let sum = 0;
  for (let colour = 0; colour < 3; colour++) {
    const of = (f: (x: number, y: number) => number): Float64Array =>
      squareSums(width, height, (pixel) => f(a.rgb[3 * pixel + colour]!, b.rgb[3 * pixel + colour]!));
    const [sumA, sumB] = [of((x) => x), of((_, y) => y)];
    const [sumAa, sumBb, sumAb] = [of((x) => x * x), of((_, y) => y * y), of((x, y) => x * y)];
    let own = 0;
    for (let i = 0; i < sumA.length; i++) {
      const [meanA, meanB] = [sumA[i]! / PIXELS, sumB[i]! / PIXELS];
      const spread = (sum: number, product: number): number => (sum - PIXELS * product) / (PIXELS - 1);
      const [varianceA, varianceB] = [spread(sumAa[i]!, meanA * meanA), spread(sumBb[i]!, meanB * meanB)];
      own +=
        ((2 * meanA * meanB + C1) * (2 * spread(sumAb[i]!, meanA * meanB) + C2)) /
        ((meanA * meanA + meanB * meanB + C1) * (varianceA + varianceB + C2));
    }
    sum += own / sumA.length;
  }
  return sum / 3;
}

/** The sum over every whole square, by its upper left corner. Whole numbers: exact. */
function squareSums(width: number, height: number, of: (pixel: number) => number): Float64Array {
  const across = new Float64Array((width - SIDE + 1) * height);
  const columns = width - SIDE + 1;
  for (let y = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0; x < width; x++) {
      sum += of(y * width + x);
      if (x >= SIDE) sum -= of(y * width + x - SIDE);
      if (x >= SIDE - 1) across[y * columns + x - SIDE + 1] = sum;
    }
  }
  const sums = new Float64Array(columns * (height - SIDE + 1));
  for (let x = 0; x < columns; x++) {
    let sum = 0;
    for (let y = 0; y < height; y++) {
      sum += across[y * columns + x]!;
      if (y >= SIDE) sum -= across[(y - SIDE) * columns + x]!;
      if (y >= SIDE - 1) sums[(y - SIDE + 1) * columns + x] = sum;
    }
  }
  return sums;
}
