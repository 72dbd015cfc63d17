import { messageOf, SimgateError } from "../core/errors.ts";
import type { Start, Trace } from "../core/trace.ts";
import type { Rollout } from "../rollout/lockstep.ts";
import { faultedResult, type JobResult, type RolloutJob } from "./job.ts";

/** A world that fails to begin so often in a row is given up: each try may take as long as its deadline. */
const GIVEN_UP_AFTER = 3;

/**
 * Rolls out as many starts at once as the world has lanes, one lot after the other. A lot that cannot be rolled out is
 * faulted, and the next is tried.
 * @param rollOut called with some of the starts and the place of their first among all.
 * @throws SimgateError `input`, `aborted`
 */
export async function inTurns(
  job: RolloutJob,
  starts: readonly Start[],
  lanes: number,
  rollOut: (some: readonly Start[], from: number) => Promise<Rollout>,
): Promise<JobResult> {
  const traces: Trace[] = [];
  let failures = 0;
  let lost = false;
  for (let from = 0; from < starts.length; from += lanes) {
    const some = starts.slice(from, from + lanes);
    try {
      const { tape, aborted } = await rollOut(some, from);
      if (aborted) return { traces: [], aborted };
      traces.push(...tape.traces());
      failures = 0;
    } catch (thrown) {
      if (thrown instanceof SimgateError && thrown.code !== "runtime") throw thrown;
      lost = true;
      const over = ++failures === GIVEN_UP_AFTER;
      traces.push(
        ...faultedResult({ ...job, starts: over ? starts.slice(from) : some }, messageOf(thrown)).traces,
      );
      if (over) break;
    }
  }
  return lost ? { traces, aborted: false, lost } : { traces, aborted: false };
}
