import type { Expression } from "../core/expression.ts";

/** A window of time relative to now, seconds; `toSec` may be Infinity. Future operators look ahead, past ones back. */
export interface Interval {
  readonly fromSec: number;
  readonly toSec: number;
}

export type WindowOperator = "always" | "eventually" | "historically" | "once";

/** A success formula: signal temporal logic over predicates. */
export type FormulaTree =
  /** Margin (greater − less) / scale. */
  | {
      readonly kind: "predicate";
      readonly greater: Expression;
      readonly less: Expression;
      readonly scale: number;
      readonly text: string;
    }
  | { readonly kind: "not"; readonly of: FormulaTree }
  | { readonly kind: "and" | "or" | "implies"; readonly left: FormulaTree; readonly right: FormulaTree }
  | { readonly kind: WindowOperator; readonly interval: Interval; readonly of: FormulaTree }
  | {
      readonly kind: "until" | "since";
      readonly interval: Interval;
      readonly left: FormulaTree;
      readonly right: FormulaTree;
    };

export type Predicate = FormulaTree & { readonly kind: "predicate" };

/** The formulas a formula is made of. */
export function childrenOf(tree: FormulaTree): readonly FormulaTree[] {
  if ("of" in tree) return [tree.of];
  return "left" in tree ? [tree.left, tree.right] : [];
}

export function predicatesOf(tree: FormulaTree): readonly Predicate[] {
  return tree.kind === "predicate" ? [tree] : childrenOf(tree).flatMap(predicatesOf);
}
