import { parseExpression } from "../core/expression.ts";
import { knownDimension } from "../core/units.ts";
import type { Problems } from "./problems.ts";
import type { Scenario } from "./scenario.ts";

/** Names and units of the quantities declared to be kept. */
export function checkInvariants({ invariants, observation, parameters }: Scenario, problems: Problems): void {
  for (const { name, rule, expression, unit } of invariants) {
    problems.try(["invariants", name, rule], (where) =>
      parseExpression(
        expression,
        { channels: observation, parameters },
        knownDimension(unit) === undefined ? { where } : { expectUnit: unit, where },
      ),
    );
  }
}
