import { common } from "./expression-functions.ts";
import type { MaybeDimension } from "./expression-functions.ts";
import { ExpressionProblem } from "./expression-tree.ts";
import type { Tree } from "./expression-tree.ts";
import { PURE, dimensionText, divided, multiplied, raised, sameDimension } from "./units.ts";

/** The dimension of an operator's result; `text` is shown in messages. @throws ExpressionProblem if the operands do not fit. */
export function operatorDimension(fn: string, args: readonly Tree[], text: string): MaybeDimension {
  const [a, b] = [args[0]!, args[1]];
  try {
    if (fn === "+" || fn === "-") return common([a.dimension, b!.dimension]);
  } catch (mixed) {
    throw new ExpressionProblem(`"${text}" ${(mixed as Error).message}`, unitHint(a, b!));
  }
  if (fn === "negate") return a.dimension;
  if (fn === "^") {
    if (a.dimension === undefined) return undefined;
    if (b!.dimension !== undefined && !sameDimension(b!.dimension, PURE)) {
      throw new ExpressionProblem(
        `"${text}": an exponent is a pure number, not ${dimensionText(b!.dimension)}`,
      );
    }
    if (sameDimension(a.dimension, PURE)) return PURE;
    if (b!.kind === "number") return raised(a.dimension, b!.value);
    throw new ExpressionProblem(
      `"${text}": the exponent of a value in ${dimensionText(a.dimension)} must be a number`,
    );
  }
  const [left, right] = [a.dimension ?? PURE, b!.dimension ?? PURE];
  return fn === "*" ? multiplied(left, right) : divided(left, right);
}

/** The commonest slip: a bare number beside a quantity. */
export function unitHint(a: Tree, b: Tree): string | undefined {
  for (const [number, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const bare =
      number.kind === "number" && number.dimension !== undefined && sameDimension(number.dimension, PURE);
    if (bare && other.dimension !== undefined)
      return `give the number its unit: ${number.value} ${dimensionText(other.dimension)}`;
  }
  return undefined;
}
