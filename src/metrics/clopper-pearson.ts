import { betaQuantile } from "./beta.ts";
import type { Interval } from "./estimate.ts";
import { checkCounts } from "./wilson.ts";

/** Exact binomial interval of a rate (Clopper & Pearson 1934): never covers less than asked, often more. */
export function clopperPearson(successes: number, trials: number, confidence = 0.95): Interval {
  checkCounts(successes, trials);
  const tail = (1 - confidence) / 2;
  return [
    successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
    successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes),
  ];
}
