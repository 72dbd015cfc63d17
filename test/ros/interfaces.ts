import type { InterfaceFields } from "../../src/ros/node.ts";

/** Field names of the services that tests ask for: `simulation_interfaces` 1.5 (Jazzy). */
export const INTERFACES: Readonly<Record<string, InterfaceFields>> = {
  "simulation_interfaces/srv/StepSimulation": { request: ["steps"], response: ["result"] },
  "simulation_interfaces/srv/LoadWorld": {
    request: [
      "uri",
      "resource_string",
      "fail_on_unsupported_element",
      "ignore_missing_or_unsupported_assets",
    ],
    response: ["result", "world"],
  },
};
