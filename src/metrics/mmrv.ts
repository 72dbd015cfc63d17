/**
 * When the order of two policies counts as violated. `strict-greater`, as SIMPLER publishes it: one world says a > b
 * and the other does not, asked both ways, so that a tie of the candidate charges the better policy alone. `sign`:
 * the signs of the two differences are not the same, so that a tie in one world alone charges both.
 */
export type TieRule = "strict-greater" | "sign";

export interface RankViolation {
  /** Mean of `perPolicy`, in the unit of the rates; 0: no order is violated. NaN without policies. */
  readonly value: number;
  /** The largest |truth[i] − truth[j]| over the policies j whose order with i is violated. */
  readonly perPolicy: readonly number[];
}

/**
 * Mean maximum rank violation (Li et al. 2024, SIMPLER). Truth comes first: it is truth's difference that a wrong
 * order costs, so the two are not interchangeable.
 */
export function mmrv(
  truth: ArrayLike<number>,
  candidate: ArrayLike<number>,
  tieRule: TieRule = "strict-greater",
): RankViolation {
  const perPolicy = Array.from(truth, (rate, i) => {
    let worst = 0;
    for (let j = 0; j < truth.length; j++) {
      const inTruth = rate - truth[j]!;
      const inCandidate = candidate[i]! - candidate[j]!;
      const violated =
        tieRule === "sign" ? Math.sign(inTruth) !== Math.sign(inCandidate) : inTruth > 0 !== inCandidate > 0;
      if (violated) worst = Math.max(worst, Math.abs(inTruth));
    }
    return worst;
  });
  return { value: perPolicy.reduce((sum, one) => sum + one, 0) / perPolicy.length, perPolicy };
}
