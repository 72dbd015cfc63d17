import { parseExpression } from "../core/expression.ts";
import { knownDimension } from "../core/units.ts";
import { parseFormula } from "./formula.ts";
import type { FormulaTree } from "./formula-tree.ts";
import { formulaSymbols } from "./derived-signals.ts";
import type { Problems } from "./problems.ts";
import type { Scenario } from "./scenario.ts";

/** Derived channels, the success formula and the condition that ends a rollout: names, units, and times inside the horizon. */
export function checkSuccess(scenario: Scenario, problems: Problems): void {
  const { observation, parameters, derived, success } = scenario;
  for (const { name, expression, unit } of derived) {
    problems.try(["derived", name, "expression"], (where) =>
      parseExpression(
        expression,
        { channels: observation, parameters },
        knownDimension(unit) === undefined ? { where } : { expectUnit: unit, where },
      ),
    );
  }
  const symbols = formulaSymbols(scenario);
  const path = ["success", "formula"];
  const formula = problems.try(path, (where) =>
    parseFormula(success.formula, symbols, { scale: "tolerance", where }),
  );
  if (success.ends !== undefined) {
    const text = success.ends;
    problems.try(["success", "ends"], (where) =>
      parseFormula(text, symbols, { scale: "none", temporal: false, where }),
    );
  }
  if (formula === undefined) return;
  const horizonSec = scenario.horizonSteps * scenario.controlPeriodSec;
  if (formula.futureSec === 0) {
    problems.add(path, "the formula judges the first observation only", {
      got: `"${formula.text}"`,
      hint: "say when it must hold: always, eventually, until, or e.g. always[8, 10] for the last two seconds of ten",
    });
  }
  const beyondSec = latestSec(formula.tree, 0);
  if (beyondSec > horizonSec + 1e-9) {
    problems.add(path, "the formula looks beyond the horizon", {
      expected: `times up to ${horizonSec} s (control.horizonSec)`,
      got: `${beyondSec} s in "${formula.text}"`,
    });
  }
  if (looksBackFromStart(formula.tree)) {
    problems.add(path, "the formula looks back from the first observation, where there is no past", {
      got: `"${formula.text}"`,
      hint: "put once, historically and since under always or eventually",
    });
  }
}

/** The latest time any bounded window is asked for, seconds: bounds of nested windows are counted from their earliest start. */
function latestSec(tree: FormulaTree, earliestSec: number): number {
  switch (tree.kind) {
    case "predicate":
      return earliestSec;
    case "not":
      return latestSec(tree.of, earliestSec);
    case "and":
    case "or":
    case "implies":
      return Math.max(latestSec(tree.left, earliestSec), latestSec(tree.right, earliestSec));
    case "once":
    case "historically":
      return latestSec(tree.of, earliestSec);
    case "since":
      return Math.max(latestSec(tree.left, earliestSec), latestSec(tree.right, earliestSec));
    case "always":
    case "eventually":
      return Math.max(
        boundSec(tree.interval, earliestSec),
        latestSec(tree.of, earliestSec + tree.interval.fromSec),
      );
    case "until":
      return Math.max(
        boundSec(tree.interval, earliestSec),
        latestSec(tree.left, earliestSec),
        latestSec(tree.right, earliestSec + tree.interval.fromSec),
      );
  }
}

function boundSec({ fromSec, toSec }: { fromSec: number; toSec: number }, earliestSec: number): number {
  return earliestSec + (toSec === Infinity ? fromSec : toSec);
}

function looksBackFromStart(tree: FormulaTree): boolean {
  switch (tree.kind) {
    case "predicate":
    case "always":
    case "eventually":
    case "until":
      return false;
    case "not":
      return looksBackFromStart(tree.of);
    case "and":
    case "or":
    case "implies":
      return looksBackFromStart(tree.left) || looksBackFromStart(tree.right);
    case "once":
    case "historically":
    case "since":
      return true;
  }
}
