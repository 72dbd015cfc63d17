import type { Surrogate } from "../../metrics/boundary/active-sampling.ts";
import type { Boundary } from "../../report/result.ts";
import type { ExamRun } from "../axis.ts";
import type { BoundaryPolicy } from "./boundary-policies.ts";
import type { PolicySurrogates } from "./surrogates.ts";
import { unitPoint } from "./unit-box.ts";

type BoundaryMap = Boundary["map"];

/** What the report draws slices of the boundary from: starts, margins and surfaces, rounded to what a picture needs. */
export function boundaryMap(
  { contract }: ExamRun,
  policies: readonly BoundaryPolicy[],
  surrogates: readonly PolicySurrogates[],
): BoundaryMap {
  const { scenario, panel } = contract;
  const place = new Map(panel.map(({ index }, i) => [index, i]));
  return {
    dimensions: scenario.dimensions.map(({ key, unit, range }) => ({
      key,
      label: key.replaceAll("_", " "),
      unit,
      range: [range[0], range[1]],
    })),
    starts: panel.map((start) => ({
      start: start.index,
      at: Array.from(unitPoint(start, scenario.dimensions), (value) => rounded(value, 5)),
    })),
    policies: policies.map(({ policy, pairs }, i) => {
      const { truth, candidate } = surrogates[i]!;
      const truthMargins = new Array<number | null>(panel.length).fill(null);
      const candidateMargins = new Array<number | null>(panel.length).fill(null);
      for (const pair of pairs) {
        const at = place.get(pair.start)!;
        truthMargins[at] = marginOf(pair.truthOutcome.margin);
        candidateMargins[at] = marginOf(pair.candidateOutcome.margin);
      }
      const rows = pairs.map(({ start }) => place.get(start)!);
      const candidateRows = pairs
        .filter(({ candidateOutcome }) => candidateOutcome.margin !== null)
        .map(({ start }) => place.get(start)!);
      return {
        policy: policy.name,
        truthMargins,
        candidateMargins,
        truth: surfaceOf(truth, rows),
        candidate: candidate === undefined ? null : surfaceOf(candidate, candidateRows),
      };
    }),
  };
}

function surfaceOf(
  { process, points }: Surrogate,
  rows: readonly number[],
): BoundaryMap["policies"][number]["truth"] {
  const { mean, variance, lengthscales } = process.kernel;
  return {
    mean: rounded(mean, 8),
    variance: rounded(variance, 8),
    lengthscales: lengthscales.map((one) => rounded(one, 8)),
    rows: [...rows],
    drawn: points.slice(rows.length).map((point) => Array.from(point, (value) => rounded(value, 5))),
    weights: Array.from(process.weights, (weight) => rounded(weight, 6)),
  };
}

/** A margin keeps its sign when it is rounded: 0 is a failure. */
function marginOf(margin: number | null): number | null {
  return margin === null ? null : rounded(margin, 4);
}

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}
