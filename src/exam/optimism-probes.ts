import { RandomStream } from "../core/random.ts";
import type { Trace } from "../core/trace.ts";
import type { RecordedActions } from "../rollout/open-loop.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { ExamRun } from "./axis.ts";
import type { Pair } from "./pairs.ts";

/** Commands that ought to fail, the same in both worlds. */
export interface OptimismProbe {
  readonly name: string;
  readonly description: string;
  /** One per start. */
  readonly actions: readonly RecordedActions[];
}

/** The commands that do nothing, and what the best policy did in truth, out of order and turned round. */
export function optimismProbes({ contract, pairs }: ExamRun, starts: number): OptimismProbe[] {
  const { scenario, panel, seed } = contract;
  const chosen = panel.slice(0, starts);
  const best = bestPolicy(pairs);
  const recorded = new Map(
    pairs.filter(({ policy }) => policy === best).map(({ start, truth }) => [start, truth]),
  );
  const order = new RandomStream(seed, "optimism", "shuffled actions");
  const actionsOf = (row: (trace: Trace, step: number, start: number) => number, sign = 1) =>
    chosen.map(({ index }) =>
      replay(scenario, recorded.get(index), (trace, step) => row(trace, step, index), sign),
    );
  const shuffles = new Map(
    chosen.map(({ index }) => [index, permutation(recorded.get(index)!.steps, order, index)]),
  );
  return [
    {
      name: "zero actions",
      description: "every command 0, or the limit nearest to it",
      actions: chosen.map(() => replay(scenario, undefined, () => 0, 1)),
    },
    {
      name: "shuffled actions",
      description: `what ${best} commanded in truth from the same start, in random order`,
      actions: actionsOf((trace, step, start) => shuffles.get(start)![step % trace.steps]!),
    },
    {
      name: "reversed actions",
      description: `what ${best} commanded in truth from the same start, with the opposite sign`,
      actions: actionsOf((_trace, step) => step, -1),
    },
  ];
}

/** The policy with most successes in truth; the first of them. */
function bestPolicy(pairs: readonly Pair[]): string {
  const successes = new Map<string, number>();
  for (const { policy, truthOutcome } of pairs) {
    successes.set(policy, (successes.get(policy) ?? 0) + (truthOutcome.kind === "success" ? 1 : 0));
  }
  return [...successes].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}

/**
 * Commands over the whole horizon: at each step the row of the recording that `row` names, its last one held where it
 * is too short, times the sign, within the limits. Without a recording, or with an empty one: 0.
 */
function replay(
  { action, horizonSteps }: Scenario,
  trace: Trace | undefined,
  row: (trace: Trace, step: number) => number,
  sign: number,
): RecordedActions {
  const columns: Record<string, Float64Array> = {};
  for (const { name, size, limits } of action) {
    const column = new Float64Array(horizonSteps * size);
    for (let step = 0; step < horizonSteps; step++) {
      const from =
        trace === undefined || trace.steps === 0 ? undefined : Math.min(row(trace, step), trace.steps - 1);
      for (let i = 0; i < size; i++) {
        const value = from === undefined ? 0 : sign * trace!.requestedAction[name]![from * size + i]!;
        // A policy that broke may have asked for what is no number.
        const command = Number.isFinite(value) ? value : 0;
        column[step * size + i] = Math.min(Math.max(command, limits[0]), limits[1]);
      }
    }
    columns[name] = column;
  }
  return { steps: horizonSteps, columns };
}

/** A random order of 0 … n − 1 (Fisher & Yates), one a start. */
function permutation(n: number, stream: RandomStream, start: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = stream.integer(i + 1, start, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
