import type { Scenario } from "./scenario.ts";
import type { StressorConfig } from "./schema.ts";
import type { PictureStressor } from "./stressor-schema.ts";

/** Whether it is seen in pictures alone. */
export function isPictured(stressor: StressorConfig): stressor is PictureStressor {
  return stressor.kind === "lighting" || stressor.kind === "context-drift";
}

/** The same scenario with a stressor in each of its image channels: in what is drawn of it, and what a world is shown that goes on from pictures. */
export function withStressedImages(scenario: Scenario, by: PictureStressor): Scenario {
  const stressor = { by, fullStep: scenario.horizonSteps };
  return { ...scenario, images: (scenario.images ?? []).map((image) => ({ ...image, stressor })) };
}
