import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hungarian } from "../../src/metrics/hungarian.ts";

/** Random matrices and what scipy.optimize.linear_sum_assignment makes of them. */
const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, "fixtures/assignment.json"), "utf8")) as {
  cases: { cost: number[][]; assignment: number[]; total: number }[];
};

const totalOf = (cost: readonly (readonly number[])[], assignment: readonly number[]): number =>
  assignment.reduce((sum, column, row) => (column < 0 ? sum : sum + cost[row]![column]!), 0);

describe("the Hungarian assignment", () => {
  it("is scipy's, square, wide and tall", () => {
    for (const { cost, assignment, total } of cases) {
      expect(hungarian(cost)).toEqual(assignment);
      expect(totalOf(cost, hungarian(cost))).toBeCloseTo(total, 9);
    }
  });

  it("beats taking the nearest pair first", () => {
    const cost = [
      [1, 2],
      [2, 100],
    ];
    expect(hungarian(cost)).toEqual([1, 0]);
  });

  it("assigns as many rows as the forbidden pairs allow, and those at the least cost", () => {
    const no = Infinity;
    expect(
      hungarian([
        [1, no],
        [0, no],
      ]),
    ).toEqual([-1, 0]);
    expect(
      hungarian([
        [1, 50],
        [2, no],
      ]),
    ).toEqual([1, 0]);
    expect(hungarian([[no], [no]])).toEqual([-1, -1]);
  });

  it("has nothing to assign where there is nothing", () => {
    expect(hungarian([])).toEqual([]);
    expect(hungarian([[], []])).toEqual([-1, -1]);
  });
});
