import { runtimeError } from "../core/errors.ts";
import type { EvaluateExtra } from "../core/expression.ts";
import type { FormulaTree, Predicate } from "./formula-tree.ts";
import type { Formula } from "./formula.ts";
import { futureWindows, isWhole, pastWindows, slidingMaximum, slidingMinimum } from "./sliding-window.ts";

/** What a formula is evaluated on: channel → samples × size values. */
export type Signals = Readonly<Record<string, Float64Array>>;

/**
 * The margin of a formula at every sample (quantitative semantics of Donzé & Maler 2010): f > c → f − c, not → −, and →
 * min, or → max, always → min over the window, eventually → max, until → max over t′ of min(ψ(t′), min over t″ < t′ of φ).
 *
 * A window is cut to the samples that exist. One that holds none takes the last sample before it, or the first of all:
 * signals are held between samples, after the end and before the beginning.
 *
 * O(samples × operators).
 * @param times the control period in seconds, or the increasing times of the samples.
 * @throws SimgateError where a predicate is not a number.
 */
export function robustness(
  formula: Formula,
  signals: Signals,
  times: number | Float64Array,
  { samples, parameters }: { samples?: number; parameters?: Readonly<Record<string, number>> } = {},
): Float64Array {
  const count = samples ?? (typeof times === "number" ? shortest(signals) : times.length);
  const timesSec =
    typeof times === "number" ? Float64Array.from({ length: count }, (_, i) => i * times) : times;
  return evaluate(formula.tree, {
    signals,
    timesSec,
    count,
    extra: parameters === undefined ? {} : { parameters },
  });
}

/** Margins of a formula without temporal operators, a row a lane; NaN where a predicate is not a number. */
export function presentMargins(
  formula: Formula,
  signals: Signals,
  rows: number,
  parameters: Readonly<Record<string, number | Float64Array>> = {},
): Float64Array {
  return evaluate(formula.tree, {
    signals,
    timesSec: new Float64Array(0),
    count: rows,
    extra: { parameters },
    mayBeNaN: true,
  });
}

interface Frame {
  readonly signals: Signals;
  readonly timesSec: Float64Array;
  readonly count: number;
  readonly extra: EvaluateExtra;
  readonly mayBeNaN?: boolean;
}

function evaluate(tree: FormulaTree, frame: Frame): Float64Array {
  switch (tree.kind) {
    case "predicate":
      return predicate(tree, frame);
    case "not":
      return negated(evaluate(tree.of, frame));
    case "and":
      return smaller(evaluate(tree.left, frame), evaluate(tree.right, frame));
    case "or":
      return larger(evaluate(tree.left, frame), evaluate(tree.right, frame));
    case "implies":
      return larger(negated(evaluate(tree.left, frame)), evaluate(tree.right, frame));
    case "always":
    case "eventually": {
      const slide = tree.kind === "always" ? slidingMinimum : slidingMaximum;
      return slide(evaluate(tree.of, frame), futureWindows(frame.timesSec, tree.interval));
    }
    case "historically":
    case "once": {
      const slide = tree.kind === "historically" ? slidingMinimum : slidingMaximum;
      return slide(evaluate(tree.of, frame), pastWindows(frame.timesSec, tree.interval));
    }
    case "until":
      return until(tree, frame);
    case "since":
      return since(tree, frame);
  }
}

function predicate(
  { greater, less, scale, text }: Predicate,
  { signals, count, extra, mayBeNaN }: Frame,
): Float64Array {
  const margins = new Float64Array(count);
  if (less.constant !== undefined) {
    greater.evaluate(signals, count, extra, margins);
    for (let i = 0; i < count; i++) margins[i] = (margins[i]! - less.constant) / scale;
  } else if (greater.constant !== undefined) {
    less.evaluate(signals, count, extra, margins);
    for (let i = 0; i < count; i++) margins[i] = (greater.constant - margins[i]!) / scale;
  } else {
    greater.evaluate(signals, count, extra, margins);
    const other = less.evaluate(signals, count, extra);
    for (let i = 0; i < count; i++) margins[i] = (margins[i]! - other[i]!) / scale;
  }
  if (mayBeNaN !== true) demandNumbers(margins, text);
  return margins;
}

function demandNumbers(margins: Float64Array, text: string): void {
  for (let i = 0; i < margins.length; i++) {
    if (!Number.isNaN(margins[i]!)) continue;
    throw runtimeError(`"${text}" is not a number at sample ${i}`, {
      hint: "look for NaN in the signals, or a square root or logarithm of a negative value in the formula",
    });
  }
}

/**
 * φ until[a,b] ψ = eventually[a,b] ψ and always[0,a) φ and, at a, φ until ψ (Donzé, Ferrère & Maler 2013): each part is
 * linear in the number of samples, however long the window.
 */
function until(tree: FormulaTree & { kind: "until" | "since" }, frame: Frame): Float64Array {
  const [hold, reach] = [evaluate(tree.left, frame), evaluate(tree.right, frame)];
  const { count } = frame;
  const open = new Float64Array(count);
  for (let i = count - 1; i >= 0; i--) {
    open[i] = i === count - 1 ? reach[i]! : Math.max(reach[i]!, Math.min(hold[i]!, open[i + 1]!));
  }
  if (isWhole(tree.interval)) return open;
  const windows = futureWindows(frame.timesSec, tree.interval);
  const reached = slidingMaximum(reach, windows);
  const before = {
    low: Int32Array.from({ length: count }, (_, i) => i),
    high: windows.low.map((low) => low - 1),
  };
  const held = slidingMinimum(hold, before);
  return reached.map((value, i) => Math.min(value, held[i]!, open[windows.low[i]!]!));
}

/** The mirror image of {@link until}: φ since[a,b] ψ looks back to where ψ held, with φ from then on. */
function since(tree: FormulaTree & { kind: "until" | "since" }, frame: Frame): Float64Array {
  const [hold, reach] = [evaluate(tree.left, frame), evaluate(tree.right, frame)];
  const { count } = frame;
  const open = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    open[i] = i === 0 ? reach[i]! : Math.max(reach[i]!, Math.min(hold[i]!, open[i - 1]!));
  }
  if (isWhole(tree.interval)) return open;
  const windows = pastWindows(frame.timesSec, tree.interval);
  const reached = slidingMaximum(reach, windows);
  const after = {
    low: windows.high.map((high) => high + 1),
    high: Int32Array.from({ length: count }, (_, i) => i),
  };
  const held = slidingMinimum(hold, after);
  return reached.map((value, i) => Math.min(value, held[i]!, open[windows.high[i]!]!));
}

function negated(values: Float64Array): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = 0 - values[i]!;
  return values;
}

function smaller(a: Float64Array, b: Float64Array): Float64Array {
  for (let i = 0; i < a.length; i++) a[i] = Math.min(a[i]!, b[i]!);
  return a;
}

function larger(a: Float64Array, b: Float64Array): Float64Array {
  for (let i = 0; i < a.length; i++) a[i] = Math.max(a[i]!, b[i]!);
  return a;
}

function shortest(signals: Signals): number {
  const lengths = Object.values(signals).map(({ length }) => length);
  return lengths.length === 0 ? 0 : Math.min(...lengths);
}
