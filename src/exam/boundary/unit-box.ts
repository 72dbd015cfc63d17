import type { Start } from "../../core/trace.ts";
import { dimensionValue, startWith } from "../../scenario/panel.ts";
import type { Scenario, StartDimension } from "../../scenario/scenario.ts";

/** Where a start lies in the scenario's box, every dimension scaled to [0, 1]. */
export function unitPoint(start: Start, dimensions: readonly StartDimension[]): Float64Array {
  return Float64Array.from(dimensions, (dimension) => {
    const [lower, upper] = dimension.range;
    return upper > lower ? (dimensionValue(start, dimension) - lower) / (upper - lower) : 0.5;
  });
}

/** The start at a point of the scaled box. */
export function startAtPoint(
  scenario: Scenario,
  point: ArrayLike<number>,
  { index, seed }: Pick<Start, "index" | "seed">,
): Start {
  const values = scenario.dimensions.map(({ key, range }, d) => [key, valueAt(range, point[d]!)] as const);
  return startWith(scenario, Object.fromEntries(values), { index, seed });
}

/** A fraction of a range as a value. */
export function valueAt([lower, upper]: readonly [number, number], fraction: number): number {
  return fraction === 1 ? upper : lower + fraction * (upper - lower);
}
