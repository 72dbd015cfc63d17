import type { Interval } from "./estimate.ts";

/** Mean of |error| over the policies: how far off the candidate's success rates are. */
export function meanAbsoluteError(truth: ArrayLike<number>, candidate: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < truth.length; i++) sum += Math.abs(truth[i]! - candidate[i]!);
  return sum / truth.length;
}

/**
 * Interval of the mean absolute error from intervals of the single errors. A bootstrap would not do: |error| cannot
 * be negative, so its replicates all lie above a true error of 0. The upper end is the mean of the farthest ends of
 * intervals at the confidence asked, the lower end that of the nearest points to 0 of intervals that hold all at once
 * (Bonferroni). Both assume the worst about how the errors depend on each other, so it covers more than asked.
 * @param errorsAt an interval of each policy's error at a level of confidence
 */
export function meanAbsoluteErrorInterval(
  errorsAt: (confidence: number) => readonly Interval[],
  confidence: number,
): Interval {
  const single = errorsAt(confidence);
  const joint = errorsAt(1 - (1 - confidence) / single.length);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, one) => sum + one, 0) / values.length;
  return [
    mean(joint.map(([lower, upper]) => Math.max(0, lower, -upper))),
    Math.min(1, mean(single.map(([lower, upper]) => Math.max(Math.abs(lower), Math.abs(upper))))),
  ];
}
