import type { Trace } from "../../core/trace.ts";
import { type Estimate, isDefined } from "../../metrics/estimate.ts";
import type { PersistenceAudit } from "../../metrics/object-persistence.ts";
import {
  type AuditedRollout,
  persistenceScore,
  type PersistenceScore,
} from "../../metrics/persistence-score.ts";
import { auditOptions, auditTraces, objectChannels } from "../../metrics/scene-frames.ts";
import type { Measure, Persistence } from "../../report/result.ts";
import type { Axis, ExamRun, Finding } from "../axis.ts";
import { unstressed } from "../contract.ts";
import { gridSteps } from "../growth-curves.ts";
import { axisResult, measureOf, unscored } from "../measure.ts";
import type { PicturesFound } from "../pictures.ts";
import { truthCommands } from "../truth-commands.ts";

const CURVE_POINTS = 50;
const MOST_EVENTS = 20;

interface Looked extends AuditedRollout {
  readonly drive: "closedLoop" | "openLoop";
  readonly policy: string;
}

/**
 * Is every object there, once, with its identity? Looked at wherever candidate and truth show the same scene: every
 * policy closed loop, and truth's commands open loop (the rollouts that reset reproducibility asks for too).
 */
export const objectPersistence: Axis<Persistence | { undefined: string }> = {
  name: "objectPersistence",
  async measure(run: ExamRun): Promise<Finding<Persistence | { undefined: string }>> {
    const { scenario } = run.contract;
    if (scenario.objects.length === 0) {
      const reason = "the scenario declares no objects";
      return { axis: unscored("not-applicable", reason), details: { undefined: reason } };
    }
    const rollouts = run.pictures === undefined ? await lookAtChannels(run) : seenIn(run.pictures);
    const names = scenario.objects.map(({ name }) => name);
    const score = persistenceScore(rollouts, names, scenario.thresholds.confidence);
    const required = scenario.thresholds.objectPersistence;
    const scored = decisive(score.total, required);
    const reason =
      explain(score, scored) + (run.pictures === undefined ? "" : `; ${throughWhat(run.pictures)}`);
    return {
      axis: axisResult(scored, required, reason),
      details: details(run, score, rollouts),
    };
  },
};

/**
 * Both have to hold: objects are kept from step to step, and they come back after they were hidden. The second is the score where
 * its whole interval is below what is required and the first's is not.
 */
function decisive({ rate, afterOcclusion }: PersistenceScore["total"], required: number): Estimate {
  return isDefined(rate) && !isBelow(rate, required) && isBelow(afterOcclusion, required)
    ? afterOcclusion
    : rate;
}

function isBelow(found: Estimate, required: number): boolean {
  return isDefined(found) && (found.interval?.[1] ?? found.value) < required;
}

async function lookAtChannels(run: ExamRun): Promise<readonly Looked[]> {
  const { contract, pairs } = run;
  const { scenario } = contract;
  const channels = objectChannels(scenario);
  const truths = pairs.map(({ truth }) => truth);
  const options = auditOptions(channels, truths, scenario.controlPeriodSec);
  const audit = (truth: Trace, candidate: Trace): PersistenceAudit =>
    auditTraces(channels, truth, candidate, options);

  const rollouts: Looked[] = pairs.map(({ policy, start, truth, candidate }) => ({
    drive: "closedLoop",
    policy,
    start,
    audit: audit(truth, candidate),
  }));
  const commanded = truthCommands(run);
  const [open] = await run.rollouts.run([
    {
      world: unstressed(contract.candidate),
      drive: { kind: "actions", actions: commanded.map(({ actions }) => actions) },
      starts: commanded.map(({ start }) => start),
      horizonSteps: scenario.horizonSteps,
    },
  ]);
  commanded.forEach(({ start, policy, truth }, i) =>
    rollouts.push({ drive: "openLoop", policy, start: start.index, audit: audit(truth, open![i]!) }),
  );
  return rollouts;
}

/** A world that shows pictures keeps an object only if it is in them, whatever its channels say. */
function seenIn({ audits }: PicturesFound): readonly Looked[] {
  return audits.map((one) => ({ drive: "closedLoop", ...one }));
}

function how({ how: words }: PicturesFound["details"]["probe"]): string {
  return words === undefined || words === "colour and shape" ? "" : ` (${words})`;
}

