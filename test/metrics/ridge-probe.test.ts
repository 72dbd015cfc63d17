import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import { fitRidgeProbes, rSquared } from "../../src/metrics/ridge-probe.ts";

/** Normal equations solved by numpy, at each penalty; the last feature never varies. */
const numpy = JSON.parse(readFileSync(join(import.meta.dirname, "fixtures/ridge.json"), "utf8")) as {
  features: number[][];
  target: number[];
  fits: { penalty: number; predictions: number[]; towards: number[]; r2: number }[];
};

describe("the ridge probe", () => {
  const [probe] = fitRidgeProbes(
    numpy.features,
    [numpy.target],
    numpy.features.map((_, i) => i % 2 === 0),
  );
  const expected = numpy.fits.find(({ penalty }) => penalty === probe!.penalty)!;

  it("is numpy's solution at the penalty it chose", () => {
    const predictions = numpy.features.map((row) => probe!.predict(row));
    predictions.forEach((one, i) => expect(one).toBeCloseTo(expected.predictions[i]!, 9));
    expect(rSquared(numpy.target, predictions)).toBeCloseTo(expected.r2, 9);
  });

  it("knows how the features change where what it reads does", () => {
    const towards = probe!.towards(2)!;
    towards.forEach((one, j) => expect(one).toBeCloseTo(expected.towards[j]!, 9));
    const moved = numpy.features[0]!.map((value, j) => value + towards[j]!);
    expect(probe!.predict(moved) - probe!.predict(numpy.features[0]!)).toBeCloseTo(2, 9);
  });

  it("shrinks most where there is nothing but noise to fit", () => {
    const draws = new RandomStream(1n, "noise");
    const features = Array.from({ length: 30 }, (_, i) =>
      Array.from({ length: 20 }, (_none, j) => draws.normal(i, j)),
    );
    const [noise, signal] = fitRidgeProbes(
      features,
      [features.map((_, i) => draws.normal(i, 99)), features.map((row) => row[0]! + row[1]!)],
      features.map((_, i) => i % 2 === 0),
    );
    expect(noise!.penalty).toBe(1);
    expect(signal!.penalty).toBeLessThan(1);
  });

  it("has no R² for what does not vary", () => {
    expect(rSquared([2, 2], [2, 3])).toBeUndefined();
    expect(rSquared([1, 3], [2, 2])).toBe(0);
    expect(rSquared([1, 3], [3, 1])).toBe(-3);
  });
});
