import type { Outcome, Start } from "../../core/trace.ts";
import type { ExamRun } from "../axis.ts";
import type { PolicyRef, WorldRef } from "../contract.ts";

/** Starts whose outcome is wanted under a policy in a world. */
export interface Ask {
  readonly policy: PolicyRef;
  readonly world: WorldRef;
  readonly starts: readonly Start[];
}

/** Rolls out what is asked, all at once, and judges it: one list of outcomes an ask, in the order of its starts. */
export async function outcomesAt(
  { contract, judge, rollouts }: ExamRun,
  asks: readonly Ask[],
): Promise<readonly (readonly Outcome[])[]> {
  const traces = await rollouts.run(
    asks.map(({ policy, world, starts }) => ({
      world,
      drive: { kind: "policy", policy },
      starts,
      horizonSteps: contract.scenario.horizonSteps,
    })),
  );
  return traces.map((list) => list.map((trace) => judge.outcome(trace)));
}
