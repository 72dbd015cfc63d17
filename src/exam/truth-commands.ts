import type { Start, Trace } from "../core/trace.ts";
import type { RecordedActions } from "../rollout/open-loop.ts";
import type { ExamRun } from "./axis.ts";

/** At most this many starts: with all of them right, Wilson's lower bound is then 0.97. */
const MOST_STARTS = 128;

/** What truth was commanded from a start, to be given to the candidate open loop. */
export interface CommandedStart {
  readonly start: Start;
  readonly policy: string;
  readonly truth: Trace;
  readonly actions: RecordedActions;
}

/**
 * The commands of one closed-loop rollout of truth a start, the policies in turn, for the first starts of the panel.
 * Whoever asks for rollouts of the same commands shares them.
 */
export function truthCommands({ contract, pairs }: ExamRun): readonly CommandedStart[] {
  const { panel, policies } = contract;
  return panel
    .map((start, i): CommandedStart => {
      const { truth, policy } = pairs[(i % policies.length) * panel.length + i]!;
      return { start, policy, truth, actions: { steps: truth.steps, columns: truth.appliedAction } };
    })
    .filter(({ truth }) => truth.steps > 0)
    .slice(0, MOST_STARTS);
}
