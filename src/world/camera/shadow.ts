type Point = readonly [x: number, y: number];

/**
 * What a convex thing hides from an eye in the plane: the thing itself and all that lies behind it, as far as `far`, as the
 * corners of a convex polygon. Empty where the eye is inside.
 */
export function hiddenBehind(eye: Point, corners: readonly Point[], far: number): Point[] {
  const beyond = corners.map(([x, y]): Point => {
    const [dx, dy] = [x - eye[0], y - eye[1]];
    const scale = far / Math.sqrt(dx * dx + dy * dy);
    return [eye[0] + dx * scale, eye[1] + dy * scale];
  });
  const inside = turns(eye, corners);
  return inside ? [] : convexHull([...corners, ...beyond]);
}

/** Whether a point sees the corners all round it. */
function turns([x, y]: Point, corners: readonly Point[]): boolean {
  const sides = corners.map(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length]!;
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
  });
  return sides.every((side) => side >= 0) || sides.every((side) => side <= 0);
}

/** Going round once (Andrew's monotone chain, 1979). */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort(([ax, ay], [bx, by]) => ax - bx || ay - by);
  const half = (list: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of list) {
      while (chain.length > 1 && !leftTurn(chain.at(-2)!, chain.at(-1)!, point)) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function leftTurn([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): boolean {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0;
}