function throughWhat({ image, details: { probe } }: PicturesFound): string {
  const share = (rate: Measure): string => ("undefined" in rate ? "–" : `${(100 * rate.value).toFixed(1)} %`);
  return (
    `looked for in its pictures (${image}) by a probe${how(probe)} that on truth's own misses ${share(probe.missed)} of the objects, ` +
    `takes ${share(probe.misnamed)} for another and makes up ${share(probe.phantom)} of what it finds`
  );
}

function details(
  { contract: { scenario } }: ExamRun,
  { total, objects, perStep, eventCounts }: PersistenceScore,
  rollouts: readonly Looked[],
): Persistence {
  const period = scenario.controlPeriodSec;
  const longest = perStep.counted.findLastIndex((n) => n > 0);
  const grid = longest < 1 ? [] : gridSteps(longest, CURVE_POINTS);
  return {
    persistenceRate: measureOf(total.rate),
    afterOcclusion: measureOf(total.afterOcclusion),
    firstBreakStep: total.firstBreakStep ?? null,
    rollouts: {
      closedLoop: rollouts.filter(({ drive }) => drive === "closedLoop").length,
      openLoop: rollouts.filter(({ drive }) => drive === "openLoop").length,
    },
    strayed: measureOf(total.strayed),
    objects: scenario.objects.map(({ name, label }, o) => {
      const { rate, afterOcclusion, firstBreakStep, strayed, broken } = objects[o]!;
      return {
        id: name,
        label: label ?? null,
        persistenceRate: measureOf(rate),
        firstBreakStep: firstBreakStep ?? null,
        afterOcclusion: measureOf(afterOcclusion),
        strayed: measureOf(strayed),
        broken: { ...broken },
      };
    }),
    overTime: {
      atSec: grid.map((step) => step * period),
      rate: grid.map((step) =>
        perStep.counted[step]! === 0 ? null : perStep.kept[step]! / perStep.counted[step]!,
      ),
      n: grid.map((step) => perStep.counted[step]!),
    },
    eventCounts: { ...eventCounts },
    events: worstEvents(rollouts, period),
  };
}

/** The longest of each kind, object and policy. */
function worstEvents(rollouts: readonly Looked[], periodSec: number): Persistence["events"] {
  const longest = new Map<string, Persistence["events"][number]>();
  for (const { drive, policy, start, audit } of rollouts) {
    for (const { kind, object, step, steps, as } of audit.events) {
      const key = `${kind} ${object} ${policy}`;
      if ((longest.get(key)?.steps ?? 0) >= steps) continue;
      longest.set(key, {
        kind,
        object,
        as: as ?? null,
        drive,
        policy,
        start,
        step,
        atSec: step * periodSec,
        steps,
      });
    }
  }
  return [...longest.values()].sort((a, b) => b.steps - a.steps).slice(0, MOST_EVENTS);
}

function explain({ total, objects, eventCounts }: PersistenceScore, scored: Estimate): string {
  const { rate, afterOcclusion, strayed } = total;
  if (!isDefined(rate)) return rate.undefined;
  const parts: string[] = [];
  const named = Object.entries(eventCounts).filter(([, count]) => count > 0);
  const missed = rate.n - Math.round(rate.value * rate.n);
  parts.push(
    missed === 0
      ? `every object is there, once, under its name, in all ${rate.n.toLocaleString("en")} (object, step)s`
      : `in ${missed.toLocaleString("en")} of ${rate.n.toLocaleString("en")} (object, step)s an object is gone, double or another (${named.map(([kind, count]) => `${kind.replaceAll("-", " ")} ${count} ×`).join(", ")})`,
  );
  const worst = objects
    .filter(({ rate: own }) => isDefined(own))
    .reduce((a, b) => (valueOf(b.rate) < valueOf(a.rate) ? b : a));
  if (missed > 0 && objects.length > 1) parts.push(`worst for ${worst.name}`);
  if (isDefined(afterOcclusion)) {
    const back = Math.round(afterOcclusion.value * afterOcclusion.n);
    const decides = scored === afterOcclusion ? ", which is the score, for most steps ask for no memory" : "";
    parts.push(`back after ${back} of ${afterOcclusion.n} occlusions${decides}`);
  }
  if (isDefined(strayed) && strayed.value > 0) {
    parts.push(
      `${(100 * strayed.value).toFixed(1)} % could not be judged because it drifts off truth's place`,
    );
  }
  return parts.join("; ");
}

function valueOf(found: Estimate): number {
  return isDefined(found) ? found.value : Infinity;
}
