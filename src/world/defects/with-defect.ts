import { inputError } from "../../core/errors.ts";
import type { Defect } from "../../scenario/defect.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { World } from "../world.ts";

export function withDefect(_world: World, defect: Defect, scenario: Scenario): World {
  throw inputError(`${defect.kind} cannot be planted here`, { where: scenario.file });
}
