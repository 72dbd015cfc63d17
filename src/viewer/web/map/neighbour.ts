import type { Point } from "./contour.ts";

/**
 * The nearest point in a direction: ahead counts once, aside twice, so that a key goes where the eye expects it to.
 * Undefined where there is none.
 */
export function neighbour(
  points: readonly Point[],
  from: number,
  [dx, dy]: readonly [number, number],
): number | undefined {
  const here = points[from];
  if (here === undefined) return points.length > 0 ? 0 : undefined;
  let best: number | undefined;
  let least = Infinity;
  points.forEach(([x, y], i) => {
    const [right, up] = [x - here[0], y - here[1]];
    const ahead = right * dx + up * dy;
    const aside = Math.abs(right * dy) + Math.abs(up * dx);
    if (i === from || ahead <= 1e-9 || aside > 2 * ahead) return;
    const cost = ahead + 2 * aside;
    if (cost < least) [best, least] = [i, cost];
  });
  return best;
}

/** The point nearest to a place, if it is within `reach`. */
export function nearestPoint(points: readonly Point[], [x, y]: Point, reach: number): number | undefined {
  let best: number | undefined;
  let least = reach;
  points.forEach((point, i) => {
    const away = Math.hypot(point[0] - x, point[1] - y);
    if (away < least) [best, least] = [i, away];
  });
  return best;
}
