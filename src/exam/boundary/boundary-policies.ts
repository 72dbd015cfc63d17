import type { ExamRun } from "../axis.ts";
import type { PolicyRef } from "../contract.ts";
import type { Pair } from "../pairs.ts";

/** A policy whose boundary can be looked at: truth both succeeds and fails under it. */
export interface BoundaryPolicy {
  readonly policy: PolicyRef;
  /** Rollouts with an outcome in truth, in order of the panel. */
  readonly pairs: readonly Pair[];
}

/** A policy that ends the same way from every start: it has no boundary in this box. */
export interface OneSidedPolicy {
  readonly policy: string;
  /** Null: no rollout of truth gave an outcome. */
  readonly outcome: "success" | "failure" | null;
  /** How often the candidate ends otherwise. */
  readonly candidateDiffers: number;
  readonly n: number;
}

export function boundaryPolicies({ contract, pairs }: ExamRun): {
  readonly scored: readonly BoundaryPolicy[];
  readonly oneSided: readonly OneSidedPolicy[];
} {
  const scored: BoundaryPolicy[] = [];
  const oneSided: OneSidedPolicy[] = [];
  for (const policy of contract.policies) {
    const own = pairs.filter((pair) => pair.policy === policy.name && pair.truthOutcome.kind !== "fault");
    const successes = own.filter(({ truthOutcome }) => truthOutcome.kind === "success").length;
    if (successes > 0 && successes < own.length) {
      scored.push({ policy, pairs: own });
      continue;
    }
    oneSided.push({
      policy: policy.name,
      outcome: own.length === 0 ? null : successes > 0 ? "success" : "failure",
      candidateDiffers: own.filter(
        ({ truthOutcome, candidateOutcome }) => truthOutcome.kind !== candidateOutcome.kind,
      ).length,
      n: own.length,
    });
  }
  return { scored, oneSided };
}
