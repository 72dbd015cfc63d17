import { quantile } from "../quantile.ts";

/** How far two boundaries lie apart, in the units of their points. */
export interface SetDistance {
  /** Mean of the two directed mean distances. */
  readonly meanSymmetric: number;
  /** The farthest that any point of either lies from the other (Hausdorff). */
  readonly hausdorff: number;
  /** The larger of the two directed 95 % quantiles. */
  readonly hausdorff95: number;
}

/** Distance of two boundaries from the distances of the points of each to the other; neither may be empty. */
export function setDistance(fromFirst: Float64Array, fromSecond: Float64Array): SetDistance {
  const mean = (values: Float64Array): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  const largest = (values: Float64Array): number => values.reduce((most, one) => Math.max(most, one), 0);
  return {
    meanSymmetric: (mean(fromFirst) + mean(fromSecond)) / 2,
    hausdorff: Math.max(largest(fromFirst), largest(fromSecond)),
    hausdorff95: Math.max(quantile(fromFirst, 0.95), quantile(fromSecond, 0.95)),
  };
}

/** Euclidean distance of every point to the nearest of the others. */
export function nearestDistances(
  points: readonly Float64Array[],
  others: readonly Float64Array[],
): Float64Array {
  return Float64Array.from(points, (point) => {
    let least = Infinity;
    for (const other of others) {
      let squares = 0;
      for (let d = 0; d < point.length && squares < least; d++) squares += (point[d]! - other[d]!) ** 2;
      if (squares < least) least = squares;
    }
    return Math.sqrt(least);
  });
}
