import type { BoundaryMap, BoundarySurface } from "../../../report/result.ts";

/** Cells along each side of a slice. */
export const CELLS = 48;
/** Corners along each side: a slice has this many squared. */
export const SIDE = CELLS + 1;

/**
 * The margin's surface at the corners of the cells of a slice, row by row from the bottom: the mean of the Gaussian
 * process that the exam fitted (Matérn 5/2), all dimensions but two held at `at` (each in the box scaled to [0, 1]).
 */
export function sliceOf(
  map: BoundaryMap,
  surface: BoundarySurface,
  x: number,
  y: number,
  at: readonly number[],
): Float64Array {
  const points = [...surface.rows.map((row) => map.starts[row]!.at), ...surface.drawn];
  const values = new Float64Array(SIDE * SIDE).fill(surface.mean);
  const part = (d: number, one: number, other: number): number =>
    ((one - other) / surface.lengthscales[d]!) ** 2;
  points.forEach((point, i) => {
    let fixed = 0;
    at.forEach((value, d) => {
      if (d !== x && d !== y) fixed += part(d, value, point[d]!);
    });
    const weight = surface.variance * surface.weights[i]!;
    for (let row = 0; row < SIDE; row++) {
      const down = fixed + part(y, row / CELLS, point[y]!);
      for (let column = 0; column < SIDE; column++) {
        const r = Math.sqrt(5 * (down + part(x, column / CELLS, point[x]!)));
        values[row * SIDE + column]! += weight * (1 + r + (r * r) / 3) * Math.exp(-r);
      }
    }
  });
  return values;
}
