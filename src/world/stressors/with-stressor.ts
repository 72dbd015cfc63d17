import type { StressorConfig } from "../../scenario/schema.ts";
import type { World } from "../world.ts";
import { withActionDelay } from "./with-action-delay.ts";
import { withActionNoise } from "./with-action-noise.ts";

/**
 * The part of a stressor that lies between the policy's commands and the world. What it sees late or not at all is on
 * the policy's side (`policy/stressors`), so that a trace shows what the world did; other kinds change the contract, or what worlds and policies are shown or told (`compose.ts`).
 */
export function withStressor(world: World, stressor: StressorConfig): World {
  switch (stressor.kind) {
    case "action-delay":
      return withActionDelay(world, stressor);
    case "action-noise":
      return withActionNoise(world, stressor);
    case "observation-delay":
    case "observation-dropout":
    case "parameter-shift":
    case "lighting":
    case "context-drift":
    case "prompt-drift":
    case "horizon-extension":
      return world;
  }
}
