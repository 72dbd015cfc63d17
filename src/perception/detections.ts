import { runtimeError } from "../core/errors.ts";
import type { DetectorCard } from "./detector-card.ts";

/** What a graph found, in pixels of its input. */
export interface Detection {
  /** Position in the card's `classes`. */
  readonly class: number;
  readonly score: number;
  readonly middle: readonly [x: number, y: number];
  readonly size: readonly [width: number, height: number];
}

/** An output of the graph; axes of one element before the others are taken off. */
export interface Answer {
  readonly name: string;
  readonly dims: readonly number[];
  /** @param i in row-major order */
  at(i: number): number;
}

/** @param size of the graph's input: [height, width] @throws SimgateError `runtime` for outputs that are not of the form. */
export function detectionsOf(
  { output, classes, threshold }: Pick<DetectorCard, "output" | "classes" | "threshold">,
  answer: (name: string, rank: number) => Answer,
  size: readonly [height: number, width: number],
): readonly Detection[] {
  switch (output.form) {
    case "boxes":
      return suppressed(boxes(output, classes.length, threshold, answer, size), output.overlap);
    case "yolo":
      return suppressed(
        yolo(output, classes.length, threshold, answer(output.tensor, 2), size),
        output.overlap,
      );
    case "heat-maps":
      return peaks(output, classes.length, threshold, answer(output.tensor, 3), size);
  }
}

type Output<Form extends DetectorCard["output"]["form"]> = Extract<DetectorCard["output"], { form: Form }>;

function boxes(
  output: Output<"boxes">,
  classes: number,
  threshold: number,
  answer: (name: string, rank: number) => Answer,
  size: readonly [number, number],
): Detection[] {
  const [box, score] = [answer(output.boxes, 2), answer(output.scores, output.classes === undefined ? 2 : 1)];
  const count = box.dims[0] ?? 0;
  if (count === 0) return [];
  requireDims(box, [count, 4]);
  const labels = output.classes === undefined ? undefined : answer(output.classes, 1);
  if (labels !== undefined) requireDims(labels, [count]);
  const width = labels === undefined ? classes : 1;
  requireDims(score, width === 1 && score.dims.length === 1 ? [count] : [count, width]);
  const found: Detection[] = [];
  for (let i = 0; i < count; i++) {
    const values = scored(
      Array.from({ length: width }, (_, c) => score.at(i * width + c)),
      output.scoring,
    );
    const best = values.indexOf(Math.max(...values));
    if (!(values[best]! >= threshold)) continue;
    const label = labels === undefined ? best : Math.round(labels.at(i));
    if (!(label >= 0 && label < classes)) {
      throw runtimeError(`the detector found something of class ${label}, which its card does not name`, {
        expected: `classes 0 to ${classes - 1}`,
        hint: "name every class of the graph in classes, in its order",
      });
    }
    const corner = [0, 1, 2, 3].map((k) => box.at(4 * i + k));
    found.push({ class: label, score: values[best]!, ...placed(corner, output, size) });
  }
  return found;
}

function yolo(
  output: Output<"yolo">,
  classes: number,
  threshold: number,
  tensor: Answer,
  size: readonly [number, number],
): Detection[] {
  const first = output.objectness ? 5 : 4;
  const values = first + classes;
  const across = tensor.dims[0] === values;
  const count = tensor.dims[across ? 1 : 0] ?? 0;
  requireDims(tensor, across ? [values, count] : [count, values]);
  const at = (candidate: number, k: number): number =>
    tensor.at(across ? k * count + candidate : candidate * values + k);
  const found: Detection[] = [];
  for (let i = 0; i < count; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (at(i, first + c) > at(i, first + best)) best = c;
    const score = at(i, first + best) * (output.objectness ? at(i, 4) : 1);
    if (!(score >= threshold)) continue;
    const corner = [0, 1, 2, 3].map((k) => at(i, k));
    found.push({ class: best, score, ...placed(corner, output, size) });
  }
  return found;
}

