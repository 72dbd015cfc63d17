import { type Estimate, type Interval, isDefined } from "../metrics/estimate.ts";
import type { AxisResult, Measure } from "../report/result.ts";

/** An estimate the way a result carries it. */
export function measureOf(estimate: Estimate): Measure {
  return isDefined(estimate)
    ? { value: estimate.value, interval: pairOf(estimate.interval), n: estimate.n }
    : { undefined: estimate.undefined };
}

export function pairOf(interval: Interval | undefined): [number, number] | null {
  return interval === undefined ? null : [interval[0], interval[1]];
}

/**
 * The verdict of one axis: pass if its whole interval is at or above the threshold, fail if it is below, insufficient
 * if it straddles it. Without an interval the score alone decides.
 */
export function axisResult(score: Estimate, threshold: number, reason: string): AxisResult {
  if (!isDefined(score)) {
    return {
      score: null,
      interval: null,
      n: score.n,
      threshold,
      status: "undefined",
      reason: score.undefined,
    };
  }
  const [lower, upper] = score.interval ?? [score.value, score.value];
  const status = lower >= threshold ? "pass" : upper < threshold ? "fail" : "insufficient";
  const straddles =
    status === "insufficient"
      ? `; ${lower.toFixed(2)} … ${upper.toFixed(2)} straddles the ${threshold} required: more starts are needed`
      : "";
  return {
    score: score.value,
    interval: pairOf(score.interval),
    n: score.n,
    threshold,
    status,
    reason: reason + straddles,
  };
}

/** An axis that has no score here, with why. */
export function unscored(status: "not-applicable" | "undefined", reason: string): AxisResult {
  return { score: null, interval: null, n: 0, threshold: null, status, reason };
}
