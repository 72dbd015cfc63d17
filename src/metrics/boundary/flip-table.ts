import { type Estimate } from "../estimate.ts";
import { clusteredRate } from "../rate.ts";

/** What one change did to the outcome, in truth and in the candidate. */
export interface Counterfactual {
  readonly truthFlips: boolean;
  readonly candidateFlips: boolean;
  /** Changes of one start are resampled together. */
  readonly cluster: string | number;
}

/** For the same change, does the outcome flip in both worlds? */
export interface FlipTable {
  readonly both: number;
  readonly truthOnly: number;
  readonly candidateOnly: number;
  readonly neither: number;
  /** Share of the changes on which the two worlds agree. */
  readonly agreement: Estimate;
  /** Share of truth's flips that the candidate shows. */
  readonly found: Estimate;
  /** Share of the candidate's flips that truth shows. */
  readonly real: Estimate;
}

export function flipTable(changes: readonly Counterfactual[], confidence = 0.95): FlipTable {
  const count = (truth: boolean, candidate: boolean): number =>
    changes.filter((one) => one.truthFlips === truth && one.candidateFlips === candidate).length;
  const share = (
    among: (one: Counterfactual) => boolean,
    hit: (one: Counterfactual) => boolean,
    whenEmpty: string,
  ): Estimate => {
    const clusters = new Map<string | number, { hits: number; trials: number }>();
    for (const one of changes.filter(among)) {
      const { hits, trials } = clusters.get(one.cluster) ?? { hits: 0, trials: 0 };
      clusters.set(one.cluster, { hits: hits + (hit(one) ? 1 : 0), trials: trials + 1 });
    }
    return clusteredRate(clusters.values(), whenEmpty, confidence);
  };
  return {
    both: count(true, true),
    truthOnly: count(true, false),
    candidateOnly: count(false, true),
    neither: count(false, false),
    agreement: share(
      () => true,
      (one) => one.truthFlips === one.candidateFlips,
      "no change was rolled out in both worlds",
    ),
    found: share(
      (one) => one.truthFlips,
      (one) => one.candidateFlips,
      "no change flips the outcome in truth",
    ),
    real: share(
      (one) => one.candidateFlips,
      (one) => one.truthFlips,
      "no change flips the outcome in the candidate",
    ),
  };
}