/** Cells that are higher than all around them; the middle is weighted by height among the nine. */
function peaks(
  output: Output<"heat-maps">,
  classes: number,
  threshold: number,
  tensor: Answer,
  [inputHeight, inputWidth]: readonly [number, number],
): Detection[] {
  const [, height = 0, width = 0] = tensor.dims;
  requireDims(tensor, [classes, height, width]);
  const found: Detection[] = [];
  const [cellX, cellY] = [inputWidth / width, inputHeight / height];
  for (let c = 0; c < classes; c++) {
    const at = (x: number, y: number): number => {
      if (x < 0 || y < 0 || x >= width || y >= height) return 0;
      const value = tensor.at((c * height + y) * width + x);
      return output.scoring === "sigmoid" ? sigmoid(value) : value;
    };
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const here = at(x, y);
        if (!(here >= threshold)) continue;
        // Of two that are equally high the first one is it.
        const higher = NEIGHBOURS.some(([dx, dy]) => {
          const there = at(x + dx, y + dy);
          return there > here || (there === here && (dy < 0 || (dy === 0 && dx < 0)));
        });
        if (higher) continue;
        let [sum, sumX, sumY, high] = [here, 0, 0, 1];
        for (const [dx, dy] of NEIGHBOURS) {
          const there = at(x + dx, y + dy);
          [sum, sumX, sumY] = [sum + there, sumX + there * dx, sumY + there * dy];
          if (there >= threshold) high++;
        }
        const side = Math.sqrt(high);
        found.push({
          class: c,
          score: here,
          middle: [(x + 0.5 + sumX / sum) * cellX, (y + 0.5 + sumY / sum) * cellY],
          size: [side * cellX, side * cellY],
        });
      }
    }
  }
  return found;
}

const NEIGHBOURS = [-1, 0, 1].flatMap((dy) =>
  [-1, 0, 1].flatMap((dx) => (dx === 0 && dy === 0 ? [] : [[dx, dy] as const])),
);

function placed(
  [a, b, c, d]: readonly number[],
  { box, unit }: Pick<Output<"boxes">, "box" | "unit">,
  [height, width]: readonly [number, number],
): Pick<Detection, "middle" | "size"> {
  const [sx, sy] = unit === "normalised" ? [width, height] : [1, 1];
  return box === "cxcywh"
    ? { middle: [a! * sx, b! * sy], size: [c! * sx, d! * sy] }
    : { middle: [((a! + c!) / 2) * sx, ((b! + d!) / 2) * sy], size: [(c! - a!) * sx, (d! - b!) * sy] };
}

/** Greedy, the surest first: what overlaps a surer one of its class too much is the same thing. */
function suppressed(all: readonly Detection[], overlap: number): Detection[] {
  const kept: Detection[] = [];
  for (const one of [...all].sort((a, b) => b.score - a.score)) {
    if (kept.every((other) => other.class !== one.class || shared(one, other) <= overlap)) kept.push(one);
  }
  return kept;
}

/** Intersection ÷ union. */
function shared(one: Detection, other: Detection): number {
  const along = (axis: 0 | 1): number =>
    Math.max(
      0,
      Math.min(one.middle[axis] + one.size[axis] / 2, other.middle[axis] + other.size[axis] / 2) -
        Math.max(one.middle[axis] - one.size[axis] / 2, other.middle[axis] - other.size[axis] / 2),
    );
  const both = along(0) * along(1);
  const all = one.size[0] * one.size[1] + other.size[0] * other.size[1] - both;
  return all <= 0 ? 0 : both / all;
}

function scored(values: readonly number[], scoring: Output<"boxes">["scoring"]): number[] {
  if (scoring === "none") return [...values];
  if (scoring === "sigmoid") return values.map(sigmoid);
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((all, power) => all + power, 0);
  // The last class is that there is nothing.
  return powers.slice(0, -1).map((power) => power / sum);
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function requireDims({ name, dims }: Answer, expected: readonly number[]): void {
  if (dims.length === expected.length && dims.every((size, axis) => size === expected[axis])) return;
  throw runtimeError(`output "${name}" of the detector has another shape than its card implies`, {
    expected: `[${expected.join(", ")}]`,
    got: `[${dims.join(", ")}]`,
    hint: "check output and classes in the card",
  });
}
