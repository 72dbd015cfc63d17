import { describe, expect, it } from "vitest";
import type { Picture } from "../../src/core/picture.ts";
import { brightnessChange, flickers } from "../../src/metrics/flicker.ts";

const grey = (value: number, share = 0): Picture => ({
  width: 10,
  height: 10,
  rgb: Uint8Array.from({ length: 300 }, (_, i) => (i < 300 * share ? 255 : value)),
});

describe("flicker", () => {
  it("is a change of the whole frame, not of what moves in it", () => {
    expect(brightnessChange(grey(100), grey(130))).toBe(30);
    expect(brightnessChange(grey(100), grey(100, 0.4))).toBe(0);
  });

  it("stands out from how much the frame changes otherwise", () => {
    expect(flickers([0, 0, 0, 25, 25, 0])).toEqual([4, 5]);
    expect(flickers([20, 22, 25, 21])).toEqual([]);
    expect(flickers([])).toEqual([]);
  });
});
