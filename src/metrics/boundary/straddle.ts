import type { GaussianProcess } from "./gaussian-process.ts";

/** How many standard deviations a mean may lie from 0 and still be looked at (Bryan et al. 2005). */
export const STRADDLE = 1.96;

/** Acquisition 1.96 σ − |μ|: large where the sign is open, negative where it is settled. */
export function straddle(mean: number, standardDeviation: number): number {
  return STRADDLE * standardDeviation - Math.abs(mean);
}

export interface Batch {
  /** Positions in the pool, best first. */
  readonly chosen: readonly number[];
  /** Acquisition of each when it was chosen. */
  readonly scores: readonly number[];
}

/**
 * The points of a pool at which the sign of the function is most open, chosen one by one: after each, the process
 * believes its own mean there (kriging believer; Ginsbourger et al. 2010), which leaves all means as they are and takes
 * away the variance that the point would explain. So the points of a batch keep apart from each other.
 */
export function straddleBatch(
  process: GaussianProcess,
  pool: readonly ArrayLike<number>[],
  count: number,
): Batch {
  const { means, variances, halves } = process.posterior(pool);
  const { noise } = process.kernel;
  const chosen: number[] = [];
  const scores: number[] = [];
  /** Explained by points already chosen, as further components of the halves. */
  const further: Float64Array[] = [];
  while (chosen.length < Math.min(count, pool.length)) {
    let best = -1;
    let most = -Infinity;
    for (let i = 0; i < pool.length; i++) {
      const score = straddle(means[i]!, Math.sqrt(Math.max(0, variances[i]!)));
      if (score > most && !chosen.includes(i)) [best, most] = [i, score];
    }
    chosen.push(best);
    scores.push(most);
    const scale = Math.sqrt(Math.max(variances[best]!, 1e-12) + noise);
    const component = new Float64Array(pool.length);
    for (let i = 0; i < pool.length; i++) {
      let covariance = process.covariance(pool[i]!, pool[best]!);
      const [a, b] = [halves[i]!, halves[best]!];
      for (let k = 0; k < a.length; k++) covariance -= a[k]! * b[k]!;
      for (const other of further) covariance -= other[i]! * other[best]!;
      component[i] = covariance / scale;
      variances[i]! -= component[i]! ** 2;
    }
    further.push(component);
  }
  return { chosen, scores };
}
