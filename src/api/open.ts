import * as compose from "../compose.ts";
import type { Policy } from "../policy/policy.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { World } from "../world/world.ts";

/**
 * Opens a world by its name in the scenario, or by the path of a model card (`*.world.yaml`) or recording (`*.mcap`).
 * Close it when done.
 * @throws SimgateError `input` if it does not fit the scenario.
 */
export async function openWorld(scenario: Scenario, name: string): Promise<World> {
  return compose.openWorld(scenario, { name, config: compose.worldConfig(scenario, name) });
}

/**
 * Opens a policy by its name in the scenario, with its latency and chunks, or by the path of a policy card
 * (`*.policy.yaml`). Close it when done.
 * @throws SimgateError `input` if it does not fit the scenario.
 */
export async function openPolicy(scenario: Scenario, name: string): Promise<Policy> {
  return compose.openPolicy(scenario, compose.policyRef(scenario, name));
}
