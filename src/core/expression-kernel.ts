import { inputError } from "./errors.ts";
import { FUNCTIONS } from "./expression-functions.ts";
import type { Tree } from "./expression-tree.ts";

/** What one evaluation reads. */
export interface Frame {
  readonly rows: number;
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly t: number | Float64Array | undefined;
  readonly parameters: Readonly<Record<string, number | Float64Array>> | undefined;
}

/** A tree compiled into loops over rows. */
export interface Kernel {
  /** The value of every row; the array belongs to the kernel or to the frame and must not be written. */
  read(frame: Frame): Float64Array;
  /** The same into `out`. */
  write(frame: Frame, out: Float64Array): void;
}

/** Builds the loops once; afterwards an evaluation allocates nothing unless it has more rows than any before. */
export function compileKernel(tree: Tree): Kernel {
  switch (tree.kind) {
    case "number":
      return constantKernel(tree.value);
    case "channel":
      return tree.size === 1
        ? columnKernel(tree.name)
        : componentKernel(tree.name, tree.component, tree.size);
    case "parameter":
      return valueKernel(`parameter "${tree.name}"`, (frame) => frame.parameters?.[tree.name]);
    case "time":
      return valueKernel('the time "t"', (frame) => frame.t);
    case "call":
      return callKernel(tree.fn, tree.args);
  }
}

function constantKernel(value: number): Kernel {
  let buffer = new Float64Array(0);
  return {
    read({ rows }) {
      if (buffer.length < rows) buffer = new Float64Array(rows).fill(value);
      return buffer;
    },
    write: ({ rows }, out) => void out.fill(value, 0, rows),
  };
}

function columnKernel(name: string): Kernel {
  const read = (frame: Frame): Float64Array => columnIn(frame, name, 1);
  return { read, write: (frame, out) => out.set(read(frame).subarray(0, frame.rows)) };
}

function componentKernel(name: string, component: number, size: number): Kernel {
  return buffered((frame, out) => {
    const column = columnIn(frame, name, size);
    for (let row = 0, i = component; row < frame.rows; row++, i += size) out[row] = column[i]!;
  });
}

function valueKernel(what: string, valueIn: (frame: Frame) => number | Float64Array | undefined): Kernel {
  return buffered((frame, out) => {
    const value = valueIn(frame);
    if (typeof value === "number") out.fill(value, 0, frame.rows);
    else if (value !== undefined && value.length >= frame.rows) out.set(value.subarray(0, frame.rows));
    else
      throw inputError(`an expression needs ${what}`, {
        got: value === undefined ? "none" : `${value.length} of ${frame.rows} values`,
      });
  });
}

function callKernel(fn: string, args: readonly Tree[]): Kernel {
  const operands = args.map(compileKernel);
  const [a, b, c] = operands;
  const second = args[1];
  switch (fn) {
    case "+":
      return binary(a!, b!, (x, y, out, rows) => {
        for (let i = 0; i < rows; i++) out[i] = x[i]! + y[i]!;
      });
    case "-":
      return binary(a!, b!, (x, y, out, rows) => {
        for (let i = 0; i < rows; i++) out[i] = x[i]! - y[i]!;
      });
    case "*":
      return binary(a!, b!, (x, y, out, rows) => {
        for (let i = 0; i < rows; i++) out[i] = x[i]! * y[i]!;
      });
    case "/":
      return binary(a!, b!, (x, y, out, rows) => {
        for (let i = 0; i < rows; i++) out[i] = x[i]! / y[i]!;
      });
    case "^":
      if (second?.kind === "number" && second.value === 2) {
        return unary(a!, (x, out, rows) => {
          for (let i = 0; i < rows; i++) out[i] = x[i]! * x[i]!;
        });
      }
      return binary(a!, b!, (x, y, out, rows) => {
        for (let i = 0; i < rows; i++) out[i] = Math.pow(x[i]!, y[i]!);
      });
    case "negate":
      return unary(a!, (x, out, rows) => {
        for (let i = 0; i < rows; i++) out[i] = -x[i]!;
      });
    case "abs":
      return unary(a!, (x, out, rows) => {
        for (let i = 0; i < rows; i++) out[i] = Math.abs(x[i]!);
      });
    case "clamp":
      return buffered((frame, out) => {
        const [x, low, high] = [a!.read(frame), b!.read(frame), c!.read(frame)];
        for (let i = 0; i < frame.rows; i++) out[i] = Math.min(Math.max(x[i]!, low[i]!), high[i]!);
      });
  }
  const apply = FUNCTIONS[fn]!.apply;
  const isFold = fn === "min" || fn === "max" || fn === "hypot";
  if (operands.length === 1) {
    if (fn === "min" || fn === "max") return a!;
    return unary(a!, (x, out, rows) => {
      for (let i = 0; i < rows; i++) out[i] = apply(x[i]!, 0, 0);
    });
  }
  const pairwise = (left: Kernel, right: Kernel): Kernel =>
    binary(left, right, (x, y, out, rows) => {
      for (let i = 0; i < rows; i++) out[i] = apply(x[i]!, y[i]!, 0);
    });
  return isFold ? operands.reduce(pairwise) : pairwise(a!, b!);
}

function unary(a: Kernel, loop: (x: Float64Array, out: Float64Array, rows: number) => void): Kernel {
  return buffered((frame, out) => loop(a.read(frame), out, frame.rows));
}

function binary(
  a: Kernel,
  b: Kernel,
  loop: (x: Float64Array, y: Float64Array, out: Float64Array, rows: number) => void,
): Kernel {
  return buffered((frame, out) => loop(a.read(frame), b.read(frame), out, frame.rows));
}

function buffered(write: (frame: Frame, out: Float64Array) => void): Kernel {
  let buffer = new Float64Array(0);
  return {
    write,
    read(frame) {
      if (buffer.length < frame.rows) buffer = new Float64Array(frame.rows);
      write(frame, buffer);
      return buffer;
    },
  };
}

function columnIn(frame: Frame, name: string, size: number): Float64Array {
  const column = frame.columns[name];
  if (column !== undefined && column.length >= frame.rows * size) return column;
  throw inputError(`an expression needs channel "${name}"`, {
    expected: `${frame.rows} × ${size} values`,
    got: column === undefined ? "no such column" : `${column.length} values`,
  });
}
