import type { ScoredEvent } from "./auroc.ts";
import { type Estimate, undefinedEstimate } from "./estimate.ts";
import { median } from "./quantile.ts";
import { type ClusterCount, clusteredRate } from "./rate.ts";

/** One prediction that ran on by itself: what it said of its error at each step, and when it was off. */
export interface WatchedWindow {
  readonly cluster: string | number;
  /** Steps followed. */
  readonly steps: number;
  /** `scores[k]`: what is known at step k; NaN where nothing is. Step 0 is known to be right. */
  readonly scores: Float64Array;
  /** First step at which it is off; undefined: never within the window. */
  readonly exceededAt: number | undefined;
}

/** What an operator could have been told at one step of a window that was still right. */
export interface Watch extends ScoredEvent {
  readonly step: number;
}

/**
 * Every step, from 1 on, at which a window is still right and it is known whether it is off within the next
 * `withinSteps`: the last ones of a window that ends earlier are left out.
 */
export function watches(windows: readonly WatchedWindow[], withinSteps: number): Watch[] {
  return windows.flatMap(({ cluster, steps, scores, exceededAt = Infinity }) => {
    const found: Watch[] = [];
    for (let step = 1; step <= steps - withinSteps && step < exceededAt; step++) {
      const score = scores[step]!;
      if (!Number.isNaN(score)) {
        found.push({ score, happens: exceededAt <= step + withinSteps, cluster, step });
      }
    }
    return found;
  });
}

/** The score from which on to give alarm: the largest Youden's J (hits − false alarms); the higher one of equals. */
export function alarmThreshold(events: readonly ScoredEvent[]): number | undefined {
  const positives = events.filter(({ happens }) => happens).length;
  const negatives = events.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  const descending = [...events].sort((a, b) => b.score - a.score);
  let best: { threshold: number; youden: number } | undefined;
  let [hits, false_] = [0, 0];
  descending.forEach(({ score, happens }, i) => {
    if (happens) hits++;
    else false_++;
    if (descending[i + 1]?.score === score) return;
    const youden = hits / positives - false_ / negatives;
    if (best === undefined || youden > best.youden) best = { threshold: score, youden };
  });
  return best?.threshold;
}

/** How an alarm at a fixed threshold does. */
export interface AlarmScore {
  /** Of the steps with alarm, the share after which it is off in time. */
  readonly precision: Estimate;
  /** Of the steps before it is off in time, the share with alarm. */
  readonly recall: Estimate;
  /** Of the steps after which it stays right, the share with alarm. */
  readonly falseAlarmRate: Estimate;
  /** Of the windows that go off, the share with an alarm before; and the steps between the first and that. */
  readonly warned: Estimate;
  readonly leadSteps: number | undefined;
}

export function scoreAlarm(
  windows: readonly WatchedWindow[],
  withinSteps: number,
  threshold: number,
  confidence: number,
): AlarmScore {
  const seen = watches(windows, withinSteps);
  const share = (
    of: (watch: Watch) => boolean,
    hit: (watch: Watch) => boolean,
    whenEmpty: string,
  ): Estimate => {
    const clusters = new Map<string | number, ClusterCount>();
    for (const watch of seen) {
      if (!of(watch)) continue;
      const { hits, trials } = clusters.get(watch.cluster) ?? { hits: 0, trials: 0 };
      clusters.set(watch.cluster, { hits: hits + (hit(watch) ? 1 : 0), trials: trials + 1 });
    }
    return clusteredRate(clusters.values(), whenEmpty, confidence);
  };
  const alarm = ({ score }: Watch): boolean => score >= threshold;
  const leads: number[] = [];
  const warned = new Map<string | number, ClusterCount>();
  for (const { cluster, scores, exceededAt } of windows) {
    if (exceededAt === undefined || exceededAt < 2) continue;
    const first = scores.findIndex((score, step) => step >= 1 && step < exceededAt && score >= threshold);
    if (first >= 0) leads.push(exceededAt - first);
    const { hits, trials } = warned.get(cluster) ?? { hits: 0, trials: 0 };
    warned.set(cluster, { hits: hits + (first >= 0 ? 1 : 0), trials: trials + 1 });
  }
  return {
    precision: share(alarm, ({ happens }) => happens, "there is no alarm"),
    recall: share(({ happens }) => happens, alarm, "there is nothing to warn of"),
    falseAlarmRate: share(({ happens }) => !happens, alarm, "it is always off in time"),
    warned:
      warned.size === 0
        ? undefinedEstimate("no window goes off")
        : clusteredRate(warned.values(), "no window goes off", confidence),
    leadSteps: leads.length === 0 ? undefined : median(leads),
  };
}
