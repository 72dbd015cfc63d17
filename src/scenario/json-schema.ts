import { z } from "zod";
import { manifestSchema } from "./schema.ts";

/**
 * JSON Schema (draft 2020-12) of `scenario.yaml`, for completion and checks in editors. It knows the form only; what names
 * refer to, units and formulas are checked when a scenario is loaded.
 */
export function scenarioJsonSchema(): Record<string, unknown> {
  return {
    ...z.toJSONSchema(manifestSchema, { io: "input" }),
    title: "simgate scenario",
    description: "The task contract of simgate: channels, starts, success formula, worlds and policies.",
  };
}
