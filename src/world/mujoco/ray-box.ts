/** A box in the world. The values lie in arrays of all geoms, as MuJoCo keeps them; `geom` says which. */
export interface Boxes {
  /** geoms × 3: half the sides, m. */
  readonly size: Float64Array;
  /** geoms × 3: centres, m. */
  readonly centre: Float64Array;
  /** geoms × 9: rotation matrices, row by row, columns are the box's axes. */
  readonly rotation: Float64Array;
  /** geoms × 4: red, green, blue, alpha. */
  readonly colour: Float32Array;
}

/**
 * Where a ray first meets a box's surface, in lengths of `ray`; −1: nowhere. Slabs (Kay & Kajiya 1986). The same as
 * MuJoCo's mj_rayGeom but for its call from JavaScript, which costs thirty times the arithmetic.
 */
export function rayBox(
  { size, centre, rotation }: Omit<Boxes, "colour">,
  geom: number,
  from: ArrayLike<number>,
  ray: ArrayLike<number>,
): number {
  let enters = -Infinity;
  let leaves = Infinity;
  for (let axis = 0; axis < 3; axis++) {
    let at = 0;
    let along = 0;
    for (let i = 0; i < 3; i++) {
      const component = rotation[9 * geom + 3 * i + axis]!;
      at += component * (from[i]! - centre[3 * geom + i]!);
      along += component * ray[i]!;
    }
    const half = size[3 * geom + axis]!;
    if (along === 0) {
      if (Math.abs(at) > half) return -1;
      continue;
    }
    const a = (-half - at) / along;
    const b = (half - at) / along;
    enters = Math.max(enters, Math.min(a, b));
    leaves = Math.min(leaves, Math.max(a, b));
  }
  if (enters > leaves || leaves < 0) return -1;
  return enters >= 0 ? enters : leaves;
}
