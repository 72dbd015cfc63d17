/** How far two pictures are apart, a pixel at a time. */
export interface Difference {
  /** The absolute difference of each colour; alpha is full. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** Over all pixels and colours, of 255. */
  readonly mean: number;
  /** Of the pixels, how many differ by more than rounding in any colour. */
  readonly share: number;
}

/** Pictures that were compressed differ in single steps of a colour without anything being different. */
const ROUNDING = 2;

/** @param a, b red, green, blue, alpha of as many pixels */
export function difference(a: Uint8ClampedArray, b: Uint8ClampedArray): Difference {
  const pixels = new Uint8ClampedArray(a.length);
  let sum = 0;
  let changed = 0;
  for (let i = 0; i < a.length; i += 4) {
    let most = 0;
    for (let c = i; c < i + 3; c++) {
      const off = Math.abs(a[c]! - b[c]!);
      pixels[c] = off;
      sum += off;
      if (off > most) most = off;
    }
    pixels[i + 3] = 255;
    if (most > ROUNDING) changed++;
  }
  const count = a.length / 4;
  return { pixels, mean: count === 0 ? 0 : sum / (3 * count), share: count === 0 ? 0 : changed / count };
}
