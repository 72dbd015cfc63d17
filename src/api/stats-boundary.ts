import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { inputError, messageOf } from "../core/errors.ts";
import { RandomStream } from "../core/random.ts";
import { directions } from "../metrics/boundary/directions.ts";
import { gridBoundary } from "../metrics/boundary/grid-boundary.ts";
import { marginPreservation } from "../metrics/boundary/margin-preservation.ts";
import { regionMeasures, type RegionOptions } from "../metrics/boundary/region-measures.ts";
import { regularGrid } from "../metrics/boundary/regular-grid.ts";
import type { OutcomePair } from "../metrics/confusion.ts";
import { type Estimate, type Interval, isDefined } from "../metrics/estimate.ts";

export type BoundaryMeasure =
  | "iou"
  | "falsePassRate"
  | "falseDiscoveryRate"
  | "falseFailRate"
  | "mcc"
  | "meanSymmetric"
  | "hausdorff"
  | "hausdorff95"
  | "bias"
  | "signAgreement"
  | "spearman";

/** What a table of outcomes says of the two boundaries. Null: see `undefined` for the reason. */
export type BoundaryStats = Readonly<Record<BoundaryMeasure, number | null>> & {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
  readonly n: number;
  readonly parameters: readonly string[];
  /** Cells with a neighbour of the other outcome; null where the rows form no grid. */
  readonly boundaryCells: { readonly truth: number; readonly candidate: number } | null;
  readonly intervals: Readonly<Partial<Record<BoundaryMeasure, Interval>>>;
  readonly undefined: Readonly<Partial<Record<BoundaryMeasure, string>>>;
};

export interface BoundaryStatsOptions {
  readonly confidence?: number;
  /** Each parameter divided by its range, so that distances do not mix units. Default: the table's own units. */
  readonly scaled?: boolean;
}

const SEED = 1n;
const RAYS = 512;
/** Rows beyond which the bootstrap does without BCa, whose jackknife costs the square of their number. */
const MOST_FOR_BCA = 2000;

/**
 * Region measures, distances and displacement of two boundaries, from a CSV with `truth` and `candidate` (0 or 1) or
 * `truth_margin` and `candidate_margin`, and one column a parameter.
 */
export async function boundaryStats(
  csvPath: string,
  { confidence = 0.95, scaled = false }: BoundaryStatsOptions = {},
): Promise<BoundaryStats> {
  const { truth, candidate, parameters, columns, margins } = await readTable(csvPath);
  const found = new Map<BoundaryMeasure, Estimate>();
  const options = { seed: SEED, confidence, name: "table", ...bootstrapFor(truth.length) };
  const kind = (margin: number): OutcomePair["truth"] => (margin > 0 ? "success" : "failure");
  const pairs = Array.from(truth, (margin, start): OutcomePair => ({
    policy: "",
    start,
    truth: kind(margin),
    candidate: kind(candidate[start]!),
  }));
  const region = regionMeasures(pairs, options);
  found.set("iou", region.iou);
  found.set("falsePassRate", region.falsePass);
  found.set("falseDiscoveryRate", region.falseDiscovery);
  found.set("falseFailRate", region.falseFail);
  found.set("mcc", region.mcc);

  const units = scaled ? columns.map(toUnitRange) : columns;
  const grid = regularGrid(units);
  let cells: BoundaryStats["boundaryCells"] = null;
  if ("none" in grid) {
    const reason = `distances need a full grid of parameters: ${grid.none}`;
    for (const measure of ["meanSymmetric", "hausdorff", "hausdorff95", "bias"] as const)
      found.set(measure, { undefined: reason, n: 0 });
  } else {
    const byCell = (values: Float64Array): Float64Array =>
      Float64Array.from(grid.rows, (row) => values[row]!);
    const stream = new RandomStream(SEED, "ray directions");
    const {
      cells: counts,
      distance,
      displacement,
    } = gridBoundary(grid, byCell(truth), byCell(candidate), {
      seed: SEED,
      confidence,
      directions: directions(columns.length, RAYS, stream),
    });
    cells = { truth: counts[0], candidate: counts[1] };
    for (const measure of ["meanSymmetric", "hausdorff", "hausdorff95"] as const) {
      found.set(
        measure,
        "undefined" in distance
          ? { ...distance, n: 0 }
          : { value: distance[measure], n: counts[0] + counts[1] },
      );
    }
    found.set("bias", displacement.bias);
  }
  if (margins) {
    const preserved = marginPreservation(
      pairs.map(({ start }) => ({ truth: truth[start]!, candidate: candidate[start]!, cluster: start })),
      options,
    );
    found.set("signAgreement", preserved.signAgreement);
    found.set("spearman", preserved.spearman);
  } else {
    const reason = "the table has outcomes, not margins";
    found.set("signAgreement", { undefined: reason, n: 0 });
    found.set("spearman", { undefined: reason, n: 0 });
  }
  const { truePass: tp, falsePass: fp, falseFail: fn, trueFail: tn } = region.confusion;
  return { tp, fp, fn, tn, n: pairs.length, ...plain(found), parameters, boundaryCells: cells };
}

