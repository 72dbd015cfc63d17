import { crossingsOf, pointOn, type Ray } from "./first-crossings.ts";
import type { GaussianProcess } from "./gaussian-process.ts";
import { nearestDistances } from "./set-distance.ts";

/** Something with a zero set in [0, 1]^d: a surrogate of margins. */
export type Surface = Pick<GaussianProcess, "mean" | "gradient">;

const SEARCH = { scan: 4, bisections: 20 };
const ITERATIONS = 25;
/** In the scaled box: closer than this to the surface counts as on it. */
const ON_SURFACE = 1e-4;

/**
 * Points on the zero set of a surface: each between two points of the pool on either side of it, pairing them in order.
 * Empty where the pool lies on one side.
 */
export function zeroSet(
  surface: Surface,
  pool: readonly Float64Array[],
  count: number,
): readonly Float64Array[] {
  const succeeds = (point: Float64Array): boolean => surface.mean(point) > 0;
  const inside = pool.filter(succeeds);
  const outside = pool.filter((point) => !succeeds(point));
  if (inside.length === 0 || outside.length === 0) return [];
  const rays = Array.from({ length: count }, (_, k): Ray => ({
    from: inside[k % inside.length]!,
    to: outside[(k + Math.floor(k / inside.length)) % outside.length]!,
  }));
  return crossingsOf(succeeds, rays, SEARCH).flatMap((at, k) => (at === null ? [] : [pointOn(rays[k]!, at)]));
}

/**
 * Distance of a point to the zero set of a surface within the box: steps onto the tangent plane of the zero set, as near
 * to the point as it gets, until it stays there. Where that does not settle, the nearest of the known zeros.
 */
export function distanceToZeroSet(
  point: Float64Array,
  surface: Surface,
  zeros: readonly Float64Array[],
): number {
  const known = nearestDistances([point], zeros)[0]!;
  const at = Float64Array.from(point);
  for (let k = 0; k < ITERATIONS; k++) {
    const value = surface.mean(at);
    const slope = surface.gradient(at);
    const steepness = Math.hypot(...slope);
    if (steepness === 0) return known;
    if (Math.abs(value) / steepness < ON_SURFACE && k > 0) {
      let squares = 0;
      for (let d = 0; d < at.length; d++) squares += (at[d]! - point[d]!) ** 2;
      return Math.min(known, Math.sqrt(squares));
    }
    let along = -value / steepness;
    for (let d = 0; d < at.length; d++) along += ((at[d]! - point[d]!) * slope[d]!) / steepness;
    for (let d = 0; d < at.length; d++) {
      const next = point[d]! + (along * slope[d]!) / steepness;
      // Half a step: where the surface bends, a whole one swings to and fro.
      at[d] = Math.min(1, Math.max(0, k < 8 ? next : (at[d]! + next) / 2));
    }
  }
  return known;
}

/** Distances of points on either zero set to the other, in scaled units; undefined where one surface has none. */
export function zeroSetDistances(
  first: Surface,
  second: Surface,
  pool: readonly Float64Array[],
  count: number,
): { readonly fromFirst: Float64Array; readonly fromSecond: Float64Array } | undefined {
  const firstZeros = zeroSet(first, pool, count);
  const secondZeros = zeroSet(second, pool, count);
  if (firstZeros.length === 0 || secondZeros.length === 0) return undefined;
  const to = (zeros: readonly Float64Array[], other: Surface, known: readonly Float64Array[]): Float64Array =>
    Float64Array.from(zeros, (zero) => distanceToZeroSet(zero, other, known));
  return {
    fromFirst: to(firstZeros, second, secondZeros),
    fromSecond: to(secondZeros, first, firstZeros),
  };
}
