import { bootstrapInterval, clusterIndex, countClusters } from "./bootstrap.ts";
import { type Estimate, estimate, undefinedEstimate } from "./estimate.ts";

/** A score and whether what it warns of came about. */
export interface ScoredEvent {
  readonly score: number;
  readonly happens: boolean;
  /** Events of one start are resampled together. */
  readonly cluster: string | number;
}

export interface AurocOptions {
  readonly seed: bigint;
  readonly name: string;
  readonly confidence: number;
  readonly resamples?: number;
}

/**
 * Area under the ROC curve: the probability that the score is higher where the event comes about than where it does
 * not, ties counting half (Mann & Whitney 1947; Hanley & McNeil 1982). With its bootstrap interval over clusters.
 */
export function auroc(events: readonly ScoredEvent[], options: AurocOptions): Estimate {
  const n = events.length;
  const positives = events.filter(({ happens }) => happens).length;
  if (n === 0) return undefinedEstimate("there is nothing to warn of");
  if (positives === 0) return undefinedEstimate("what it would warn of never comes about", n);
  if (positives === n) return undefinedEstimate("what it warns of always comes about", n);
  const { wins, positive, negative, clusters } = winsByCluster(events);
  const counts = new Uint32Array(clusters);
  const area = (drawn: Uint32Array): number => {
    countClusters(drawn, counts);
    let won = 0;
    let [with_, without] = [0, 0];
    for (let i = 0; i < clusters; i++) {
      const count = counts[i]!;
      if (count === 0) continue;
      with_ += count * positive[i]!;
      without += count * negative[i]!;
      if (positive[i] === 0) continue;
      let sum = 0;
      for (let j = 0, at = i * clusters; j < clusters; j++, at++) sum += counts[j]! * wins[at]!;
      won += count * sum;
    }
    return with_ === 0 || without === 0 ? NaN : won / (with_ * without);
  };
  const value = area(Uint32Array.from({ length: clusters }, (_, i) => i));
  const interval = bootstrapInterval({ ...options, clusters, statistic: area });
  return estimate(value, n, interval, "bootstrap-bca");
}

/** `wins[i × clusters + j]`: pairs of an event in cluster i and a non-event in cluster j that the score orders rightly. */
function winsByCluster(events: readonly ScoredEvent[]): {
  wins: Float64Array;
  positive: Uint32Array;
  negative: Uint32Array;
  clusters: number;
} {
  const { of, count: clusters } = clusterIndex(events.map(({ cluster }) => cluster));
  const wins = new Float64Array(clusters * clusters);
  const positive = new Uint32Array(clusters);
  const negative = new Uint32Array(clusters);
  const order = Array.from(events.keys()).sort((a, b) => events[a]!.score - events[b]!.score);
  /** Non-events below the present score, by cluster; and those that tie with it. */
  const below = new Float64Array(clusters);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && events[order[to]!]!.score === events[order[from]!]!.score) to++;
    const tied = order.slice(from, to);
    const level = tied.filter((i) => !events[i]!.happens);
    for (const i of level) below[of[i]!]! += 0.5;
    for (const i of tied) {
      if (!events[i]!.happens) continue;
      const row = of[i]! * clusters;
      positive[of[i]!]!++;
      for (let j = 0; j < clusters; j++) wins[row + j]! += below[j]!;
    }
    for (const i of level) {
      below[of[i]!]! += 0.5;
      negative[of[i]!]!++;
    }
    from = to;
  }
  return { wins, positive, negative, clusters };
}
