type Triple = readonly [x: number, y: number, z: number];

/** A box along the axes, by opposite corners. */
export interface Box {
  readonly lower: Triple;
  readonly upper: Triple;
}

const AXES = [0, 1, 2] as const;

/** The smallest box along the outer axes around a box that stands turned by a unit quaternion (w, x, y, z) at a place. */
export function boxAround(
  { lower, upper }: Box,
  place: Triple,
  [w, x, y, z]: readonly [w: number, x: number, y: number, z: number],
): Box {
  const rows = [
    [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
  const corner = (sign: 1 | -1): Triple => {
    const [a, b, c] = AXES.map((i) => {
      let at = place[i];
      for (const k of AXES) {
        const turned = rows[i]![k]!;
        at += (turned * (lower[k] + upper[k]) + sign * Math.abs(turned) * (upper[k] - lower[k])) / 2;
      }
      return at;
    });
    return [a!, b!, c!];
  };
  return { lower: corner(-1), upper: corner(1) };
}

/** The smallest box around several. */
export function unionBox(boxes: readonly Box[]): Box {
  const corner = (of: (...values: number[]) => number, key: keyof Box): Triple => {
    const [a, b, c] = AXES.map((i) => of(...boxes.map((box) => box[key][i])));
    return [a!, b!, c!];
  };
  return { lower: corner(Math.min, "lower"), upper: corner(Math.max, "upper") };
}
