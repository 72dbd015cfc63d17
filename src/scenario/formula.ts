import type { ExpressionSymbols } from "../core/expression.ts";
import { FormulaParser } from "./formula-parser.ts";
import type { FormulaOptions } from "./formula-predicate.ts";
import { childrenOf, predicatesOf } from "./formula-tree.ts";
import type { FormulaTree } from "./formula-tree.ts";

export type { FormulaOptions } from "./formula-predicate.ts";

export interface Formula {
  readonly text: string;
  readonly tree: FormulaTree;
  /** Channels it reads, each once. */
  readonly references: readonly string[];
  /** How far after and before a sample its margin can depend on, seconds; Infinity where a window is not bounded. */
  readonly futureSec: number;
  readonly pastSec: number;
}

/** Scalar signals without units or tolerances, as from a CSV file. */
export function plainSignals(names: readonly string[]): ExpressionSymbols {
  return {
    channels: names.map((name) => ({ name, unit: "1", kind: "linear", shape: [], size: 1, tolerance: 1 })),
  };
}

/**
 * Reads a success formula. From loosest to tightest: `implies` (to the right), `or`, `and`, `until`/`since`, then `not`
 * and `always eventually historically once`; predicates compare expressions: `abs(pole_angle) < 12 deg`, `-1 < x < 1`.
 * @throws SimgateError saying what is wrong and where in the text.
 */
export function parseFormula(text: string, symbols: ExpressionSymbols, options: FormulaOptions): Formula {
  const tree = new FormulaParser(text, symbols, options).whole();
  const references = [
    ...new Set(
      predicatesOf(tree).flatMap(({ greater, less }) => [...greater.references, ...less.references]),
    ),
  ];
  return { text, tree, references, futureSec: reach(tree, FUTURE), pastSec: reach(tree, PAST) };
}

const FUTURE = ["always", "eventually", "until"];
const PAST = ["historically", "once", "since"];

/** Seconds the tree looks in one direction: bounds add up along a branch. */
function reach(tree: FormulaTree, operators: readonly string[]): number {
  const own = "interval" in tree && operators.includes(tree.kind) ? tree.interval.toSec : 0;
  return own + Math.max(0, ...childrenOf(tree).map((child) => reach(child, operators)));
}
