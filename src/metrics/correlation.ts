/**
 * How alike two lists of numbers vary, −1 … 1. NaN where it has no value: fewer than two entries, or one list
 * constant. All three are symmetric in their arguments.
 */

/** Pearson's product-moment correlation. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  let [meanX, meanY] = [0, 0];
  for (let i = 0; i < n; i++) {
    meanX += x[i]! / n;
    meanY += y[i]! / n;
  }
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const dx = x[i]! - meanX;
    const dy = y[i]! - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  // What a constant list leaves is rounding: a spread of an ulp is no spread.
  if (isNothing(xx, meanX, n) || isNothing(yy, meanY, n)) return NaN;
  return Math.min(1, Math.max(-1, xy / Math.sqrt(xx * yy)));
}

/** Spearman's rank correlation: Pearson's of the mid-ranks. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return pearson(midRanks(x), midRanks(y));
}

/** Kendall's τ-b: concordant less discordant pairs, over the geometric mean of the pairs untied in each list. */
export function kendallTauB(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let [balance, untiedX, untiedY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const a = Math.sign(x[i]! - x[j]!);
      const b = Math.sign(y[i]! - y[j]!);
      balance += a * b;
      untiedX += a * a;
      untiedY += b * b;
    }
  }
  return untiedX === 0 || untiedY === 0 ? NaN : balance / Math.sqrt(untiedX * untiedY);
}

/** Ranks from 1; ties share the mean of theirs. */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const ranks = new Float64Array(values.length);
  const order = Array.from(ranks.keys()).sort((a, b) => values[a]! - values[b]!);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let k = from; k < to; k++) ranks[order[k]!] = (from + 1 + to) / 2;
  }
  return ranks;
}

function isNothing(squares: number, mean: number, n: number): boolean {
  return !(squares > n * (4 * Number.EPSILON * Math.abs(mean)) ** 2);
}
