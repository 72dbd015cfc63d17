import { describe, expect, it } from "vitest";
import { boundaryCells } from "../../../src/metrics/boundary/boundary-cells.ts";
import { flipTable } from "../../../src/metrics/boundary/flip-table.ts";
import { marginPreservation } from "../../../src/metrics/boundary/margin-preservation.ts";
import { nearBand } from "../../../src/metrics/boundary/near-band.ts";
import { regionMeasures } from "../../../src/metrics/boundary/region-measures.ts";
import {
  interpolateGrid,
  type RegularGrid,
  regularGrid,
} from "../../../src/metrics/boundary/regular-grid.ts";
import { nearestDistances, setDistance } from "../../../src/metrics/boundary/set-distance.ts";
import { squash, squashScales } from "../../../src/metrics/boundary/squash.ts";
import type { OutcomePair } from "../../../src/metrics/confusion.ts";

const options = { seed: 1n, name: "test", resamples: 500 };

describe("region measures", () => {
  const pairs = (counts: Readonly<Record<string, number>>): OutcomePair[] => {
    let start = 0;
    return Object.entries(counts).flatMap(([cell, count]) => {
      const [truth, candidate] = cell.split(" ") as [OutcomePair["truth"], OutcomePair["candidate"]];
      return Array.from({ length: count }, () => ({ policy: "p", start: start++, truth, candidate }));
    });
  };

  it("count faults in no rate", () => {
    const found = regionMeasures(
      pairs({
        "success success": 30,
        "failure success": 6,
        "success failure": 4,
        "failure failure": 20,
        "success fault": 5,
        "fault success": 3,
      }),
      options,
    );
    expect(found.iou).toMatchObject({ value: 30 / 40, n: 40 });
    expect(found.falsePass).toMatchObject({ value: 6 / 26, n: 26 });
    expect(found.falseDiscovery).toMatchObject({ value: 6 / 36, n: 36 });
    expect(found.falseFail).toMatchObject({ value: 4 / 34, n: 34 });
    // sklearn's formula by hand: (30·20 − 6·4) ÷ √(36·34·26·24)
    expect(found.mcc).toMatchObject({ value: (600 - 24) / Math.sqrt(36 * 34 * 26 * 24), n: 60 });
  });

  it("have no value over an empty set, and say which", () => {
    const found = regionMeasures(pairs({ "failure failure": 9 }), options);
    expect(found.iou).toMatchObject({ undefined: "neither world succeeds anywhere" });
    expect(found.falseFail).toMatchObject({ undefined: "truth passes nowhere" });
    expect(found.mcc).toHaveProperty("undefined");
  });
});

