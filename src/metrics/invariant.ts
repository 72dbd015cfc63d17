/** What a quantity may do over a rollout. */
export interface InvariantRule {
  readonly rule: "conserved" | "increasing" | "decreasing";
  /** Largest departure that breaks nothing, in the unit of the quantity. */
  readonly tolerance: number;
}

export interface InvariantBreaks {
  /** 1 for every step after which the quantity has departed from its rule. */
  readonly steps: Uint8Array;
  /** Infinity where the quantity has no value. */
  readonly largest: number;
}

/**
 * The steps of one rollout at whose end a quantity is further than its tolerance from what it was at the start
 * (conserved), or from the furthest it had come before (monotone). A slow leak is thus found once it has added up.
 * @param values the quantity at steps 0 … n
 */
export function invariantBreaks(values: Float64Array, { rule, tolerance }: InvariantRule): InvariantBreaks {
  const count = Math.max(0, values.length - 1);
  const steps = new Uint8Array(count);
  const sign = rule === "decreasing" ? -1 : 1;
  let reference = values[0] ?? NaN;
  let largest = 0;
  for (let row = 1; row <= count; row++) {
    const value = values[row]!;
    const gap = rule === "conserved" ? Math.abs(value - reference) : sign * (reference - value);
    const departure = Number.isNaN(gap) ? Infinity : gap;
    if (departure > largest) largest = departure;
    if (departure > tolerance) steps[row - 1] = 1;
    if (rule !== "conserved" && gap < 0) reference = value;
  }
  return { steps, largest };
}
