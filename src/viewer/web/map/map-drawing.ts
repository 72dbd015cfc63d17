import { drawing } from "../shell/element.ts";
import { wrongCells, zeroLines, type Point } from "./contour.ts";
import type { MapData, MapPolicy } from "./map-data.ts";
import { isFlip, kindAt, KIND_SHAPES } from "./outcome-kind.ts";
import { CELLS, sliceOf } from "./surface.ts";

/** Which slice is looked at: two dimensions, and where all others are held, in [0, 1]. */
export interface Slice {
  readonly x: number;
  readonly y: number;
  readonly at: readonly number[];
}

export interface DrawnSlice {
  readonly nodes: readonly SVGElement[];
  /** What the drawing cannot say: a world without a boundary in this slice. */
  readonly notes: readonly string[];
}

const SIZE = 1000;

/** Regions where the two verdicts differ, and both boundaries, in a square of 1000 units. */
export function drawSlice(data: MapData, policy: MapPolicy, { x, y, at }: Slice): DrawnSlice {
  const { surfaces } = data;
  if (surfaces === undefined || policy.truth === undefined) {
    return { nodes: [], notes: ["no boundary: one world ends the same way from every start"] };
  }
  const truth = sliceOf(surfaces, policy.truth, x, y, at);
  const candidate =
    policy.candidate === undefined ? undefined : sliceOf(surfaces, policy.candidate, x, y, at);
  const nodes: SVGElement[] = [];
  if (candidate !== undefined) {
    const wrong = wrongCells(truth, candidate);
    for (const passes of [true, false]) {
      const d = wrong
        .filter((cell) => cell.passes === passes)
        .map((cell) => squareAt(cell.x, cell.y))
        .join("");
      nodes.push(drawing("path", { d, class: `region ${passes ? "wrong-pass" : "wrong-fail"}` }));
    }
    nodes.push(drawing("path", { d: pathOf(zeroLines(candidate)), class: "zero candidate" }));
  }
  nodes.push(drawing("path", { d: pathOf(zeroLines(truth)), class: "zero truth" }));
  return {
    nodes,
    notes: [
      everywhere("truth", truth),
      candidate === undefined
        ? "the candidate has one outcome in the whole box"
        : everywhere("the candidate", candidate),
    ].filter((note) => note !== ""),
  };
}

/** The marks of the starts, disagreements on top; faint where far from the slice. */
export function drawStarts(data: MapData, policy: MapPolicy, slice: Slice): readonly SVGElement[] {
  const marks = data.starts.map(({ at }, index) => {
    const kind = kindAt(policy, index);
    const far = Math.max(
      0,
      ...at.map((value, d) => (d === slice.x || d === slice.y ? 0 : Math.abs(value - slice.at[d]!))),
    );
    const node = drawing(
      "svg",
      { x: `${100 * at[slice.x]!}%`, y: `${100 * (1 - at[slice.y]!)}%`, overflow: "visible" },
      drawing("path", {
        d: KIND_SHAPES[kind],
        class: `mark ${kind}`,
        opacity: Math.max(0.25, 1 - 1.5 * far).toFixed(2),
        "data-start": data.starts[index]!.start,
      }),
    );
    return { flip: isFlip(kind), node };
  });
  return marks.sort((a, b) => Number(a.flip) - Number(b.flip)).map(({ node }) => node);
}

function pathOf(lines: readonly (readonly Point[])[]): string {
  return lines
    .map(
      (line) =>
        `M${line.map(([x, y]) => `${(x * SIZE).toFixed(1)} ${((1 - y) * SIZE).toFixed(1)}`).join("L")}`,
    )
    .join("");
}

function squareAt(column: number, row: number): string {
  const unit = SIZE / CELLS;
  return `M${(column * unit).toFixed(1)} ${(SIZE - (row + 1) * unit).toFixed(1)}h${unit.toFixed(2)}v${unit.toFixed(2)}h-${unit.toFixed(2)}z`;
}

function everywhere(who: string, values: Float64Array): string {
  const passes = values[0]! > 0;
  return values.every((value) => value > 0 === passes)
    ? `${who} ${passes ? "succeeds" : "fails"} everywhere in this slice`
    : "";
}
