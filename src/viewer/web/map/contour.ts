import { CELLS, SIDE } from "./surface.ts";

/** A point of the slice in [0, 1]², y upwards. */
export type Point = readonly [x: number, y: number];

interface Piece {
  readonly ends: readonly [string, string];
  used: boolean;
}

/** Marching squares: where a slice changes its sign, as lines whose pieces are joined so that dashes run on. */
export function zeroLines(values: Float64Array): readonly (readonly Point[])[] {
  const pieces: Piece[] = [];
  const at = new Map<string, Piece[]>();
  const points = new Map<string, Point>();
  for (let row = 0; row < CELLS; row++) {
    for (let column = 0; column < CELLS; column++) {
      const cuts = cutsOf(values, row, column);
      for (let k = 0; k + 1 < cuts.length; k += 2) {
        const ends = [keyOf(cuts[k]!), keyOf(cuts[k + 1]!)] as const;
        const piece: Piece = { ends, used: false };
        pieces.push(piece);
        ends.forEach((end, side) => {
          points.set(end, cuts[k + side]!);
          at.set(end, [...(at.get(end) ?? []), piece]);
        });
      }
    }
  }
  const follow = (from: string): string[] => {
    const line: string[] = [];
    for (let end = from; ;) {
      const next = at.get(end)?.find(({ used }) => !used);
      if (next === undefined) return line;
      next.used = true;
      end = next.ends[0] === end ? next.ends[1] : next.ends[0];
      line.push(end);
    }
  };
  const lines: Point[][] = [];
  for (const piece of pieces) {
    if (piece.used) continue;
    piece.used = true;
    const line = [...follow(piece.ends[0]).reverse(), ...piece.ends, ...follow(piece.ends[1])];
    lines.push(line.map((end) => points.get(end)!));
  }
  return lines;
}

const CORNERS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as const;

/** Where the edges of one cell are cut, by linear interpolation; none, two or four points. */
function cutsOf(values: Float64Array, row: number, column: number): Point[] {
  const corners = CORNERS.map(([dx, dy]) => ({
    x: column + dx,
    y: row + dy,
    value: values[(row + dy) * SIDE + column + dx]!,
  }));
  return corners.flatMap((a, k): Point[] => {
    const b = corners[(k + 1) % 4]!;
    if (a.value > 0 === b.value > 0) return [];
    // The same end first from both cells that share the edge, so that the two cuts are the same to the bit.
    const [low, high] = a.x + a.y < b.x + b.y ? [a, b] : [b, a];
    const share = low.value / (low.value - high.value);
    return [[(low.x + share * (high.x - low.x)) / CELLS, (low.y + share * (high.y - low.y)) / CELLS]];
  });
}

function keyOf([x, y]: Point): string {
  return `${x.toFixed(7)} ${y.toFixed(7)}`;
}

/** Cells (lower left corner, in cells) in which the candidate's surface has the other sign. */
export function wrongCells(
  truth: Float64Array,
  candidate: Float64Array,
): readonly { readonly x: number; readonly y: number; readonly passes: boolean }[] {
  const middle = (values: Float64Array, at: number): number =>
    values[at]! + values[at + 1]! + values[at + SIDE]! + values[at + SIDE + 1]!;
  const wrong: { x: number; y: number; passes: boolean }[] = [];
  for (let y = 0; y < CELLS; y++) {
    for (let x = 0; x < CELLS; x++) {
      const at = y * SIDE + x;
      const passes = middle(candidate, at) > 0;
      if (middle(truth, at) > 0 !== passes) wrong.push({ x, y, passes });
    }
  }
  return wrong;
}
