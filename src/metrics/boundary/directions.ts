import { RandomStream } from "../../core/random.ts";

/** Unit vectors, spread at random over all directions (normal numbers, divided by their length); both ends of each. */
export function directions(dimensions: number, count: number, stream: RandomStream): Float64Array[] {
  const found: Float64Array[] = [];
  for (let k = 0; found.length < count; k++) {
    const one = Float64Array.from({ length: dimensions }, (_, d) => stream.normal(k, d));
    const length = Math.hypot(...one);
    const unit = one.map((value) => value / length);
    found.push(unit);
    if (found.length < count) found.push(unit.map((value) => -value));
  }
  return found;
}
