import type { Outcome, Trace } from "../core/trace.ts";
import type { Judge } from "../scenario/judge.ts";
import type { Contract, PolicyRef } from "./contract.ts";
import type { RolloutRequest, Rollouts } from "./rollouts.ts";

/** The same policy from the same start, in truth and in the candidate. */
export interface Pair {
  readonly policy: string;
  /** Position in the panel. */
  readonly start: number;
  readonly truth: Trace;
  readonly candidate: Trace;
  readonly truthOutcome: Outcome;
  readonly candidateOutcome: Outcome;
}

/** Every policy from every start of the panel, closed loop, in both worlds; in order of policy, then start. */
export async function rollOutPairs(
  contract: Contract,
  rollouts: Rollouts,
  judge: Judge,
): Promise<readonly Pair[]> {
  const { policies, truth, candidate, panel, scenario } = contract;
  const request = (world: RolloutRequest["world"], policy: PolicyRef): RolloutRequest => ({
    world,
    drive: { kind: "policy", policy },
    starts: panel,
    horizonSteps: scenario.horizonSteps,
  });
  const traces = await rollouts.run([
    ...policies.map((policy) => request(truth, policy)),
    ...policies.map((policy) => request(candidate, policy)),
  ]);
  return policies.flatMap((policy, p) =>
    panel.map((start, i): Pair => {
      const truthTrace = traces[p]![i]!;
      const candidateTrace = traces[policies.length + p]![i]!;
      return {
        policy: policy.name,
        start: start.index,
        truth: truthTrace,
        candidate: candidateTrace,
        truthOutcome: judge.outcome(truthTrace),
        candidateOutcome: judge.outcome(candidateTrace),
      };
    }),
  );
}
