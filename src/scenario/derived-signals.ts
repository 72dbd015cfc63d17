import type { ChannelSpec } from "../core/channels.ts";
import { type Expression, type ExpressionSymbols, parseExpression } from "../core/expression.ts";
import type { Formula } from "./formula.ts";
import type { Scenario } from "./scenario.ts";

export interface DerivedSignal {
  readonly name: string;
  readonly expression: Expression;
}

/** Derived channels as scalar channels: what formulas may name. */
export function formulaSymbols(
  scenario: Pick<Scenario, "observation" | "derived" | "parameters">,
): ExpressionSymbols {
  const derived = scenario.derived.map(({ name, unit, tolerance }): ChannelSpec => ({
    name,
    unit,
    tolerance,
    kind: "linear",
    shape: [],
    size: 1,
  }));
  return { channels: [...scenario.observation, ...derived], parameters: scenario.parameters };
}

/** Only the derived channels that a formula reads. */
export function compileDerived(scenario: Scenario, formulas: readonly Formula[]): readonly DerivedSignal[] {
  const read = new Set(formulas.flatMap(({ references }) => references));
  return scenario.derived
    .filter(({ name }) => read.has(name))
    .map(({ name, unit, expression }) => ({
      name,
      expression: parseExpression(
        expression,
        { channels: scenario.observation, parameters: scenario.parameters },
        { expectUnit: unit, where: scenario.file },
      ),
    }));
}
