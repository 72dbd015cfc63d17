import { inputError } from "../core/errors.ts";
import type { Interval } from "./estimate.ts";
import { twoSidedZ } from "./normal.ts";

/**
 * Wilson score interval of a rate (Wilson 1927), without continuity correction. 0 ≤ successes ≤ trials; neither needs
 * to be whole, so that an effective number of trials can be given. @throws SimgateError if trials = 0.
 */
export function wilson(successes: number, trials: number, confidence = 0.95): Interval {
  checkCounts(successes, trials);
  const z = twoSidedZ(confidence);
  const rate = successes / trials;
  const centre = successes + (z * z) / 2;
  const half = z * Math.sqrt(trials * rate * (1 - rate) + (z * z) / 4);
  const lower = successes === 0 ? 0 : (centre - half) / (trials + z * z);
  const upper = successes === trials ? 1 : (centre + half) / (trials + z * z);
  return [Math.max(0, lower), Math.min(1, upper)];
}

/** @throws SimgateError unless 0 ≤ successes ≤ trials and trials > 0. */
export function checkCounts(successes: number, trials: number): void {
  if (!(trials > 0 && successes >= 0 && successes <= trials)) {
    throw inputError("a rate needs successes and trials", {
      expected: "0 ≤ successes ≤ trials, trials > 0",
      got: `${successes} of ${trials}`,
    });
  }
}
