import { describe, expect, it } from "vitest";
import { wrongCells, zeroLines, type Point } from "../../../src/viewer/web/map/contour.ts";
import { nearestPoint, neighbour } from "../../../src/viewer/web/map/neighbour.ts";
import { kindAt } from "../../../src/viewer/web/map/outcome-kind.ts";
import { SIDE, sliceOf } from "../../../src/viewer/web/map/surface.ts";
import { matern52 } from "../../../src/metrics/boundary/gaussian-process.ts";

/** A field over [0, 1]², as a slice of a surface. */
const field = (of: (x: number, y: number) => number): Float64Array =>
  Float64Array.from({ length: SIDE * SIDE }, (_, i) =>
    of((i % SIDE) / (SIDE - 1), Math.floor(i / SIDE) / (SIDE - 1)),
  );
const disc = (radius: number): Float64Array => field((x, y) => radius - Math.hypot(x - 0.5, y - 0.5));

describe("the zero line of a slice", () => {
  it("of a disc is one closed line, everywhere a radius from the middle", () => {
    const lines = zeroLines(disc(0.3));
    expect(lines).toHaveLength(1);
    const [line] = lines;
    for (const [x, y] of line!) expect(Math.hypot(x - 0.5, y - 0.5)).toBeCloseTo(0.3, 3);
    expect(line![0]).toEqual(line!.at(-1));
    const length = line!
      .slice(1)
      .reduce((sum, [x, y], i) => sum + Math.hypot(x - line![i]![0], y - line![i]![1]), 0);
    expect(length).toBeCloseTo(2 * Math.PI * 0.3, 2);
  });

  it("is empty where the sign never changes", () => {
    expect(zeroLines(disc(2))).toEqual([]);
    expect(zeroLines(disc(-1))).toEqual([]);
  });

  it("of a straight edge runs from side to side", () => {
    const [line] = zeroLines(field((x, y) => x + y - 0.7));
    for (const [x, y] of line!) expect(x + y).toBeCloseTo(0.7, 6);
  });

  it("encloses the cells in which the two verdicts differ: a ring between two discs", () => {
    const cells = wrongCells(disc(0.2), disc(0.35));
    expect(cells.every(({ passes }) => passes)).toBe(true);
    expect(cells.length / (SIDE - 1) ** 2).toBeCloseTo(Math.PI * (0.35 ** 2 - 0.2 ** 2), 2);
  });
});

describe("a slice of the surface", () => {
  it("is the mean of the Gaussian process that the exam fitted", () => {
    const map = {
      dimensions: ["a", "b", "c"].map((key) => ({
        key,
        label: key,
        unit: "m",
        range: [0, 1] as [number, number],
      })),
      starts: [
        { start: 0, at: [0.2, 0.8, 0.4] },
        { start: 1, at: [0.9, 0.1, 0.5] },
      ],
      policies: [],
    };
    const surface = {
      mean: 0.25,
      variance: 2,
      lengthscales: [0.3, 0.5, 0.9],
      rows: [1, 0],
      drawn: [[0.5, 0.5, 0.5]],
      weights: [0.7, -1.1, 0.4],
    };
    const values = sliceOf(map, surface, 0, 2, [0, 0.3, 0]);
    const points = [map.starts[1]!.at, map.starts[0]!.at, surface.drawn[0]!];
    for (const [column, row] of [
      [0, 0],
      [24, 12],
      [48, 48],
    ] as const) {
      const at = [column / 48, 0.3, row / 48];
      const expected = points.reduce((sum, point, i) => {
        const distance = Math.hypot(...point.map((value, d) => (value - at[d]!) / surface.lengthscales[d]!));
        return sum + surface.variance * surface.weights[i]! * matern52(distance);
      }, surface.mean);
      expect(values[row * SIDE + column]).toBeCloseTo(expected, 12);
    }
  });
});

describe("moving between starts", () => {
  const points: Point[] = [
    [0.5, 0.5],
    [0.7, 0.52],
    [0.6, 0.9],
    [0.1, 0.5],
  ];

  it("goes to the nearest one ahead, not to a nearer one aside", () => {
    expect(neighbour(points, 0, [1, 0])).toBe(1);
    expect(neighbour(points, 0, [0, 1])).toBe(2);
    expect(neighbour(points, 0, [-1, 0])).toBe(3);
    expect(neighbour(points, 0, [0, -1])).toBeUndefined();
  });

  it("takes the start under the pointer, if it is near enough", () => {
    expect(nearestPoint(points, [0.69, 0.5], 0.05)).toBe(1);
    expect(nearestPoint(points, [0.3, 0.2], 0.05)).toBeUndefined();
  });
});

it("a start is a wrong pass where only the candidate has a positive margin", () => {
  const policy = {
    policy: "p",
    truthMargins: [1, -1, -1, 1, null],
    candidateMargins: [2, -2, 1, -1, 3],
    truth: undefined,
    candidate: undefined,
  };
  expect([0, 1, 2, 3, 4].map((i) => kindAt(policy, i))).toEqual([
    "pass",
    "fail",
    "wrong-pass",
    "wrong-fail",
    "fault",
  ]);
});
