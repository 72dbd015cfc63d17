import { bootstrapInterval, clusterIndex } from "./bootstrap.ts";
import { type Estimate, undefinedEstimate } from "./estimate.ts";
import type { Horizon, HorizonOptions } from "./horizon.ts";
import { type ClusterCount, clusteredRate } from "./rate.ts";

/** Whether truth and candidate agree on the outcome when rollouts are judged after `step` steps. */
export interface DecisionCheckpoint {
  readonly step: number;
  readonly outcomes: readonly { readonly start: number; readonly agrees: boolean }[];
}

export interface DecisionHorizonOptions extends HorizonOptions {
  /** Share of outcomes that must agree. */
  readonly required: number;
}

export type DecisionHorizon = Horizon & {
  /** Share of outcomes that agree at each checkpoint. */
  readonly agreement: readonly { readonly step: number; readonly rate: Estimate }[];
};

/**
 * Decision horizon: the last checkpoint up to which outcomes agree at the required rate, at it and at every earlier
 * one. 0 s where the first one already fails.
 */
export function decisionHorizon(
  checkpoints: readonly DecisionCheckpoint[],
  options: DecisionHorizonOptions,
): DecisionHorizon {
  const ordered = checkpoints.filter((one) => one.outcomes.length > 0).sort((a, b) => a.step - b.step);
  const index = clusterIndex(ordered.flatMap((one) => one.outcomes.map((outcome) => outcome.start)));
  let at = 0;
  const counts = ordered.map((one) => {
    const clusters = Array.from({ length: index.count }, () => ({ hits: 0, trials: 0 }));
    for (const outcome of one.outcomes) {
      const cluster = clusters[index.of[at++]!]!;
      cluster.trials += 1;
      if (outcome.agrees) cluster.hits += 1;
    }
    return clusters;
  });
  const agreement = ordered.map((one, i) => ({
    step: one.step,
    rate: clusteredRate(counts[i]!, "no outcome", options.confidence),
  }));
  if (ordered.length === 0)
    return { ...undefinedEstimate("no checkpoint has an outcome in both worlds"), agreement };

  const lastGood = (drawn?: Uint32Array): number => {
    let good = -1;
    while (good + 1 < ordered.length && agrees(counts[good + 1]!, options.required, drawn)) good++;
    return good;
  };
  const stepOf = (good: number): number => (good < 0 ? 0 : ordered[good]!.step);
  const good = lastGood();
  const interval = bootstrapInterval({
    ...options,
    clusters: index.count,
    name: "decision horizon",
    method: "percentile",
    statistic: (drawn) => stepOf(lastGood(drawn)) * options.controlPeriodSec,
  });
  const decisive = Math.min(good + 1, ordered.length - 1);
  const result = {
    seconds: stepOf(good) * options.controlPeriodSec,
    step: stepOf(good),
    censored: good === ordered.length - 1,
    n: ordered[decisive]!.outcomes.length,
    agreement,
  };
  return interval === undefined ? result : { ...result, interval };
}

function agrees(counts: readonly ClusterCount[], required: number, drawn?: Uint32Array): boolean {
  let hits = 0;
  let trials = 0;
  for (const i of drawn ?? counts.keys()) {
    hits += counts[i]!.hits;
    trials += counts[i]!.trials;
  }
  return trials === 0 || hits >= required * trials - 1e-9;
}
