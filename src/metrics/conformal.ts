import { inputError } from "../core/errors.ts";
import { type Estimate, undefinedEstimate } from "./estimate.ts";
import { sorted } from "./quantile.ts";

/**
 * Which order statistic of n scores a new one stays at or below with probability ≥ 1 − α, whatever the distribution,
 * if all n + 1 are exchangeable: ⌈(n + 1)(1 − α)⌉ (split conformal prediction; Vovk 2005, Lei et al. 2018). A rank
 * above n means that n scores cannot promise that much.
 */
export function conformalRank(n: number, alpha: number): number {
  if (!(alpha > 0 && alpha < 1))
    throw inputError("alpha is a probability", { expected: "0 < alpha < 1", got: `${alpha}` });
  // The product is exact up to rounding: 20 × 0.9 must give 18, not 19.
  return Math.ceil((n + 1) * (1 - alpha) - 1e-9);
}

/** Scores needed before a promise at this α is possible: 9 for α = 0.1. */
export function conformalMinimum(alpha: number): number {
  return Math.ceil(1 / alpha - 1 - 1e-9);
}

/** The split-conformal 1 − α quantile; undefined for too few scores. */
export function conformalQuantile(scores: ArrayLike<number>, alpha: number): Estimate {
  const n = scores.length;
  const rank = conformalRank(n, alpha);
  if (rank > n) {
    return undefinedEstimate(
      `${n} scores cannot promise ${1 - alpha}: ${conformalMinimum(alpha)} are needed`,
      n,
    );
  }
  const value = sorted(scores)[rank - 1]!;
  return Number.isFinite(value) ? { value, n } : undefinedEstimate("too many scores are infinite", n);
}
