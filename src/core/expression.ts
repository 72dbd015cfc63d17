import { parse } from "./mathjs.ts";
import type { MathNode } from "mathjs";
import { inputError } from "./errors.ts";
import { checkTree } from "./expression-check.ts";
import { unitHint } from "./expression-operators.ts";
import { ExpressionProblem } from "./expression-tree.ts";
import type { ExpressionSymbols, Tree } from "./expression-tree.ts";
import { compileKernel } from "./expression-kernel.ts";
import { dimensionText, parseUnit, sameDimension } from "./units.ts";
import type { Dimension } from "./units.ts";

export type { ExpressionSymbols } from "./expression-tree.ts";

export interface ExpressionOptions {
  /** `ignore`: numbers are taken as they are and nothing is compared; unit literals are still converted to SI. Default `check`. */
  readonly units?: "check" | "ignore";
  /** The unit the value must have. */
  readonly expectUnit?: string;
  /** Where the text stands, for messages: `file:line:column`. */
  readonly where?: string;
}

export interface EvaluateExtra {
  /** Seconds since reset: one for all rows, or one a row. */
  readonly t?: number | Float64Array;
  readonly parameters?: Readonly<Record<string, number | Float64Array>>;
}

/** Arithmetic of channels, parameters and time, in SI units, computed for many rows (lanes, or samples of a trace) at once. */
export interface Expression {
  readonly text: string;
  /** Channels it reads, each once. */
  readonly references: readonly string[];
  /** Parameters it reads, each once. */
  readonly parameters: readonly string[];
  readonly usesTime: boolean;
  /** The value, where it depends on nothing. */
  readonly constant: number | undefined;
  /** Undefined: fits any unit (the number 0, or units ignored). */
  readonly dimension: Dimension | undefined;
  /**
   * @param columns channel → rows × size values, row-major; may be longer.
   * @param out at least `rows` long; absent: a new array.
   */
  evaluate(
    columns: Readonly<Record<string, Float64Array>>,
    rows: number,
    extra?: EvaluateExtra,
    out?: Float64Array,
  ): Float64Array;
}

/** Parses, resolves names, checks units and compiles. @throws SimgateError saying what is wrong and what was meant. */
export function parseExpression(
  text: string,
  symbols: ExpressionSymbols,
  { units = "check", expectUnit, where }: ExpressionOptions = {},
): Expression {
  const fail = (what: string, got?: string, hint?: string): never => {
    throw inputError(what, {
      ...(where === undefined ? {} : { where }),
      ...(got === undefined ? {} : { got }),
      ...(hint === undefined ? {} : { hint }),
    });
  };
  let node: MathNode;
  try {
    node = parse(text);
  } catch (cause) {
    return fail("this is not an expression", `"${text}": ${(cause as Error).message}`);
  }
  let tree: Tree;
  try {
    tree = checkTree(node, { symbols, checkUnits: units === "check" });
  } catch (cause) {
    if (!(cause instanceof ExpressionProblem)) throw cause;
    return fail(cause.message, cause.message.includes(`"${text}"`) ? undefined : `"${text}"`, cause.hint);
  }
  if (units === "check" && expectUnit !== undefined && tree.dimension !== undefined) {
    const expected = parseUnit(expectUnit, where).dimension;
    if (!sameDimension(tree.dimension, expected)) {
      throw inputError(`"${text}" has the wrong unit`, {
        ...(where === undefined ? {} : { where }),
        expected: expectUnit,
        got: dimensionText(tree.dimension),
        hint:
          unitHint(tree, { kind: "time", dimension: expected }) ??
          `multiply by what is missing, e.g. a gain in (${expectUnit})/(${dimensionText(tree.dimension)})`,
      });
    }
  }
  const kernel = compileKernel(tree);
  const used = namesIn(tree);
  return {
    text,
    references: [...used.channels],
    parameters: [...used.parameters],
    usesTime: used.time,
    constant: tree.kind === "number" ? tree.value : undefined,
    dimension: tree.dimension,
    evaluate(columns, rows, extra, out = new Float64Array(rows)) {
      kernel.write({ rows, columns, t: extra?.t, parameters: extra?.parameters }, out);
      return out;
    },
  };
}

function namesIn(tree: Tree): { channels: Set<string>; parameters: Set<string>; time: boolean } {
  const found = { channels: new Set<string>(), parameters: new Set<string>(), time: false };
  const visit = (node: Tree): void => {
    if (node.kind === "channel") found.channels.add(node.name);
    else if (node.kind === "parameter") found.parameters.add(node.name);
    else if (node.kind === "time") found.time = true;
    else if (node.kind === "call") node.args.forEach(visit);
  };
  visit(tree);
  return found;
}
