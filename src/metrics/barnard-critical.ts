import { barnard } from "./barnard.ts";

/**
 * The smallest |z| of the pooled Wald statistic that Barnard's two-sided test decides at α with these numbers of
 * trials: tables of the same size are then decided by comparing z, as a bootstrap must, thousands of times. Infinity
 * where no table is extreme enough. Kept by counts.
 */
export function barnardCritical(trialsA: number, trialsB: number, alpha: number): number {
  const key = `${Math.min(trialsA, trialsB)} ${Math.max(trialsA, trialsB)} ${alpha}`;
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  const found = search(trialsA, trialsB, alpha);
  KNOWN.set(key, found);
  return found;
}

const KNOWN = new Map<string, number>();

/** Pooled Wald statistic of two rates; 0 where they are the same. */
export function waldZ(rateA: number, trialsA: number, rateB: number, trialsB: number): number {
  if (rateA === rateB) return 0;
  const pooled = (rateA * trialsA + rateB * trialsB) / (trialsA + trialsB);
  return (rateA - rateB) / Math.sqrt(pooled * (1 - pooled) * (1 / trialsA + 1 / trialsB));
}

/** p falls as |z| grows, so bisection over the tables in order of z finds the first that is decided. */
function search(n: number, m: number, alpha: number): number {
  const tables: { x: number; y: number; z: number }[] = [];
  for (let x = 0; x <= n; x++) {
    for (let y = 0; y <= m; y++) {
      const z = Math.abs(waldZ(x / n, n, y / m, m));
      if (z > 0) tables.push({ x, y, z });
    }
  }
  tables.sort((one, other) => one.z - other.z);
  let [low, high] = [0, tables.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { x, y } = tables[middle]!;
    if (barnard({ a: { successes: x, trials: n }, b: { successes: y, trials: m } }) <= alpha) high = middle;
    else low = middle + 1;
  }
  // Tables that tie in exact numbers may differ in the last digits of z.
  return low === tables.length ? Infinity : tables[low]!.z * (1 - 1e-9);
}
