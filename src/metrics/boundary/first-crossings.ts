export interface CrossingOptions {
  /** Evenly spaced points looked at along every ray, its end the last. */
  readonly scan: number;
  /** Halvings of the interval in which the outcome changed. */
  readonly bisections: number;
}

/** A point on a ray: `at` is the fraction of its length. */
export interface RayQuery {
  readonly ray: number;
  readonly at: number;
}

/** Where the outcome first changes along each ray, as a fraction of its length; null: it does not. */
export type Crossings = readonly (number | null)[];

/**
 * Follows rays until the outcome at their origin changes, then halves the interval. Asks for the outcomes of many
 * points at once, so that whoever answers may roll them out together; see {@link crossingsOf} for a plain function.
 * A region that a ray leaves and enters again between two scanned points goes unseen.
 * @param origin outcome at the origin of each ray.
 */
export function* firstCrossings(
  origin: readonly boolean[],
  { scan, bisections }: CrossingOptions,
): Generator<readonly RayQuery[], Crossings, readonly boolean[]> {
  const scanned = origin.flatMap((_, ray) =>
    Array.from({ length: scan }, (_, k): RayQuery => ({ ray, at: (k + 1) / scan })),
  );
  const outcomes = yield scanned;
  const low = new Float64Array(origin.length);
  const high = new Float64Array(origin.length).fill(NaN);
  for (let ray = 0; ray < origin.length; ray++) {
    for (let k = 0; k < scan && Number.isNaN(high[ray]); k++) {
      const at = (k + 1) / scan;
      if (outcomes[ray * scan + k] === origin[ray]) low[ray] = at;
      else high[ray] = at;
    }
  }
  const open = origin.flatMap((_, ray) => (Number.isNaN(high[ray]) ? [] : [ray]));
  for (let k = 0; k < bisections && open.length > 0; k++) {
    const middles = open.map((ray): RayQuery => ({ ray, at: (low[ray]! + high[ray]!) / 2 }));
    const found = yield middles;
    middles.forEach(({ ray, at }, i) => {
      if (found[i] === origin[ray]) low[ray] = at;
      else high[ray] = at;
    });
  }
  return origin.map((_, ray) => (Number.isNaN(high[ray]) ? null : (low[ray]! + high[ray]!) / 2));
}

/** A straight way through the space of starts. */
export interface Ray {
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
}

export function pointOn({ from, to }: Ray, at: number): Float64Array {
  return Float64Array.from({ length: from.length }, (_, d) => from[d]! + at * (to[d]! - from[d]!));
}

export function lengthOf({ from, to }: Ray): number {
  let squares = 0;
  for (let d = 0; d < from.length; d++) squares += (to[d]! - from[d]!) ** 2;
  return Math.sqrt(squares);
}

/** {@link firstCrossings} of a region given as a function. */
export function crossingsOf(
  succeeds: (point: Float64Array) => boolean,
  rays: readonly Ray[],
  options: CrossingOptions,
): Crossings {
  const search = firstCrossings(
    rays.map(({ from }) => succeeds(Float64Array.from(from))),
    options,
  );
  let step = search.next();
  while (step.done !== true) {
    step = search.next(step.value.map(({ ray, at }) => succeeds(pointOn(rays[ray]!, at))));
  }
  return step.value;
}
