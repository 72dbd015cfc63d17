import type { Batch } from "../core/channels.ts";
import { type Formula, parseFormula } from "./formula.ts";
import { compileDerived, type DerivedSignal, formulaSymbols } from "./derived-signals.ts";
import { presentMargins } from "./robustness.ts";
import type { Scenario } from "./scenario.ts";

/** A formula about the present observation alone. */
export interface Condition {
  /** By lane, in tolerances of what it is about: it holds where more than 0; NaN where it has no value. */
  margins(observation: Batch, parameters: Readonly<Record<string, Float64Array>>): Float64Array;
}

/** @throws SimgateError for a formula that does not fit the scenario's channels. */
export function createCondition(scenario: Scenario, text: string, where = scenario.file): Condition {
  const formula = parseFormula(text, formulaSymbols(scenario), {
    scale: "tolerance",
    temporal: false,
    where,
  });
  return presentCondition(formula, compileDerived(scenario, [formula]));
}

/** Of a formula without temporal operators. */
export function presentCondition(formula: Formula, derived: readonly DerivedSignal[]): Condition {
  return {
    margins({ lanes, columns }, parameters) {
      const signals: Record<string, Float64Array> = { ...columns };
      for (const { name, expression } of derived)
        signals[name] = expression.evaluate(columns, lanes, { parameters });
      return presentMargins(formula, signals, lanes, parameters);
    },
  };
}
