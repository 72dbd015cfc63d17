import { type ChannelSpec, componentName } from "../core/channels.ts";
import { RandomStream } from "../core/random.ts";
import type { Start, Trace } from "../core/trace.ts";
import { energyTest, type SamplePair } from "../metrics/energy-distance.ts";
import type { DistributionComparison } from "../report/result.ts";
import type { ExamRun } from "./axis.ts";
import type { WorldRef } from "./contract.ts";
import type { RolloutRequest } from "./rollouts.ts";
import { type CommandedStart, truthCommands } from "./truth-commands.ts";

const MOST_STARTS = 16;
const SEEDS = 8;
/** Parts of the horizon at which the worlds are compared. */
const TIMES = [0.25, 0.5, 1];
const ALPHA = 0.05;

/**
 * Stochastic worlds are compared in distribution, not trace by trace: the same starts under the same commands, with
 * several seeds, other ones in the candidate so that the samples are independent.
 */
export async function compareDistributions(
  run: ExamRun,
): Promise<DistributionComparison | { undefined: string }> {
  const { contract, rollouts } = run;
  const { truth, candidate, scenario, seed } = contract;
  if (!truth.stochastic && !candidate.stochastic) {
    return { undefined: "neither world is stochastic: one rollout a start is its distribution" };
  }
  if (!truth.respondsToActions) {
    return { undefined: `${truth.name} is a recording: it cannot be rolled out with other seeds` };
  }
  const commanded = truthCommands(run).slice(0, MOST_STARTS);
  const [inTruth, inCandidate] = await rollouts.run([
    request(truth, commanded, scenario.horizonSteps, "truth"),
    request(candidate, commanded, scenario.horizonSteps, "candidate"),
  ]);
  const times = [...new Set(TIMES.map((part) => Math.max(1, Math.round(part * scenario.horizonSteps))))];
  const compared = times.flatMap((step): DistributionComparison["times"] => {
    const samples = (channels: readonly ChannelSpec[], component?: number): SamplePair[] =>
      commanded
        .map((_, s): SamplePair => {
          const own = (traces: readonly Trace[]): number[][] =>
            traces
              .slice(s * SEEDS, (s + 1) * SEEDS)
              .filter(({ steps }) => steps >= step)
              .map((trace) => rowOf(channels, trace, step, component));
          return { first: own(inTruth!), second: own(inCandidate!) };
        })
        .filter(({ first, second }) => first.length >= 2 && second.length >= 2);
    const all = samples(scenario.observation);
    if (all.length === 0) return [];
    const named = (name: string) => ({ seed, name: `distribution ${step} ${name}` });
    return [
      {
        atSec: step * scenario.controlPeriodSec,
        starts: all.length,
        ...energyTest(all, named("*")),
        channels: scenario.observation.flatMap((channel) =>
          componentsOf(channel).map((component) => {
            const name = component === undefined ? channel.name : componentName(channel, component);
            return { channel: name, ...energyTest(samples([channel], component), named(name)) };
          }),
        ),
      },
    ];
  });
  if (compared.length === 0) return { undefined: "too few rollouts came far enough to be compared" };
  return { starts: commanded.length, seeds: SEEDS, times: compared, ...judge(compared) };
}

/** Bonferroni over the times: each is tested with all channels together. */
function judge(times: DistributionComparison["times"]): Pick<DistributionComparison, "differs" | "reason"> {
  const least = times.reduce((a, b) => (b.pValue < a.pValue ? b : a));
  const p = Math.min(1, least.pValue * times.length);
  const differs = p < ALPHA;
  const figures = `energy distance ${least.distance.toPrecision(3)} tolerances after ${Number(least.atSec.toPrecision(3))} s, p = ${p.toPrecision(2)} over ${times.length} times`;
  return {
    differs,
    reason: differs
      ? `the candidate's futures are distributed otherwise than truth's (${figures})`
      : `no difference between the two distributions is seen (${figures})`,
  };
}

function request(
  world: WorldRef,
  commanded: readonly CommandedStart[],
  horizonSteps: number,
  role: "truth" | "candidate",
): RolloutRequest {
  const lanes = commanded.flatMap((one) =>
    Array.from({ length: SEEDS }, (_, k) => ({ ...one, start: reseeded(one.start, role, k) })),
  );
  return {
    world,
    drive: {
      kind: "actions",
      // What was asked for: a stressor on its way has its say again.
      actions: lanes.map(({ truth }) => ({ steps: truth.steps, columns: truth.requestedAction })),
    },
    starts: lanes.map(({ start }) => start),
    horizonSteps,
  };
}

function reseeded(start: Start, role: string, k: number): Start {
  return { ...start, seed: new RandomStream(start.seed, "distribution", role).seed(k) };
}

/** Orientations are one thing; everything else is looked at by component. */
function componentsOf({ kind, size }: ChannelSpec): (number | undefined)[] {
  return kind === "quaternion" ? [undefined] : Array.from({ length: size }, (_, i) => i);
}

/** In tolerances. An angle is a place on the circle; of q and −q, which are the same, the one with w ≥ 0. */
function rowOf(
  channels: readonly ChannelSpec[],
  { observation }: Trace,
  step: number,
  component?: number,
): number[] {
  return channels.flatMap(({ name, kind, size, tolerance }) => {
    const values = observation[name]!.subarray(step * size, (step + 1) * size);
    const chosen = component === undefined ? Array.from(values) : [values[component]!];
    if (kind === "angle") {
      return chosen.flatMap((angle) => [Math.cos(angle) / tolerance, Math.sin(angle) / tolerance]);
    }
    if (kind === "quaternion") {
      // A small rotation by an angle moves the quaternion by half of it.
      return chosen.map((value, i) => (2 * value * (values[i - (i % 4)]! < 0 ? -1 : 1)) / tolerance);
    }
    return chosen.map((value) => value / tolerance);
  });
}
