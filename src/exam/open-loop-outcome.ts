import type { Outcome, Trace } from "../core/trace.ts";
import type { Judge } from "../scenario/judge.ts";

/**
 * The outcome of commands that nobody stops, as if they had been a policy's: what comes after the scenario's `ends`
 * condition is met does not count.
 */
export function openLoopOutcome(judge: Judge, trace: Trace): Outcome {
  const ended = endedAt(judge, trace);
  if (ended === undefined) return judge.outcome(trace);
  const margin = judge.margin(trace, ended);
  if (Number.isNaN(margin)) return { kind: "fault", margin: null };
  return { kind: margin > 0 ? "success" : "failure", margin };
}

/** The first observation that meets `ends`. */
function endedAt(judge: Judge, { observation, steps, start }: Trace): number | undefined {
  const lanes = steps + 1;
  const parameters = Object.fromEntries(
    Object.entries(start.parameters).map(([name, value]) => [name, new Float64Array(lanes).fill(value)]),
  );
  const met = judge.ended({ lanes, step: 0, columns: observation }, parameters);
  const first = met.indexOf(1);
  return first < 0 ? undefined : first;
}
