/**
 * Evidence that may be looked at after every trial: under the null hypothesis the e-value exceeds 1 / α at any time
 * with probability α at most (Ville's inequality), so stopping when it does is no peeking. Here the null is "b is not
 * better than a".
 */
export interface EvidenceProcess {
  /** Takes in one trial of each and returns the e-value so far. */
  next(a: boolean, b: boolean): number;
  readonly eValue: number;
  /** 1 ÷ the largest e-value so far, at most 1: a p-value at any stopping time. */
  readonly p: number;
}

/**
 * Two independent proportions, one trial of each a step (Turner & Grünwald 2023): the likelihood ratio of the
 * estimates so far (posterior means under Beta(1, 2) for a and Beta(2, 1) for b) to their common mean. Where the
 * estimates do not favour b it does not bet. Trials of one step may depend on each other if that makes them more
 * alike.
 */
export function twoProportions(): EvidenceProcess {
  let [steps, hitsA, hitsB] = [0, 0, 0];
  return accumulate((a, b) => {
    const inA = (hitsA + 1) / (steps + 3);
    const inB = (hitsB + 2) / (steps + 3);
    const common = (inA + inB) / 2;
    steps++;
    if (a) hitsA++;
    if (b) hitsB++;
    if (inB <= inA) return 1;
    return (
      ((a ? inA : 1 - inA) / (a ? common : 1 - common)) * ((b ? inB : 1 - inB) / (b ? common : 1 - common))
    );
  });
}

/**
 * Two proportions measured from the same starts: only starts on which they differ tell, and under the null b wins
 * such a start with probability ½ at most, however the two depend on each other. Bets by the posterior mean under
 * Beta(2, 1), and never on a.
 */
export function pairedProportions(): EvidenceProcess {
  let [differ, wins] = [0, 0];
  return accumulate((a, b) => {
    if (a === b) return 1;
    const favour = Math.max(1 / 2, (wins + 2) / (differ + 3));
    differ++;
    if (b) wins++;
    return 2 * (b ? favour : 1 - favour);
  });
}

function accumulate(factor: (a: boolean, b: boolean) => number): EvidenceProcess {
  // In logarithms: a long and clear comparison would overflow.
  let [log, most] = [0, 0];
  return {
    next(a, b) {
      log += Math.log(factor(a, b));
      most = Math.max(most, log);
      return Math.exp(log);
    },
    get eValue() {
      return Math.exp(log);
    },
    get p() {
      return Math.exp(-most);
    },
  };
}
