import { describe, expect, it } from "vitest";
import { difference } from "../../../src/viewer/web/pictures/difference.ts";

describe("the difference of two pictures", () => {
  it("is each colour's distance, its mean over all of them, and the share of pixels that differ", () => {
    const a = Uint8ClampedArray.from([10, 20, 30, 255, 0, 0, 0, 255]);
    const b = Uint8ClampedArray.from([40, 20, 0, 255, 0, 0, 0, 255]);
    const { pixels, mean, share } = difference(a, b);
    expect([...pixels]).toEqual([30, 0, 30, 255, 0, 0, 0, 255]);
    expect(mean).toBe(10);
    expect(share).toBe(0.5);
  });

  it("does not count what compression rounds", () => {
    const share = (by: number): number =>
      difference(Uint8ClampedArray.from([9, 9, 9, 255]), Uint8ClampedArray.from([9 + by, 9, 9, 255])).share;
    expect(share(2)).toBe(0);
    expect(share(3)).toBe(1);
  });
});
