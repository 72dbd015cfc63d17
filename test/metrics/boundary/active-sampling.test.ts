import { describe, expect, it } from "vitest";
import {
  activeSampling,
  type Surrogate,
  surrogateOf,
  unsettledShare,
} from "../../../src/metrics/boundary/active-sampling.ts";
import { distanceToZeroSet, zeroSet, zeroSetDistances } from "../../../src/metrics/boundary/zero-set.ts";
import { setDistance } from "../../../src/metrics/boundary/set-distance.ts";

/** Even points of the unit square (R2 sequence, Roberts 2018). */
const even = (from: number, count: number): Float64Array[] =>
  Array.from({ length: count }, (_, k) =>
    Float64Array.of((0.5 + 0.7548776662466927 * (from + k)) % 1, (0.5 + 0.5698402909980532 * (from + k)) % 1),
  );
const disc =
  (radius: number) =>
  ([x, y]: Float64Array): number =>
    radius - Math.hypot(x! - 0.5, y! - 0.5);
/** What falls, falls all the way. */
const jump = (point: Float64Array): number => (disc(0.3)(point) > 0 ? 2 : -19);
const laid = (margin: (point: Float64Array) => number, points: readonly Float64Array[]): Surrogate =>
  surrogateOf({ points, margins: points.map(margin) });
const test = even(5000, 2000);
const wrong = ({ process }: Surrogate, margin: (point: Float64Array) => number): number =>
  test.filter((point) => process.mean(point) > 0 !== margin(point) > 0).length / test.length;

function sampled(margin: (point: Float64Array) => number, rounds: number): Surrogate {
  const first = even(0, 16);
  const search = activeSampling(
    { points: first, margins: first.map(margin) },
    (round) => even(100 + 300 * round, 300),
    new Array<number>(rounds).fill(8),
  );
  let step = search.next();
  while (step.done !== true) step = search.next(step.value.map(margin));
  return step.value;
}

describe("active sampling", () => {
  it("finds the boundary of jumping margins better than as many even points", () => {
    const active = sampled(jump, 6);
    expect(active.points.length).toBe(64);
    expect(wrong(active, jump)).toBeLessThan(0.6 * wrong(laid(jump, even(0, 64)), jump));
  });

  it("settles more and more of the box", () => {
    const pool = even(9000, 400);
    expect(unsettledShare(sampled(disc(0.3), 3).process, pool)).toBeLessThan(
      unsettledShare(laid(disc(0.3), even(0, 16)).process, pool) / 3,
    );
  });

  it("goes on where a rollout broke and gave no margin", () => {
    const first = even(0, 16);
    const search = activeSampling(
      { points: first, margins: first.map(disc(0.3)) },
      (round) => even(100 + 300 * round, 300),
      [8, 8],
    );
    search.next();
    const step = search.next(new Array<null>(8).fill(null));
    expect(step.done).toBe(false);
    const last = search.next((step.value as readonly Float64Array[]).map(disc(0.3)));
    expect((last.value as Surrogate).points.length).toBe(24);
  });

  it("bends jumping margins and leaves smooth ones nearly as they are", () => {
    expect(laid(jump, even(0, 60)).scale).toBeLessThan(10);
    const smooth = laid(disc(0.3), even(0, 60));
    expect(wrong(smooth, disc(0.3))).toBeLessThan(0.01);
  });
});

describe("zero sets of surfaces", () => {
  const points = even(0, 120);
  const [inner, outer] = [laid(disc(0.3), points).process, laid(disc(0.35), points).process];
  const pool = even(3000, 256);

  it("lie where the surface is zero", () => {
    const zeros = zeroSet(inner, pool, 100);
    expect(zeros.length).toBe(100);
    for (const zero of zeros) expect(Math.hypot(zero[0]! - 0.5, zero[1]! - 0.5)).toBeCloseTo(0.3, 2);
  });

  it("are as far from a point as geometry says", () => {
    const zeros = zeroSet(inner, pool, 50);
    expect(distanceToZeroSet(Float64Array.of(0.5, 0.95), inner, zeros)).toBeCloseTo(0.15, 2);
    expect(distanceToZeroSet(Float64Array.of(0.6, 0.5), inner, zeros)).toBeCloseTo(0.2, 2);
  });

  it("of two circles lie the difference of their radii apart", () => {
    const { fromFirst, fromSecond } = zeroSetDistances(inner, outer, pool, 100)!;
    const { meanSymmetric, hausdorff95 } = setDistance(fromFirst, fromSecond);
    expect(meanSymmetric).toBeCloseTo(0.05, 2);
    expect(hausdorff95).toBeCloseTo(0.05, 2);
  });

  it("lie nowhere where a surface has one sign", () => {
    const flat = laid(() => 1, points).process;
    expect(zeroSet(flat, pool, 10)).toEqual([]);
    expect(zeroSetDistances(flat, inner, pool, 10)).toBeUndefined();
  });
});
