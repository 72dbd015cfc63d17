/** A full grid of points: every combination of some values of each dimension, once. */
export interface RegularGrid {
  /** Ascending values of each dimension. */
  readonly axes: readonly Float64Array[];
  /** Row of the table at each cell, cells in row-major order (last dimension fastest). */
  readonly rows: Uint32Array;
}

/**
 * The grid that the points of a table form, in whatever order, or why they form none.
 * @param columns one a dimension, all of the same length.
 */
export function regularGrid(columns: readonly Float64Array[]): RegularGrid | { readonly none: string } {
  if (columns.length === 0) return { none: "there is no parameter column" };
  const axes = columns.map((column) => Float64Array.from(new Set(column)).sort());
  const cells = axes.reduce((product, axis) => product * axis.length, 1);
  const count = columns[0]!.length;
  const sizes = axes.map(({ length }) => length).join(" × ");
  if (cells !== count) {
    return { none: `${count} rows are no full grid: the values that occur would make ${sizes}` };
  }
  const position = axes.map((axis) => new Map(Array.from(axis, (value, i) => [value, i])));
  const rows = new Uint32Array(cells).fill(count);
  for (let row = 0; row < count; row++) {
    const cell = columns.reduce((at, column, d) => at * axes[d]!.length + position[d]!.get(column[row]!)!, 0);
    if (rows[cell] !== count) return { none: "the same point occurs twice" };
    rows[cell] = row;
  }
  const flat = axes.findIndex(({ length }) => length < 2);
  return flat < 0 ? { axes, rows } : { none: `parameter column ${flat + 1} has a single value` };
}

/** The coordinates of a cell. */
export function cellPoint({ axes }: RegularGrid, cell: number): Float64Array {
  const point = new Float64Array(axes.length);
  let rest = cell;
  for (let d = axes.length - 1; d >= 0; d--) {
    const axis = axes[d]!;
    point[d] = axis[rest % axis.length]!;
    rest = Math.floor(rest / axis.length);
  }
  return point;
}

/** Multilinear interpolation of one value a cell; outside the grid, as at its edge. */
export function interpolateGrid(
  { axes }: RegularGrid,
  values: Float64Array,
): (point: ArrayLike<number>) => number {
  const dimensions = axes.length;
  const lower = new Uint32Array(dimensions);
  const fraction = new Float64Array(dimensions);
  return (point) => {
    for (let d = 0; d < dimensions; d++) {
      const axis = axes[d]!;
      const at = between(axis, point[d]!);
      lower[d] = at;
      fraction[d] = Math.min(1, Math.max(0, (point[d]! - axis[at]!) / (axis[at + 1]! - axis[at]!)));
    }
    let sum = 0;
    for (let corner = 0; corner < 1 << dimensions; corner++) {
      let cell = 0;
      let weight = 1;
      for (let d = 0; d < dimensions; d++) {
        const up = (corner >> d) & 1;
        weight *= up === 1 ? fraction[d]! : 1 - fraction[d]!;
        cell = cell * axes[d]!.length + lower[d]! + up;
      }
      if (weight !== 0) sum += weight * values[cell]!;
    }
    return sum;
  };
}

/** The interval of an ascending axis that a value falls into, the first or last one if it is beyond. */
function between(axis: Float64Array, value: number): number {
  let [low, high] = [0, axis.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (axis[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}
