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
  "simulation_interfaces/srv/SetEntityState": { request: ["entity", "state"], response: ["result"] },
};

/** The same of release 2.1, where they differ. */
export const INTERFACES_2: Readonly<Record<string, InterfaceFields>> = {
  ...INTERFACES,
  "simulation_interfaces/srv/LoadWorld": {
    request: ["world_resource", "fail_on_unsupported_element", "ignore_missing_or_unsupported_assets"],
    response: ["result", "world"],
  },
  "simulation_interfaces/srv/SetEntityState": {
    request: ["entity", "state", "set_pose", "set_twist", "set_acceleration"],
    response: ["result"],
  },
};
