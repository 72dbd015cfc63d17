import type { OutcomePair } from "./confusion.ts";
import { type Estimate, estimate, undefinedEstimate } from "./estimate.ts";
import { pairedDifferenceInterval } from "./paired-difference.ts";
import { rate } from "./rate.ts";

/** How often one policy succeeds in each world over the panel. Rollouts with a fault are no trials, but counted. */
export interface PolicySuccess {
  readonly policy: string;
  readonly truth: WorldSuccess;
  readonly candidate: WorldSuccess;
  /** Candidate − truth over the starts that both worlds judged: positive = the candidate flatters the policy. */
  readonly difference: Estimate;
}

export interface WorldSuccess {
  readonly successes: number;
  readonly trials: number;
  readonly faults: number;
  readonly rate: Estimate;
}

/** @param pairs one per policy and start. Policies come in the order of their first pair. */
export function successRates(pairs: readonly OutcomePair[], confidence = 0.95): PolicySuccess[] {
  const policies = [...new Set(pairs.map((pair) => pair.policy))];
  return policies.map((policy) => {
    const own = pairs.filter((pair) => pair.policy === policy);
    return {
      policy,
      truth: worldSuccess(
        own.map((pair) => pair.truth),
        confidence,
      ),
      candidate: worldSuccess(
        own.map((pair) => pair.candidate),
        confidence,
      ),
      difference: pairedDifference(own, confidence),
    };
  });
}

/** Successes among the outcomes of one world. */
export function worldSuccess(outcomes: readonly OutcomePair["truth"][], confidence = 0.95): WorldSuccess {
  const successes = outcomes.filter((outcome) => outcome === "success").length;
  const faults = outcomes.filter((outcome) => outcome === "fault").length;
  const trials = outcomes.length - faults;
  const reason = faults > 0 ? `all ${faults} rollouts faulted` : "no rollout";
  return { successes, trials, faults, rate: rate(successes, trials, reason, confidence) };
}

function pairedDifference(pairs: readonly OutcomePair[], confidence: number): Estimate {
  const judged = pairs.filter((pair) => pair.truth !== "fault" && pair.candidate !== "fault");
  if (judged.length === 0) return undefinedEstimate("no start was judged in both worlds");
  const count = (candidate: string, truth: string): number =>
    judged.filter((pair) => pair.candidate === candidate && pair.truth === truth).length;
  const counts = {
    both: count("success", "success"),
    firstOnly: count("success", "failure"),
    secondOnly: count("failure", "success"),
    neither: count("failure", "failure"),
  };
  const difference = (counts.firstOnly - counts.secondOnly) / judged.length;
  return estimate(difference, judged.length, pairedDifferenceInterval(counts, confidence), "newcombe-paired");
}
