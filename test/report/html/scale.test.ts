import { describe, expect, it } from "vitest";

import { errorScale, linearScale, logScale } from "../../../src/report/html/scale.ts";

describe("scales", () => {
  it("put round ticks inside a linear range and map its ends to 0 and 1", () => {
    const scale = linearScale(-0.6, 0.6);
    expect(scale.ticks).toEqual([-0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6]);
    expect(scale.at(-0.6)).toBe(0);
    expect(scale.at(0.6)).toBe(1);
  });

  it("widen a logarithmic range to whole decades", () => {
    const scale = logScale(0.004, 30);
    expect(scale.ticks).toEqual([0.001, 0.01, 0.1, 1, 10, 100]);
    expect(scale.at(1)).toBeCloseTo(0.6, 12);
    expect(scale.at(0)).toBe(-Infinity);
  });

  it("choose a logarithm for errors only where a line would hide the small ones", () => {
    expect(errorScale([0.1, 0.5, 1]).kind).toBe("linear");
    expect(errorScale([0.001, 0.5, 1]).kind).toBe("log");
    expect(errorScale([]).range).toEqual([0, 1]);
    expect(errorScale([0, 0]).range).toEqual([0, 1]);
  });

  it("give a range to a dimension that does not vary", () => {
    const scale = linearScale(2, 2);
    expect(scale.at(2)).toBe(0.5);
  });
});
