import { wrapAngle } from "./channels.ts";
import { PURE, RADIAN, dimensionText, raised, sameDimension } from "./units.ts";
import type { Dimension } from "./units.ts";

/** The dimension of an operand; undefined fits any (the number 0, or an expression whose units are not checked). */
export type MaybeDimension = Dimension | undefined;

/** A function that expressions may call: what it computes, and what it does to units. */
export interface ExpressionFunction {
  readonly arity: readonly [least: number, most: number];
  readonly apply: (a: number, b: number, c: number) => number;
  /** The result's dimension. @throws Error saying which operands do not fit. */
  readonly dimension: (operands: readonly MaybeDimension[]) => MaybeDimension;
}

/** Functions of the expression language; `norm` is expanded into `hypot` of the components before this table is used. */
export const FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  abs: { arity: [1, 1], apply: (a) => Math.abs(a), dimension: common },
  sign: { arity: [1, 1], apply: (a) => Math.sign(a), dimension: () => PURE },
  sqrt: { arity: [1, 1], apply: (a) => Math.sqrt(a), dimension: ([a]) => a && raised(a, 0.5) },
  exp: { arity: [1, 1], apply: (a) => Math.exp(a), dimension: pure },
  log: { arity: [1, 1], apply: (a) => Math.log(a), dimension: pure },
  tanh: { arity: [1, 1], apply: (a) => Math.tanh(a), dimension: pure },
  sin: { arity: [1, 1], apply: (a) => Math.sin(a), dimension: ofAngle },
  cos: { arity: [1, 1], apply: (a) => Math.cos(a), dimension: ofAngle },
  tan: { arity: [1, 1], apply: (a) => Math.tan(a), dimension: ofAngle },
  asin: { arity: [1, 1], apply: (a) => Math.asin(a), dimension: toAngle },
  acos: { arity: [1, 1], apply: (a) => Math.acos(a), dimension: toAngle },
  atan: { arity: [1, 1], apply: (a) => Math.atan(a), dimension: toAngle },
  atan2: {
    arity: [2, 2],
    apply: (a, b) => Math.atan2(a, b),
    dimension: (operands) => (common(operands), RADIAN),
  },
  hypot: { arity: [1, 99], apply: (a, b) => Math.hypot(a, b), dimension: common },
  min: { arity: [1, 99], apply: (a, b) => Math.min(a, b), dimension: common },
  max: { arity: [1, 99], apply: (a, b) => Math.max(a, b), dimension: common },
  clamp: { arity: [3, 3], apply: (a, low, high) => Math.min(Math.max(a, low), high), dimension: common },
  wrap: { arity: [1, 1], apply: (a) => wrapAngle(a), dimension: wrapped },
};

/** Names an expression may use as a function. */
export const FUNCTION_NAMES: readonly string[] = [...Object.keys(FUNCTIONS), "norm"].sort();

/** All operands in one unit, which is the result's. */
export function common(operands: readonly MaybeDimension[]): MaybeDimension {
  let shared: MaybeDimension;
  for (const operand of operands) {
    if (operand === undefined) continue;
    if (shared !== undefined && !sameDimension(shared, operand)) {
      throw new Error(`mixes ${dimensionText(shared)} with ${dimensionText(operand)}`);
    }
    shared = operand;
  }
  return shared;
}

function pure([operand]: readonly MaybeDimension[]): Dimension {
  return demand(operand, [PURE], "a pure number");
}

function ofAngle([operand]: readonly MaybeDimension[]): Dimension {
  return demand(operand, [RADIAN, PURE], "an angle in rad");
}

function toAngle([operand]: readonly MaybeDimension[]): Dimension {
  demand(operand, [PURE], "a pure number");
  return RADIAN;
}

function wrapped([operand]: readonly MaybeDimension[]): Dimension {
  demand(operand, [RADIAN], "an angle in rad");
  return RADIAN;
}

function demand(operand: MaybeDimension, allowed: readonly Dimension[], name: string): Dimension {
  if (operand !== undefined && !allowed.some((dimension) => sameDimension(dimension, operand))) {
    throw new Error(`takes ${name}, not ${dimensionText(operand)}`);
  }
  return PURE;
}
