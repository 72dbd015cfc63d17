import { RandomStream } from "../core/random.ts";
import { bootstrapInterval } from "../metrics/bootstrap.ts";
import { type Estimate, estimate, undefinedEstimate } from "../metrics/estimate.ts";
import type { Representation } from "../report/result.ts";
import type { ExamRun } from "./axis.ts";
import { causalUse } from "./causal-use.ts";
import { gridSteps } from "./growth-curves.ts";
import { firstHalf } from "./halves.ts";
import { pooled, probeAt, type Probed, type Sample, samplesAt } from "./latent-probe.ts";
import { measureOf } from "./measure.ts";
import { probeTargets, type ProbeTarget } from "./probe-targets.ts";
import type { RolloutRequest } from "./rollouts.ts";
import { CONTEXT_STEPS, cutWindow, type Window } from "./windows.ts";

const NO_LATENT = { undefined: "the world shows no latent state" };
/** Part of the horizon over which the latent is followed. */
const FOLLOWED = 0.25;
const CURVE_POINTS = 20;
/** From here on the latent counts as keeping a quantity: half of its variance. */
const KEPT_FROM = 0.5;
const LEAST_STARTS = 16;

/**
 * What a latent state keeps of the true state. The candidate is shown some of the true past and then runs on by itself,
 * under truth's commands; at each time a ridge probe reads the true state from its latent, fitted on one random half of
 * the starts and scored on the other. The same probe from what the candidate shows tells what needs no latent.
 */
export async function representation(run: ExamRun): Promise<Representation | { undefined: string }> {
  const { contract, rollouts } = run;
  const { scenario, candidate, seed } = contract;
  const windows = windowsOf(run);
  const request = (of: readonly Window[], steps: number): RolloutRequest => ({
    world: candidate,
    drive: {
      kind: "actions",
      actions: of.map(({ actions }) => ({ ...actions, steps: Math.min(steps, actions.steps) })),
    },
    starts: of.map(({ start }) => start),
    horizonSteps: steps,
    keep: ["latent"],
  });
  // One step tells whether there is anything to look at.
  const [glance] = await rollouts.run([request(windows.slice(0, 1), 1)]);
  if (glance?.[0]?.latent === undefined) return NO_LATENT;
  const lengthSteps = Math.max(...windows.map(({ steps }) => steps));
  const [traces] = await rollouts.run([request(windows, lengthSteps)]);
  const { latent, steps } = glance[0];
  const state = Object.entries(latent).map(([name, column]) => ({
    name,
    width: column.length / (steps + 1),
  }));

  const targets = probeTargets(
    scenario,
    windows.map(({ start }) => start),
  );
  const isFitted = firstHalf(seed);
  const inner = firstHalf(seed + 1n);
  const grid = [0, ...gridSteps(lengthSteps, CURVE_POINTS)];
  const samples = grid.map((step) => samplesAt(step, windows, traces!, state, targets, scenario.observation));
  const enough = (of: readonly Sample[]): boolean =>
    [true, false].every((half) => of.filter(({ start }) => isFitted(start) === half).length >= LEAST_STARTS);
  if (!enough(samples[0]!)) {
    return { undefined: `a probe needs ${LEAST_STARTS} starts to be fitted on and as many to be scored on` };
  }
  const probe = (of: readonly Sample[], features: (sample: Sample) => ArrayLike<number>): Probed =>
    probeAt(of, features, isFitted, inner);
  const fromLatent = samples.map((of) => (enough(of) ? probe(of, (sample) => sample.latent) : undefined));
  const fromShown = probe(samples[0]!, ({ shown }) => shown);
  const overTime = targets.map((target, t) =>
    fromLatent.map((found) => (found === undefined ? null : scoreAt(target, t, found))),
  );
  const scores = overTime.map((curve) => memory(curve, grid, scenario.controlPeriodSec));
  const first = fromLatent[0]!;
  const use = await causalUse(
    run,
    windows,
    targets.map((target, t) => ({
      target,
      probe: first.probes[t]!.at(-1)!,
      spread: spreadOf(samples[0]!.map(({ truth }) => truth[t]!.at(-1)!)),
      kept: (overTime[t]![0] ?? 0) >= KEPT_FROM,
    })),
    state,
  );
  return {
    state,
    starts: {
      fitted: samples[0]!.filter(({ start }) => isFitted(start)).length,
      scored: first.scored.length,
    },
    atSec: grid.map((step) => step * scenario.controlPeriodSec),
    keptFrom: KEPT_FROM,
    targets: targets.map((target, t) => ({
      target: target.name,
      kind: target.kind,
      unit: target.unit,
      rSquared:
        overTime[t]![0] === null
          ? { undefined: "truth varies by less than a tolerance" }
          : measureOf(withInterval(`latent ${target.name}`, t, first, run)),
      fromObservation: measureOf(withInterval(`shown ${target.name}`, t, fromShown, run)),
      overTime: overTime[t]!,
      ...scores[t]!,
      use: use[t]!,
    })),
  };
}

