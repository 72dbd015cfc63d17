/** Does what is pushed move, and only then? Of bodies in a plane that are capsules and keep their direction. Lengths are in one unit: m, or pixels. */

/** One body of one rollout. */
export interface BodyTrack {
  readonly name: string;
  /** Half the distance between its two centres along `angleRad`, and its radius. A disc has 0 and its radius. */
  readonly halfLength: number;
  readonly angleRad: number;
  readonly radius: number;
  /** Whether it moves only if something moves it. */
  readonly passive: boolean;
  /** x, y of every step. */
  readonly position: ArrayLike<number>;
  /** 1 for steps at which it is in sight; absent: at all. */
  readonly seen?: ArrayLike<number>;
}

export interface ContactOptions {
  /** What lies still may seem to move by this much. */
  readonly still: number;
  /** Bodies nearer than this may touch, and deeper in one another than this cannot be. */
  readonly touch: number;
  /** So long a body lies still before it moves, and moves before it is said to. */
  readonly settleSteps: number;
}

/** Of one rollout. */
export interface ContactCounts {
  /** How often a body at rest begins to move in sight of all others, and how often nothing touches it then. */
  readonly begins: number;
  readonly uncaused: number;
  /** (Passive body, step)s at which something touches it, and those at which that is deep inside of it. */
  readonly touched: number;
  readonly pierced: number;
}

export function contactCounts(bodies: readonly BodyTrack[], options: ContactOptions): ContactCounts {
  const counts = { begins: 0, uncaused: 0, touched: 0, pierced: 0 };
  for (const body of bodies) {
    if (!body.passive) continue;
    const others = bodies.filter((other) => other !== body);
    addBegins(body, others, options, counts);
    for (let step = 0; step < stepsOf(body); step++) {
      const near = nearest(body, others, step);
      if (near === undefined || near > options.touch) continue;
      counts.touched++;
      if (near < -options.touch) counts.pierced++;
    }
  }
  return counts;
}

/** Farthest from where it was at first, among the steps at which it is in sight. */
export function excursion(body: Pick<BodyTrack, "position" | "seen">): number {
  let most = 0;
  for (let step = 0; step < stepsOf(body); step++) {
    if (isSeen(body, step)) most = Math.max(most, moved(body, 0, step));
  }
  return most;
}

function addBegins(
  body: BodyTrack,
  others: readonly BodyTrack[],
  { still, touch, settleSteps }: ContactOptions,
  counts: { begins: number; uncaused: number },
): void {
  const last = stepsOf(body) - 1 - settleSteps;
  for (let step = settleSteps; step <= last; step++) {
    const [before, after] = [step - settleSteps, step + settleSteps];
    if (moved(body, before, step) > still || moved(body, step, after) <= 2 * still) continue;
    const window = Array.from({ length: settleSteps + 1 }, (_, i) => step + i);
    if (!isSeen(body, before) || !window.every((one) => isSeen(body, one))) continue;
    const touches = window.some((one) => (nearest(body, others, one) ?? Infinity) <= touch);
    // What is out of sight may be what touched it.
    if (touches || others.every((other) => window.every((one) => isSeen(other, one)))) {
      counts.begins++;
      if (!touches) counts.uncaused++;
    }
    step = after;
  }
}

/** From the edge of a body to that of the nearest other in sight; below 0: so deep inside. Undefined: none is in sight. */
function nearest(body: BodyTrack, others: readonly BodyTrack[], step: number): number | undefined {
  if (!isSeen(body, step)) return undefined;
  let least: number | undefined;
  for (const other of others) {
    if (!isSeen(other, step)) continue;
    const gap = betweenSegments(ends(body, step), ends(other, step)) - body.radius - other.radius;
    if (least === undefined || gap < least) least = gap;
  }
  return least;
}

type Point = readonly [x: number, y: number];
type Segment = readonly [Point, Point];

function ends({ position, halfLength, angleRad }: BodyTrack, step: number): Segment {
  const [x, y] = [position[2 * step]!, position[2 * step + 1]!];
  const [dx, dy] = [halfLength * Math.cos(angleRad), halfLength * Math.sin(angleRad)];
  return [
    [x - dx, y - dy],
    [x + dx, y + dy],
  ];
}

/** Two segments of a plane are nearest at an end of one of them, unless they cross. */
function betweenSegments(a: Segment, b: Segment): number {
  if (cross(a, b)) return 0;
  return Math.min(toSegment(a[0], b), toSegment(a[1], b), toSegment(b[0], a), toSegment(b[1], a));
}

function cross([a, b]: Segment, [c, d]: Segment): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

function side([ax, ay]: Point, [bx, by]: Point, [x, y]: Point): number {
  return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
}

function toSegment([x, y]: Point, [[ax, ay], [bx, by]]: Segment): number {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

function moved({ position }: Pick<BodyTrack, "position">, from: number, to: number): number {
  return Math.hypot(position[2 * to]! - position[2 * from]!, position[2 * to + 1]! - position[2 * from + 1]!);
}

function isSeen({ seen }: Pick<BodyTrack, "seen">, step: number): boolean {
  return seen === undefined || seen[step]! >= 0.5;
}

function stepsOf({ position }: Pick<BodyTrack, "position">): number {
  return position.length / 2;
}
