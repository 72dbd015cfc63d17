import { type ChannelSpec, difference } from "../core/channels.ts";
import type { Trace } from "../core/trace.ts";
import { chunkBoundary } from "../metrics/chunk-boundary.ts";
import { type ClusterCount, clusteredRate } from "../metrics/rate.ts";
import type { Chunks } from "../report/result.ts";
import type { ExamRun } from "./axis.ts";
import type { WorldRef } from "./contract.ts";
import { measureOf } from "./measure.ts";
import { predictionRequest } from "./prediction-errors.ts";
import { predictionWindows } from "./prediction-windows.ts";
import type { Window } from "./windows.ts";

type Chunking = NonNullable<WorldRef["chunk"]>;

/**
 * Of a candidate that predicts several steps a call: whether its error changes more where chunks meet than inside of them, and
 * how many commands come too late for the chunk that is under way. Undefined for any other.
 */
export async function chunkEffects(run: ExamRun): Promise<Chunks | undefined> {
  const { contract, rollouts } = run;
  const { chunk } = contract.candidate;
  if (chunk === undefined) return undefined;
  const { channels, windows } = predictionWindows(run);
  // The rollouts of the error curves, once more.
  const [predicted] = await rollouts.run([predictionRequest(contract.candidate, windows)]);
  const { confidence } = contract.scenario.thresholds;
  const { boundaries, boundary, inside, ratio, byPosition } = chunkBoundary(
    windows.map((window, i) => ({
      cluster: window.start.index,
      changes: errorChanges(window, predicted![i]!, channels.observation),
    })),
    { steps: chunk.steps, seed: contract.seed, confidence },
  );
  const found = {
    ...chunk,
    ...{ windows: windows.length, boundaries, boundary, inside },
    ratio: measureOf(ratio),
    byPosition: [...byPosition],
    late: measureOf(
      clusteredRate(lateCommands(run).values(), "no command was given in the closed loop", confidence),
    ),
    delaySec: delaySec(run, chunk),
  };
  return { ...found, sentence: sentenceOf(found) };
}

/** Mean over all components of how much the error changed in each step, in tolerances. Orientations are left out. */
function errorChanges(
  { truth, steps }: Window,
  predicted: Trace,
  channels: readonly ChannelSpec[],
): Float64Array {
  const own = channels.filter(({ kind }) => kind !== "quaternion");
  const components = own.reduce((sum, { size }) => sum + size, 0);
  const changes = new Float64Array(Math.min(steps, predicted.steps));
  for (const { name, size, kind, tolerance } of own) {
    const [real, said] = [truth[name]!, predicted.observation[name]!];
    for (let component = 0; component < size; component++) {
      let before = 0;
      for (let step = 0; step <= changes.length; step++) {
        const at = step * size + component;
        const error = difference(kind, said[at]!, real[at]!);
        if (step > 0)
          changes[step - 1]! += Math.abs(difference(kind, error, before)) / tolerance / components;
        before = error;
      }
    }
  }
  return changes;
}

/** By start: commands that were given, and those of them of which another was applied, beyond what limits do. */
function lateCommands({ contract, pairs }: ExamRun): Map<number, ClusterCount> {
  const counts = new Map<number, ClusterCount>();
  for (const { start, candidate } of pairs) {
    let hits = 0;
    for (let step = 0; step < candidate.steps; step++) {
      if (contract.scenario.action.some((channel) => differs(channel, candidate, step))) hits++;
    }
    const sofar = counts.get(start) ?? { hits: 0, trials: 0 };
    counts.set(start, { hits: sofar.hits + hits, trials: sofar.trials + candidate.steps });
  }
  return counts;
}

/** A command that is held goes on until the chunk ends. */
function delaySec({ contract, pairs }: ExamRun, { steps, mode }: Chunking): number {
  if (mode === "replay") return 0;
  let [sum, n] = [0, 0];
  for (const { candidate } of pairs) {
    for (let step = 0; step < candidate.steps; step++) sum += step % steps;
    n += candidate.steps;
  }
  return n === 0 ? 0 : (contract.scenario.controlPeriodSec * sum) / n;
}

/** What rounding does to a command is no other command, in tolerances. */
const SAME = 1e-6;

function differs({ name, size, kind, limits, tolerance }: ChannelSpec, trace: Trace, step: number): boolean {
  const [lower, upper] = limits ?? [-Infinity, Infinity];
  for (let i = step * size; i < (step + 1) * size; i++) {
    const asked = Math.min(Math.max(trace.requestedAction[name]![i]!, lower), upper);
    if (Math.abs(difference(kind, asked, trace.appliedAction[name]![i]!)) > SAME * tolerance) return true;
  }
  return false;
}

const DRIVEN: Readonly<Record<Chunks["mode"], string>> = {
  replay: "each predicted anew with every step",
  hold: "each with its first command held",
};

function sentenceOf({ steps, mode, ratio, late, delaySec }: Omit<Chunks, "sentence">): string {
  const interval = "undefined" in ratio ? null : ratio.interval;
  const seam =
    "undefined" in ratio
      ? `whether the error jumps where they meet cannot be said: ${ratio.undefined}`
      : `where they meet the error changes ${ratio.value.toFixed(2)} times as much as inside`;
  const range = interval === null ? "" : ` [${interval.map((one) => one.toFixed(2)).join(", ")}]`;
  const commands =
    mode === "replay" || "undefined" in late
      ? ""
      : `; ${(100 * late.value).toFixed(0)} % of the commands come too late for the chunk under way, by ${delaySec.toFixed(3)} s on average`;
  return `chunks of ${steps} steps, ${DRIVEN[mode]}: ${seam}${range}${commands}`;
}
