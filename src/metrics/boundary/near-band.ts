/** What the choice of a band looks at. */
export interface Margin {
  /** Truth's, in tolerances. */
  readonly margin: number;
  readonly start: number;
  readonly policy: string;
}

export interface NearBand<T> {
  readonly near: readonly T[];
  /** True: too few starts lie within δ, and the nearest margins of either outcome were taken instead. */
  readonly widened: boolean;
}

/** Starts wanted on either side of the boundary. */
const LEAST_STARTS = 12;
/** Share of either outcome's rollouts that is near where δ is too narrow. */
const NEAREST_SHARE = 1 / 5;

/**
 * The rollouts near truth's boundary: |margin| < δ. Margins often jump there (what falls, falls all the way), so that
 * next to nothing lies within δ, or all of it on one side. Then those with the smallest margins are near instead: of each
 * policy, a fifth of its successes and a fifth of its failures, and more until either side has 12 starts.
 * @param all rollouts of policies that both succeed and fail in truth.
 */
export function nearBand<T extends Margin>(all: readonly T[], delta: number): NearBand<T> {
  const within = all.filter(({ margin }) => Math.abs(margin) < delta);
  const sides = [(one: T) => one.margin > 0, (one: T) => one.margin <= 0];
  if (sides.every((side) => startsOf(within.filter(side)) >= LEAST_STARTS))
    return { near: within, widened: false };
  const near = new Set(sides.flatMap((side) => nearest(all.filter(side))));
  return { near: all.filter((one) => near.has(one)), widened: true };
}

function nearest<T extends Margin>(side: readonly T[]): readonly T[] {
  const policies = [...new Set(side.map(({ policy }) => policy))].map((policy) =>
    side
      .filter((one) => one.policy === policy)
      .sort((a, b) => Math.abs(a.margin) - Math.abs(b.margin) || a.start - b.start),
  );
  const taken = policies.flatMap((own) => own.slice(0, Math.ceil(own.length * NEAREST_SHARE)));
  // Round by round, one more of each policy.
  for (let more = 0; startsOf(taken) < LEAST_STARTS && taken.length < side.length; more++) {
    for (const own of policies) {
      const next = own[Math.ceil(own.length * NEAREST_SHARE) + more];
      if (next !== undefined) taken.push(next);
    }
  }
  return taken;
}

function startsOf(all: readonly Margin[]): number {
  return new Set(all.map(({ start }) => start)).size;
}
