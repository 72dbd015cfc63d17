import type { ChannelSpec } from "../core/channels.ts";
import { inputError } from "../core/errors.ts";
import { parseExpression } from "../core/expression.ts";
import type { Expression, ExpressionSymbols } from "../core/expression.ts";
import { dimensionText, knownDimension, sameDimension } from "../core/units.ts";
import type { FormulaTree } from "./formula-tree.ts";

export interface FormulaOptions {
  /** `tolerance`: predicates are divided by the tolerance of the channel they are about, so that margins compare; `none`: as they are. */
  readonly scale: "tolerance" | "none";
  readonly units?: "check" | "ignore";
  /** False where only the present counts, as in a condition that ends a rollout. Default true. */
  readonly temporal?: boolean;
  readonly where?: string;
}

/** A comparison as it is written: `0 < x < 1` has three sides and two signs. */
export interface Comparison {
  readonly sides: readonly string[];
  readonly signs: readonly string[];
  readonly text: string;
}

/** The predicate of each sign, all of which must hold. */
export function comparisonTree(
  { sides, signs, text }: Comparison,
  symbols: ExpressionSymbols,
  { scale, units = "check", where }: FormulaOptions,
): FormulaTree {
  const place = where === undefined ? {} : { where };
  const expressions = sides.map((side) => parseExpression(side, symbols, { units, ...place }));
  return signs
    .map((sign, i): FormulaTree => {
      const [left, right] = [expressions[i]!, expressions[i + 1]!];
      const [greater, less] = sign.startsWith(">") ? [left, right] : [right, left];
      demandSameUnit(left, right, text, place);
      const divisor = scale === "none" ? 1 : toleranceOf(left, right, text, symbols.channels, place);
      return { kind: "predicate", greater, less, scale: divisor, text };
    })
    .reduce((left, right) => ({ kind: "and", left, right }));
}

function demandSameUnit(left: Expression, right: Expression, text: string, place: { where?: string }): void {
  if (left.dimension === undefined || right.dimension === undefined) return;
  if (sameDimension(left.dimension, right.dimension)) return;
  throw inputError(
    `"${text}" compares ${dimensionText(left.dimension)} with ${dimensionText(right.dimension)}`,
    {
      ...place,
      hint: "both sides of a comparison need the same unit; give numbers theirs, as in 12 deg or 0.2 rad",
    },
  );
}

/** What a predicate's margin is counted in: the largest tolerance of the channels it reads, all in the unit it compares. */
function toleranceOf(
  left: Expression,
  right: Expression,
  text: string,
  known: readonly ChannelSpec[],
  place: { where?: string },
): number {
  const dimension = left.dimension ?? right.dimension;
  const names = [...new Set([...left.references, ...right.references])];
  const channels = names.map((name) => known.find((channel) => channel.name === name)!);
  const misfit = channels.find(({ unit }) => {
    const own = knownDimension(unit);
    return dimension !== undefined && own !== undefined && !sameDimension(own, dimension);
  });
  if (channels.length > 0 && misfit === undefined)
    return Math.max(...channels.map(({ tolerance }) => tolerance));
  throw inputError(`"${text}" has no tolerance to count its margin in`, {
    ...place,
    expected: "a comparison in the unit of the channels it reads",
    got:
      misfit === undefined
        ? "no channel in it"
        : `channel "${misfit.name}" in ${misfit.unit} compared in ${dimensionText(dimension!)}`,
    hint: "declare the expression under derived, with its unit and tolerance, and compare that",
  });
}
