import { conformalMinimum, conformalRank } from "./conformal.ts";
import type { ErrorWindow } from "./error-window.ts";
import { undefinedEstimate } from "./estimate.ts";
import { firstCrossing, type Horizon, type HorizonOptions } from "./horizon.ts";

export interface ConformalHorizonOptions extends HorizonOptions {
  /** The promise holds with probability ≥ 1 − alpha. */
  readonly alpha: number;
}

/**
 * Conformal horizon: the last time up to which, with probability ≥ 1 − α, the worst component of a new rollout stays
 * below its tolerance the whole way (split-conformal quantile of each window's running maximum < 1). Exact for
 * exchangeable windows (one per start); windows that overlap or share a start make the promise approximate.
 */
export function conformalHorizon(windows: readonly ErrorWindow[], options: ConformalHorizonOptions): Horizon {
  const { alpha } = options;
  const count = windows.length;
  if (conformalRank(count, alpha) > count) {
    return undefinedEstimate(
      `${count} windows cannot promise ${1 - alpha}: ${conformalMinimum(alpha)} are needed`,
      count,
    );
  }
  const series = windows.map(({ cluster, worst }) => {
    let peak = 0;
    return { cluster, error: worst.map((error) => (peak = Math.max(peak, error))) };
  });
  return firstCrossing(series, {
    ...options,
    name: "conformal horizon",
    report: "before",
    exceeds: (error) => error >= 1,
    crossed: (over, n) => {
      const rank = conformalRank(n, alpha);
      if (rank > n) return "unknown";
      return n - over < rank ? "yes" : "no";
    },
  });
}
