import { cellPoint, type RegularGrid } from "./regular-grid.ts";

/** The cells of a grid that have a neighbour along an axis with the other outcome, as points in the grid's own units. */
export function boundaryCells(grid: RegularGrid, succeeds: (cell: number) => boolean): Float64Array[] {
  const found: Float64Array[] = [];
  const cells = grid.rows.length;
  for (let cell = 0; cell < cells; cell++) {
    const own = succeeds(cell);
    let stride = 1;
    for (let d = grid.axes.length - 1; d >= 0; d--) {
      const size = grid.axes[d]!.length;
      const at = Math.floor(cell / stride) % size;
      const differs =
        (at > 0 && succeeds(cell - stride) !== own) || (at < size - 1 && succeeds(cell + stride) !== own);
      if (differs) {
        found.push(cellPoint(grid, cell));
        break;
      }
      stride *= size;
    }
  }
  return found;
}
