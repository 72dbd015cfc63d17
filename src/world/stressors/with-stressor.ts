import { inputError } from "../../core/errors.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { StressorConfig } from "../../scenario/schema.ts";
import type { World } from "../world.ts";

export function withStressor(_world: World, stressor: StressorConfig, scenario: Scenario): World {
  throw inputError(`a world cannot be put under ${stressor.kind}`, { where: scenario.file });
}
