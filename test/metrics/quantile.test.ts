import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countClusters } from "../../src/metrics/bootstrap.ts";
import { median, quantile, quantileOfResample, sorted } from "../../src/metrics/quantile.ts";

const { quantile: numpy } = JSON.parse(
  readFileSync(new URL("./fixtures/scipy.json", import.meta.url), "utf8"),
) as { quantile: { values: number[]; at: [number, number][] } };

describe("quantile", () => {
  it.each(numpy.at)("at %f equals numpy's", (probability, expected) => {
    expect(quantile(numpy.values, probability)).toBeCloseTo(expected, 14);
  });

  it("keeps infinities apart from numbers", () => {
    expect(median([1, 2, Infinity])).toBe(2);
    expect(median([1, Infinity])).toBe(Infinity);
    expect(median([-Infinity, 1])).toBe(-Infinity);
  });

  it("refuses NaN and an empty list", () => {
    expect(() => median([1, NaN])).toThrow(/NaN/);
    expect(() => median([])).toThrow(/at least one value/);
  });

  it("of a resample given by counts equals that of the resample written out", () => {
    const values = [4, 1, 7, 3, 9, 2, 5];
    const cluster = [0, 1, 1, 2, 3, 3, 0];
    const order = [...values.keys()].sort((i, j) => values[i]! - values[j]!);
    const group = Uint32Array.from(order, (i) => cluster[i]!);
    for (const drawn of [
      [0, 1, 2, 3],
      [0, 0, 0, 0],
      [3, 3, 1, 2],
      [2, 2, 2, 2],
      [1, 3, 3, 3],
    ]) {
      const written = drawn.flatMap((one) => values.filter((_, i) => cluster[i] === one));
      const counts = countClusters(Uint32Array.from(drawn), new Uint32Array(4));
      for (const probability of [0, 0.25, 0.5, 0.9, 1]) {
        expect(quantileOfResample(sorted(values), group, counts, probability)).toBeCloseTo(
          quantile(written, probability),
          12,
        );
      }
    }
    expect(quantileOfResample(sorted(values), group, new Uint32Array(4), 0.5)).toBeNaN();
  });
});
