import type { ScenarioImage } from "../../scenario/scenario.ts";

/** How much of a stressor is there at a step: `from` of it until the start, from there evenly to all of it. */
export function stressedShare(
  { by: { from }, fullStep }: NonNullable<ScenarioImage["stressor"]>,
  step: number,
): number {
  return from + (1 - from) * Math.min(1, Math.max(0, step / fullStep));
}
