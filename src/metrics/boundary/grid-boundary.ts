import { type Estimate, undefinedEstimate } from "../estimate.ts";
import { boundaryCells } from "./boundary-cells.ts";
import { crossingsOf, lengthOf, type Ray } from "./first-crossings.ts";
import { cellPoint, interpolateGrid, type RegularGrid } from "./regular-grid.ts";
import { nearestDistances, setDistance, type SetDistance } from "./set-distance.ts";
import { type Displacement, type PairedCrossing, signedDisplacement } from "./signed-displacement.ts";

export interface GridBoundaryOptions {
  readonly seed: bigint;
  readonly confidence?: number;
  /** Of the rays, in parts of the range of each axis. */
  readonly directions: readonly Float64Array[];
}

/** How far the candidate's boundary lies from truth's over a full grid, in the grid's own units. */
export interface GridBoundary {
  readonly cells: readonly [truth: number, candidate: number];
  readonly distance: SetDistance | { readonly undefined: string };
  readonly displacement: Displacement | { readonly bias: Estimate };
}

const SEARCH = { scan: 200, bisections: 20 };

/**
 * Distances between boundary cells, and signed displacement along rays from a common interior point.
 * @param truth margin (or ±1 for outcomes alone) of each cell, interpolated between cells for the rays.
 */
export function gridBoundary(
  grid: RegularGrid,
  truth: Float64Array,
  candidate: Float64Array,
  options: GridBoundaryOptions,
): GridBoundary {
  const truthCells = boundaryCells(grid, (cell) => truth[cell]! > 0);
  const candidateCells = boundaryCells(grid, (cell) => candidate[cell]! > 0);
  return {
    cells: [truthCells.length, candidateCells.length],
    distance:
      truthCells.length === 0 || candidateCells.length === 0
        ? { undefined: "one of the two worlds has a single outcome on the grid: it has no boundary" }
        : setDistance(
            nearestDistances(truthCells, candidateCells),
            nearestDistances(candidateCells, truthCells),
          ),
    displacement: rayDisplacement(grid, truth, candidate, [...truthCells, ...candidateCells], options),
  };
}

function rayDisplacement(
  grid: RegularGrid,
  truth: Float64Array,
  candidate: Float64Array,
  boundary: readonly Float64Array[],
  { directions, ...options }: GridBoundaryOptions,
): GridBoundary["displacement"] {
  const interior = deepestCommon(grid, truth, candidate, boundary);
  if (interior === undefined)
    return {
      bias: undefinedEstimate("the two worlds succeed together in no cell that is not at a boundary"),
    };
  const rays = directions.map((direction) => toEdge(grid, interior, direction));
  const along = (values: Float64Array): ReturnType<typeof crossingsOf> => {
    const margin = interpolateGrid(grid, values);
    return crossingsOf((point) => margin(point) > 0, rays, SEARCH);
  };
  const [inTruth, inCandidate] = [along(truth), along(candidate)];
  const pairs = rays.map((ray, i): PairedCrossing => ({
    length: lengthOf(ray),
    insideSucceeds: true,
    truth: inTruth[i]!,
    candidate: inCandidate[i]!,
    cluster: i,
  }));
  return signedDisplacement(pairs, { ...options, name: "displacement along rays" });
}

/** The cell in which both worlds succeed that lies farthest from either boundary. */
function deepestCommon(
  grid: RegularGrid,
  truth: Float64Array,
  candidate: Float64Array,
  boundary: readonly Float64Array[],
): Float64Array | undefined {
  if (boundary.length === 0) return undefined;
  const common = Array.from(truth.keys()).filter((cell) => truth[cell]! > 0 && candidate[cell]! > 0);
  // Every cell against every boundary cell is too much for a fine grid: an even choice of either will do.
  const thinned = <T>(all: readonly T[], most: number): readonly T[] =>
    all.filter((_, i) => i % Math.ceil(all.length / most) === 0);
  const points = thinned(common, 4000).map((cell) => cellPoint(grid, cell));
  if (points.length === 0) return undefined;
  const ranges = grid.axes.map((axis) => axis.at(-1)! - axis[0]!);
  const scaled = (point: Float64Array): Float64Array => point.map((value, d) => value / ranges[d]!);
  const depths = nearestDistances(points.map(scaled), thinned(boundary, 1000).map(scaled));
  const deepest = depths.indexOf(depths.reduce((most, depth) => Math.max(most, depth), -1));
  return depths[deepest]! > 0 ? points[deepest] : undefined;
}

/** From a point to the edge of the grid; the direction is given in parts of the range of each axis. */
function toEdge({ axes }: RegularGrid, from: Float64Array, direction: Float64Array): Ray {
  let longest = Infinity;
  const steps = direction.map((part, d) => part * (axes[d]!.at(-1)! - axes[d]![0]!));
  steps.forEach((step, d) => {
    const edge = step > 0 ? axes[d]!.at(-1)! : axes[d]![0]!;
    if (step !== 0) longest = Math.min(longest, (edge - from[d]!) / step);
  });
  return { from, to: from.map((value, d) => value + longest * steps[d]!) };
}