describe("a regular grid", () => {
  const shuffled = [3, 0, 5, 1, 4, 2];
  const columns = [
    Float64Array.from(shuffled, (row) => Math.floor(row / 3)),
    Float64Array.from(shuffled, (row) => 10 * (row % 3)),
  ];

  it("is found whatever the order of the rows", () => {
    const grid = regularGrid(columns) as RegularGrid;
    expect(grid.axes.map((axis) => Array.from(axis))).toEqual([
      [0, 1],
      [0, 10, 20],
    ]);
    expect(Array.from(grid.rows, (row) => shuffled[row])).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("is told apart from what is none", () => {
    expect(regularGrid([])).toEqual({ none: "there is no parameter column" });
    expect(regularGrid(columns.map((column) => column.slice(1)))).toEqual({
      none: "5 rows are no full grid: the values that occur would make 2 × 3",
    });
    const twice = [Float64Array.of(0, 0, 1, 1), Float64Array.of(0, 0, 0, 1)];
    expect(regularGrid(twice)).toEqual({ none: "the same point occurs twice" });
    expect(regularGrid([Float64Array.of(1), Float64Array.of(2)])).toEqual({
      none: "parameter column 1 has a single value",
    });
  });

  it("is interpolated linearly in every dimension", () => {
    const grid = regularGrid(columns) as RegularGrid;
    const at = interpolateGrid(
      grid,
      Float64Array.from({ length: 6 }, (_, cell) => cell),
    );
    expect(at([0, 5])).toBeCloseTo(0.5, 12);
    expect(at([0.5, 15])).toBeCloseTo(3, 12);
    expect(at([2, -5])).toBe(3); // outside, as at the edge
  });

  it("has its boundary at the cells with a neighbour of the other outcome, along axes only", () => {
    const cube = regularGrid(
      [0, 1, 2].map((d) =>
        Float64Array.from({ length: 27 }, (_, cell) => Math.floor(cell / 3 ** (2 - d)) % 3),
      ),
    ) as RegularGrid;
    const middle = boundaryCells(cube, (cell) => cell === 13).map((point) => Array.from(point).join(""));
    expect(middle.sort()).toEqual(["011", "101", "110", "111", "112", "121", "211"]);
  });
});

describe("the distance of two point sets", () => {
  it("is that of scipy.spatial.distance.directed_hausdorff and of the mean", () => {
    const a = [
      [0, 0],
      [1, 0],
      [2, 0],
    ].map((point) => Float64Array.from(point));
    const b = [
      [0, 1],
      [2, 3],
    ].map((point) => Float64Array.from(point));
    const [ab, ba] = [nearestDistances(a, b), nearestDistances(b, a)];
    expect(Array.from(ab)).toEqual([1, Math.SQRT2, Math.sqrt(5)]);
    expect(Array.from(ba)).toEqual([1, 3]);
    const { hausdorff, meanSymmetric, hausdorff95 } = setDistance(ab, ba);
    expect(hausdorff).toBe(3);
    expect(meanSymmetric).toBeCloseTo(((1 + Math.SQRT2 + Math.sqrt(5)) / 3 + 2) / 2, 12);
    expect(hausdorff95).toBeCloseTo(2.9, 12); // numpy.quantile([1, 3], 0.95)
  });
});

describe("margin preservation", () => {
  it("has scipy's Spearman and counts signs", () => {
    const truth = [-3, -1, 0.5, 0.2, 2, 4, -0.1, 1];
    const candidate = [-2, 0.3, 0.4, -0.2, 2.5, 2.5, -0.3, 0.9];
    const found = marginPreservation(
      truth.map((value, i) => ({ truth: value, candidate: candidate[i]!, cluster: i })),
      options,
    );
    // scipy.stats.spearmanr(truth, candidate)
    expect(found.spearman).toMatchObject({ n: 8 });
    expect("value" in found.spearman && found.spearman.value).toBeCloseTo(0.9221722216732094, 12);
    expect(found.signAgreement).toMatchObject({ value: 6 / 8, n: 8 });
  });

  it("has no rank correlation where one world's margins are all the same", () => {
    const pairs = [1, 2, 3].map((truth) => ({ truth, candidate: 5, cluster: truth }));
    expect(marginPreservation(pairs, options).spearman).toMatchObject({
      undefined: "all margins of one world are the same",
    });
  });
});

describe("counterfactual flips", () => {
  it("are counted in a two by two table, with agreement and both conditional shares", () => {
    const change = (truthFlips: boolean, candidateFlips: boolean, cluster: number) => ({
      truthFlips,
      candidateFlips,
      cluster,
    });
    const table = flipTable([
      change(true, true, 0),
      change(true, true, 0),
      change(true, false, 1),
      change(false, true, 1),
      change(false, false, 2),
    ]);
    expect(table).toMatchObject({ both: 2, truthOnly: 1, candidateOnly: 1, neither: 1 });
    expect(table.agreement).toMatchObject({ value: 3 / 5, n: 5 });
    expect(table.found).toMatchObject({ value: 2 / 3, n: 3 });
    expect(table.real).toMatchObject({ value: 2 / 3, n: 3 });
    expect(flipTable([]).found).toHaveProperty("undefined");
  });
});

describe("the band near the boundary", () => {
  const rollouts = (margins: readonly number[], policy = "p") =>
    margins.map((margin, start) => ({ margin, start, policy }));

  it("is what lies within δ where there is enough on both sides", () => {
    const all = rollouts(Array.from({ length: 200 }, (_, i) => (i - 99.5) / 20));
    const { near, widened } = nearBand(all, 1);
    expect(widened).toBe(false);
    expect(near.length).toBe(40);
  });

  it("is the nearest fifth of either side of each policy where margins jump", () => {
    const jump = [
      ...Array.from({ length: 100 }, (_, i) => 2 + i / 100),
      ...Array.from({ length: 60 }, (_, i) => -19 - i),
    ];
    const { near, widened } = nearBand(rollouts(jump), 0.5);
    expect(widened).toBe(true);
    expect(near.filter(({ margin }) => margin > 0).map(({ margin }) => margin)).toEqual(jump.slice(0, 20));
    expect(near.filter(({ margin }) => margin <= 0).map(({ margin }) => margin)).toEqual(
      jump.slice(100, 112),
    );
  });

  it("takes more than a fifth where that would be fewer than twelve starts", () => {
    const { near } = nearBand(
      rollouts([...Array.from({ length: 20 }, () => 2), ...Array.from({ length: 8 }, () => -2)]),
      0.5,
    );
    expect(near.filter(({ margin }) => margin > 0).length).toBe(12);
    expect(near.filter(({ margin }) => margin <= 0).length).toBe(8); // there are no more
  });
});

describe("bending margins", () => {
  it("keeps every sign, and tries scales from the nearer side's median to none at all", () => {
    const margins = [2, 2.1, 1.9, -19, -18, -20];
    const scales = squashScales(margins);
    expect(scales[0]).toBe(2);
    for (const scale of scales)
      for (const margin of margins) expect(Math.sign(squash(margin, scale))).toBe(Math.sign(margin));
    const bare = margins.map((margin) => squash(margin, scales.at(-1)!) * scales.at(-1)!);
    bare.forEach((value, i) => expect(value / margins[i]!).toBeGreaterThan(0.95));
  });

  it("has a scale for margins of one sign, and for zeros", () => {
    expect(squashScales([1, 2, 3])[0]).toBe(2);
    expect(squashScales([0, 0])).toEqual([1]);
  });
});
