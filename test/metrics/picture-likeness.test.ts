import { describe, expect, it } from "vitest";
import type { Picture } from "../../src/core/picture.ts";
import { meanSquaredError, psnr, ssim } from "../../src/metrics/picture-likeness.ts";

const [WIDTH, HEIGHT] = [16, 12];

function picture(of: (x: number, y: number, colour: number) => number): Picture {
  const rgb = Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return of(pixel % WIDTH, Math.floor(pixel / WIDTH), i % 3) % 256;
  });
  return { width: WIDTH, height: HEIGHT, rgb };
}

const pattern = (x: number, y: number, colour: number): number => (7 * x + 11 * y + colour * x * y) % 256;
const one = picture(pattern);

// scikit-image 0.26: structural_similarity(one, other, channel_axis=-1, data_range=255), peak_signal_noise_ratio
const others: readonly (readonly [string, Picture, number, number])[] = [
  [
    "moved by a pixel",
    picture((x, y, c) => pattern((x + WIDTH - 1) % WIDTH, y, c)),
    0.7670272068546063,
    14.296340427337261,
  ],
  [
    "half as bright",
    picture((x, y, c) => Math.floor(pattern(x, y, c) / 2)),
    0.6431478395183904,
    11.788844824118152,
  ],
  [
    "with a red patch",
    picture((x, y, c) => (x >= 5 && x < 10 && y >= 3 && y < 7 ? [200, 40, 40][c]! : pattern(x, y, c))),
    0.5460287204979939,
    17.236045578352847,
  ],
];

describe("how alike two pictures are", () => {
  it.each(others)("is what scikit-image says of the same picture %s", (_, other, similarity, decibel) => {
    expect(ssim(one, other)).toBeCloseTo(similarity, 12);
    expect(psnr(meanSquaredError(one, other))).toBeCloseTo(decibel, 10);
  });

  it("is 1, and no noise at all, of one and the same", () => {
    expect(ssim(one, one)).toBe(1);
    expect(psnr(meanSquaredError(one, one))).toBe(Infinity);
  });

  it("cannot be said of what is smaller than a square", () => {
    const small = { width: 6, height: 8, rgb: new Uint8Array(3 * 48) };
    expect(() => ssim(small, small)).toThrow(RangeError);
  });
});