/** How to resample a table of so many rows within a second or so. */
function bootstrapFor(rows: number): Pick<RegionOptions, "method" | "resamples"> {
  return rows <= MOST_FOR_BCA
    ? {}
    : { method: "percentile", resamples: Math.max(500, Math.min(10_000, Math.floor(1e7 / rows))) };
}

function plain(
  found: ReadonlyMap<BoundaryMeasure, Estimate>,
): Record<BoundaryMeasure, number | null> & Pick<BoundaryStats, "intervals" | "undefined"> {
  const values: Partial<Record<BoundaryMeasure, number | null>> = {};
  const intervals: Partial<Record<BoundaryMeasure, Interval>> = {};
  const reasons: Partial<Record<BoundaryMeasure, string>> = {};
  for (const [measure, estimate] of found) {
    values[measure] = isDefined(estimate) ? estimate.value : null;
    if (!isDefined(estimate)) reasons[measure] = estimate.undefined;
    else if (estimate.interval !== undefined) intervals[measure] = estimate.interval;
  }
  return { ...(values as Record<BoundaryMeasure, number | null>), intervals, undefined: reasons };
}

interface Table {
  /** Margins, or ±1 for outcomes. */
  readonly truth: Float64Array;
  readonly candidate: Float64Array;
  readonly margins: boolean;
  readonly parameters: readonly string[];
  readonly columns: readonly Float64Array[];
}

async function readTable(path: string): Promise<Table> {
  let rows: string[][];
  try {
    rows = parse(await readFile(path), { skip_empty_lines: true, trim: true, bom: true });
  } catch (thrown) {
    throw inputError("the table cannot be read", { where: path, got: messageOf(thrown) });
  }
  const [header = [], ...body] = rows;
  const has = (...names: readonly string[]): boolean => names.every((name) => header.includes(name));
  const margins = has("truth_margin", "candidate_margin");
  if (!margins && !has("truth", "candidate")) {
    throw inputError("the table names no two worlds", {
      where: path,
      expected: "columns truth,candidate (0 or 1) or truth_margin,candidate_margin, and one a parameter",
      got: `columns ${header.join(", ")}`,
    });
  }
  const twice = header.find((name, i) => header.indexOf(name) !== i);
  if (twice !== undefined) throw inputError(`the table has two columns "${twice}"`, { where: path });
  if (body.length === 0) throw inputError("the table has no rows", { where: path });
  const column = (name: string, check: (value: number) => boolean, expected: string): Float64Array => {
    const at = header.indexOf(name);
    return Float64Array.from(body, (row, line) => {
      const text = row[at]!;
      const value = text === "" ? NaN : Number(text);
      if (check(value)) return value;
      throw inputError(`column "${name}" holds something else than ${expected}`, {
        where: `${path}:${line + 2}`,
        got: text === "" ? "nothing" : text,
      });
    });
  };
  const number = (name: string): Float64Array => column(name, Number.isFinite, "numbers");
  const outcome = (name: string): Float64Array =>
    column(name, (value) => value === 0 || value === 1, "0 and 1").map((value) => 2 * value - 1);
  const worlds = ["truth", "candidate", "truth_margin", "candidate_margin"];
  const parameters = header.filter((name) => !worlds.includes(name));
  return {
    truth: margins ? number("truth_margin") : outcome("truth"),
    candidate: margins ? number("candidate_margin") : outcome("candidate"),
    margins,
    parameters,
    columns: parameters.map(number),
  };
}

function toUnitRange(column: Float64Array): Float64Array {
  const lower = column.reduce((least, value) => Math.min(least, value), Infinity);
  const upper = column.reduce((most, value) => Math.max(most, value), -Infinity);
  return upper > lower ? column.map((value) => (value - lower) / (upper - lower)) : column;
}