/** One window a start, the policies in turn, with some of the past to be shown. */
function windowsOf({ contract, pairs }: ExamRun): readonly Window[] {
  const { scenario, panel, policies, seed } = contract;
  const lengthSteps = Math.ceil(FOLLOWED * scenario.horizonSteps);
  const channels = { observation: scenario.observation, action: scenario.action };
  const stream = new RandomStream(seed, "latent windows");
  return panel.flatMap((_, i) => {
    const { truth } = pairs[(i % policies.length) * panel.length + i]!;
    if (truth.steps < 2) return [];
    const earliest = Math.min(CONTEXT_STEPS, Math.floor(truth.steps / 2));
    const latest = Math.max(earliest, truth.steps - lengthSteps);
    const from = earliest + stream.integer(latest - earliest + 1, i);
    const steps = Math.min(lengthSteps, truth.steps - from);
    return [cutWindow(truth, i, from, steps, CONTEXT_STEPS, channels)];
  });
}

/** Null where truth varies by less than a tolerance: there is nothing to be read. */
function scoreAt(target: ProbeTarget, t: number, found: Probed): number | null {
  const width = found.probes[t]!.length;
  const spreads = Array.from({ length: width }, (_, k) =>
    spreadOf(found.scored.map(({ truth }) => truth[t]![k]!)),
  );
  if (Math.hypot(...spreads) < target.tolerance) return null;
  return (
    pooled(
      t,
      found,
      found.scored.map((_, i) => i),
    ) ?? null
  );
}

function withInterval(name: string, t: number, found: Probed, { contract }: ExamRun): Estimate {
  const n = found.scored.length;
  const value = pooled(
    t,
    found,
    Array.from({ length: n }, (_, i) => i),
  );
  if (value === undefined) return undefinedEstimate("it does not vary in truth", n);
  const interval = bootstrapInterval({
    clusters: n,
    seed: contract.seed,
    name: `probe ${name}`,
    confidence: contract.scenario.thresholds.confidence,
    resamples: 1000,
    statistic: (drawn) => pooled(t, found, Array.from(drawn)) ?? NaN,
  });
  return estimate(value, n, interval, "bootstrap-bca");
}

function memory(
  curve: readonly (number | null)[],
  grid: readonly number[],
  periodSec: number,
): Pick<Representation["targets"][number], "lostAtSec" | "kept"> {
  const known = curve.flatMap((value, i) => (value === null ? [] : [{ value, i }]));
  const held = known.find(({ value }) => value >= KEPT_FROM);
  if (held === undefined) return { kept: "never", lostAtSec: null };
  const lost = known.find(({ value, i }) => i > held.i && value < KEPT_FROM);
  return lost === undefined
    ? { kept: "to the end", lostAtSec: null }
    : { kept: "for a while", lostAtSec: grid[lost.i]! * periodSec };
}

function spreadOf(values: readonly number[]): number {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length);
}
