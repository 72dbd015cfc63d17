import { describe, expect, it } from "vitest";
import { SOBOL_DIMENSIONS, sobolDimension } from "../../src/scenario/sobol.ts";

/** Dimensions 0, 1, 2, 12, 20, 39 of scipy.stats.qmc.Sobol(d=40, scramble=False, bits=32), SciPy 1.17. */
const SCIPY: Readonly<Record<number, readonly number[]>> = {
  0: [0, 0, 0, 0, 0, 0],
  1: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
  2: [0.75, 0.25, 0.25, 0.25, 0.25, 0.25],
  3: [0.25, 0.75, 0.75, 0.75, 0.75, 0.75],
  4: [0.375, 0.375, 0.625, 0.375, 0.125, 0.875],
  5: [0.875, 0.875, 0.125, 0.875, 0.625, 0.375],
  6: [0.625, 0.125, 0.875, 0.125, 0.375, 0.625],
  7: [0.125, 0.625, 0.375, 0.625, 0.875, 0.125],
  17: [0.59375, 0.96875, 0.96875, 0.15625, 0.21875, 0.40625],
  999: [0.1572265625, 0.9091796875, 0.0810546875, 0.4736328125, 0.3349609375, 0.7919921875],
};

describe("the Sobol sequence", () => {
  it("is SciPy's", () => {
    const axes = [0, 1, 2, 12, 20, 39].map(sobolDimension);
    for (const [index, expected] of Object.entries(SCIPY)) {
      expect(
        axes.map((axis) => axis(Number(index)) / 2 ** 32),
        `point ${index}`,
      ).toEqual(expected);
    }
  });

  it("puts one of every 2^k points into each of 2^k equal parts, in every dimension", () => {
    for (let d = 0; d < SOBOL_DIMENSIONS; d++) {
      const axis = sobolDimension(d);
      const parts = new Set(Array.from({ length: 256 }, (_, i) => axis(256 + i) >>> 24));
      expect(parts.size, `dimension ${d}`).toBe(256);
    }
  });
});
