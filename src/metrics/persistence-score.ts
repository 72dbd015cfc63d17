import { type Estimate, isDefined } from "./estimate.ts";
import { KEPT, NOT_COUNTED, type PersistenceAudit } from "./object-persistence.ts";
import { PERSISTENCE_EVENTS, type PersistenceEventKind } from "./persistence-events.ts";
import { type ClusterCount, clusteredRate } from "./rate.ts";

/** One audited rollout, and the start it belongs to: rollouts of one start are resampled together. */
export interface AuditedRollout {
  readonly start: number;
  readonly audit: PersistenceAudit;
}

type EventCounts = Record<PersistenceEventKind, number>;

interface ObjectScore {
  /** Share of the (object, step)s that count at which it is kept. */
  readonly rate: Estimate;
  readonly afterOcclusion: Estimate;
  /** Share of the (object, step)s that do not count because it drifted off. */
  readonly strayed: Estimate;
  readonly firstBreakStep: number | undefined;
}

export interface PersistenceScore {
  readonly total: ObjectScore;
  /** With the steps by what is wrong; a step may be wrong in two ways. */
  readonly objects: readonly (ObjectScore & {
    readonly name: string;
    readonly broken: Readonly<EventCounts>;
  })[];
  /** Of all objects and rollouts, by step. */
  readonly perStep: { readonly kept: readonly number[]; readonly counted: readonly number[] };
  /** Events, not steps. */
  readonly eventCounts: Readonly<EventCounts>;
}

/** Rates over many rollouts, with intervals clustered by start. */
export function persistenceScore(
  rollouts: readonly AuditedRollout[],
  names: readonly string[],
  confidence = 0.95,
): PersistenceScore {
  const longest = Math.max(0, ...rollouts.map(({ audit }) => audit.objects[0]?.steps.length ?? 0));
  const perStep = { kept: new Array<number>(longest).fill(0), counted: new Array<number>(longest).fill(0) };
  const eventCounts = noEvents();
  for (const { audit } of rollouts) {
    for (const { steps } of audit.objects) {
      steps.forEach((verdict, step) => {
        if (verdict === NOT_COUNTED) return;
        perStep.counted[step]!++;
        if (verdict === KEPT) perStep.kept[step]!++;
      });
    }
    for (const { kind } of audit.events) eventCounts[kind]++;
  }
  return {
    total: scoreOf(rollouts, names, confidence),
    objects: names.map((name) => ({
      name,
      ...scoreOf(rollouts, [name], confidence),
      broken: brokenSteps(rollouts, name),
    })),
    perStep,
    eventCounts,
  };
}

function scoreOf(
  rollouts: readonly AuditedRollout[],
  names: readonly string[],
  confidence: number,
): ObjectScore {
  const kept = new Clusters();
  const back = new Clusters();
  const strayed = new Clusters();
  let firstBreakStep: number | undefined;
  for (const { start, audit } of rollouts) {
    for (const object of audit.objects) {
      if (!names.includes(object.name)) continue;
      let counted = 0;
      let hits = 0;
      object.steps.forEach((verdict, step) => {
        if (verdict === NOT_COUNTED) return;
        counted++;
        if (verdict === KEPT) hits++;
        else firstBreakStep = Math.min(firstBreakStep ?? step, step);
      });
      kept.add(start, hits, counted);
      strayed.add(start, object.strayed, object.strayed + counted);
      back.add(start, object.comebacks.filter((one) => one.back).length, object.comebacks.length);
    }
  }
  const rate = kept.rate(whyNothing(strayed, confidence), confidence);
  return {
    rate,
    afterOcclusion: back.rate("no object comes back from an occlusion in truth", confidence),
    strayed: strayed.rate("truth shows no object", confidence),
    firstBreakStep,
  };
}

function whyNothing(strayed: Clusters, confidence: number): string {
  return isDefined(strayed.rate("", confidence))
    ? "every object drifts off truth's place before anything can be said"
    : "truth shows no object";
}

function brokenSteps(rollouts: readonly AuditedRollout[], name: string): EventCounts {
  const counts = noEvents();
  for (const { audit } of rollouts) {
    for (const { kind, object, steps } of audit.events) if (object === name) counts[kind] += steps;
  }
  return counts;
}

function noEvents(): EventCounts {
  return Object.fromEntries(PERSISTENCE_EVENTS.map((kind) => [kind, 0])) as EventCounts;
}

class Clusters {
  readonly #counts = new Map<number, ClusterCount>();

  add(cluster: number, hits: number, trials: number): void {
    const before = this.#counts.get(cluster) ?? { hits: 0, trials: 0 };
    this.#counts.set(cluster, { hits: before.hits + hits, trials: before.trials + trials });
  }

  rate(whenEmpty: string, confidence: number): Estimate {
    return clusteredRate(this.#counts.values(), whenEmpty, confidence);
  }
}
