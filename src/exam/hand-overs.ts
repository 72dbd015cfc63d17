import { stepsByPhysics } from "../core/hand-over.ts";
import type { Trace } from "../core/trace.ts";
import { clusteredRate } from "../metrics/rate.ts";
import type { HandOvers } from "../report/result.ts";
import type { Contract } from "./contract.ts";
import { measureOf } from "./measure.ts";
import type { Pair } from "./pairs.ts";

const MOST_LISTED = 100;
const PARTS_OF_HORIZON = 10;

/** Who made the steps of a switched candidate in the closed-loop rollouts; undefined: it is not one. */
export function handOversOf(
  { candidate, scenario }: Contract,
  pairs: readonly Pair[],
): HandOvers | undefined {
  const { config } = candidate;
  if (config.kind !== "switched") return undefined;
  const rollouts = pairs.map(({ policy, start, candidate: trace }) => ({
    policy,
    start,
    trace,
    ...madeBy(trace),
  }));
  const policies = [...new Set(pairs.map(({ policy }) => policy))];
  const clusters = new Map<number, { hits: number; trials: number }>();
  for (const { start, steps, stepsByPhysics } of rollouts) {
    const { hits, trials } = clusters.get(start) ?? { hits: 0, trials: 0 };
    clusters.set(start, { hits: hits + stepsByPhysics, trials: trials + steps });
  }
  const all = rollouts.flatMap(({ policy, start, trace }) =>
    (trace.handOvers ?? []).map((one) => ({
      ...{ policy, start, atSec: one.step * scenario.controlPeriodSec },
      ...one,
    })),
  );
  return {
    ...{ learned: config.learned, physics: config.physics, ...summed(rollouts) },
    physicsShare: measureOf(
      clusteredRate(clusters.values(), "no step was made", scenario.thresholds.confidence),
    ),
    rollouts: rollouts.length,
    withoutPhysics: rollouts.filter(({ stepsByPhysics }) => stepsByPhysics === 0).length,
    handOvers: all.length,
    causes: causesOf(rollouts.map(({ trace }) => trace)),
    policies: policies.map((policy) => {
      const own = rollouts.filter((one) => one.policy === policy);
      const handOvers = own.reduce((sum, { trace }) => sum + (trace.handOvers?.length ?? 0), 0);
      return { policy, ...summed(own), handOvers };
    }),
    overTime: Array.from({ length: PARTS_OF_HORIZON }, (_, i) => {
      const [from, to] = [i, i + 1].map((k) => Math.round((k * scenario.horizonSteps) / PARTS_OF_HORIZON));
      const before = summed(rollouts.map(({ trace }) => madeBy(trace, from)));
      const after = summed(rollouts.map(({ trace }) => madeBy(trace, to)));
      return {
        fromSec: from! * scenario.controlPeriodSec,
        toSec: to! * scenario.controlPeriodSec,
        steps: after.steps - before.steps,
        stepsByPhysics: after.stepsByPhysics - before.stepsByPhysics,
      };
    }),
    list: all.slice(0, MOST_LISTED),
  };
}

interface Made {
  readonly steps: number;
  readonly stepsByPhysics: number;
}

/** In the first `until` steps of a rollout. */
function madeBy({ steps, handOvers = [] }: Trace, until = steps): Made {
  const made = Math.min(steps, until);
  return { steps: made, stepsByPhysics: stepsByPhysics(handOvers, made) };
}

function summed(parts: readonly Made[]): Made {
  return {
    steps: parts.reduce((sum, { steps }) => sum + steps, 0),
    stepsByPhysics: parts.reduce((sum, { stepsByPhysics }) => sum + stepsByPhysics, 0),
  };
}

/** Most steps first. */
function causesOf(traces: readonly Trace[]): HandOvers["causes"] {
  const causes = new Map<string, { times: number; stepsByPhysics: number }>();
  for (const { handOvers = [], steps } of traces) {
    handOvers.forEach((handOver, i) => {
      if (!handOver.holds) return;
      const { times, stepsByPhysics: made } = causes.get(handOver.cause) ?? { times: 0, stepsByPhysics: 0 };
      const stay = stepsByPhysics(handOvers.slice(i, i + 2), steps);
      causes.set(handOver.cause, { times: times + 1, stepsByPhysics: made + stay });
    });
  }
  return [...causes]
    .map(([cause, found]) => ({ cause, ...found }))
    .sort((a, b) => b.stepsByPhysics - a.stepsByPhysics || a.cause.localeCompare(b.cause));
}
