import type { ChannelSpec } from "./channels.ts";
import { FUNCTIONS } from "./expression-functions.ts";
import type { MaybeDimension } from "./expression-functions.ts";

/** What an expression may name. Declared names win over units and constants of the same name. */
export interface ExpressionSymbols {
  readonly channels: readonly ChannelSpec[];
  readonly parameters?: readonly { readonly name: string; readonly unit: string }[];
  /** Whether `t`, the time since reset in seconds, may be used. */
  readonly time?: boolean;
}

/** A checked expression: SI numbers, channels, parameters, time, and calls. `dimension` undefined fits any unit. */
export type Tree = { readonly dimension: MaybeDimension } & (
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "channel"; readonly name: string; readonly component: number; readonly size: number }
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "time" }
  | { readonly kind: "call"; readonly fn: string; readonly args: readonly Tree[] }
);

/** Something wrong with the expression itself; the caller adds the place. */
export class ExpressionProblem extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** A call of a function or operator; on numbers alone (`12 deg`, `2 * pi`) it is computed here, once. */
export function fold(fn: string, args: readonly Tree[], dimension: MaybeDimension): Tree {
  if (!args.every((arg) => arg.kind === "number")) return { kind: "call", fn, args, dimension };
  const values = args.map((arg) => arg.value);
  const value =
    values.length <= 2 || fn === "clamp"
      ? applyOnce(fn, values)
      : values.reduce((a, b) => applyOnce(fn, [a, b]));
  return { kind: "number", value, dimension };
}

function applyOnce(fn: string, [a, b, c]: readonly number[]): number {
  switch (fn) {
    case "+":
      return a! + b!;
    case "-":
      return a! - b!;
    case "*":
      return a! * b!;
    case "/":
      return a! / b!;
    case "^":
      return Math.pow(a!, b!);
    case "negate":
      return -a!;
    default:
      return b === undefined && (fn === "min" || fn === "max")
        ? a!
        : FUNCTIONS[fn]!.apply(a!, b ?? 0, c ?? 0);
  }
}
