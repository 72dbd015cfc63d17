import { quantile } from "../metrics/quantile.ts";
import { rate } from "../metrics/rate.ts";
import type { Calibration, CalibrationCell, PlantedDefect } from "../report/calibration-result.ts";
import { AXES, type AxisName, type CheckName, CHECKS } from "../report/result.ts";
import type { Defect, Severity } from "../scenario/defect.ts";
import { createJudge, type Judge } from "../scenario/judge.ts";
import { dimensionValue, drawPanel } from "../scenario/panel.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Contract, PolicyRef, WorldRef } from "./contract.ts";
import { measureProperties } from "./measure-properties.ts";
import { measureOf } from "./measure.ts";
import { rollOutPairs } from "./pairs.ts";
import type { Rollouts } from "./rollouts.ts";

/** A fault to be planted, in words and as data, or why it cannot be. */
export type PlannedDefect = Omit<PlantedDefect, "found" | "caught" | "seeds"> & Defect;

/** What the exam of the exam does: for every seed one small exam of truth against itself, and one a defect. */
export interface CalibrationPlan {
  readonly scenario: Scenario;
  readonly truth: WorldRef;
  /** The same world by another name, so that it is rolled out for itself: what defects are planted in. */
  readonly twin: WorldRef;
  readonly policies: readonly PolicyRef[];
  readonly starts: number;
  /** Each seeds a panel and all that is drawn in its exams. Truth is examined against itself in all of them. */
  readonly seeds: readonly number[];
  /** In how many of them, the first, a defect of this severity is planted. Default: all. */
  readonly defectSeeds?: Readonly<Partial<Record<Severity, number>>>;
  readonly defects: readonly PlannedDefect[];
}

export type PropertyName = AxisName | CheckName;

/** What one small exam said of one property. */
export interface PropertyFinding {
  readonly status: "pass" | "fail" | "insufficient" | "not-applicable" | "undefined";
  readonly score: number | null;
}

export type PropertyFindings = Readonly<Record<PropertyName, PropertyFinding>>;

export interface CalibrationOptions {
  /** Rollouts for one seed: those of truth are asked for by all of its exams, those of a defect by one alone. */
  readonly rollouts: (seed: number) => (defect: Defect | undefined) => Rollouts;
  /** Exams finished before, and where to keep those finished now. */
  readonly kept?: {
    get(seed: number, defect: Defect | undefined): Promise<PropertyFindings | undefined>;
    put(seed: number, defect: Defect | undefined, findings: PropertyFindings): Promise<void>;
  };
  /** Exams under way at the same time. Default 1. */
  readonly atOnce?: number;
  /** Throws to stop. */
  readonly check?: () => void;
  readonly onExam?: (done: number, exams: number) => void;
}

/** What is asked of a sound exam (docs/defects.md). */
const REQUIRED = { truthPasses: 0.98, detection: 0.95 };

const PROPERTIES: readonly PropertyName[] = [...AXES, ...CHECKS];

/** Exams truth against itself and against itself with every planned defect, and says what the exam noticed. */
export async function calibrate(plan: CalibrationPlan, options: CalibrationOptions): Promise<Calibration> {
  const planted = plan.defects.filter(({ notApplicable }) => notApplicable === null);
  const plantedIn = ({ severity }: PlannedDefect): number =>
    plan.defectSeeds?.[severity] ?? plan.seeds.length;
  const exams = planted.reduce(
    (sum, one) => sum + Math.min(plantedIn(one), plan.seeds.length),
    plan.seeds.length,
  );
  const judge = createJudge(plan.scenario);
  let done = 0;
  const truthFound: PropertyFindings[] = [];
  const found = new Map<PlannedDefect, PropertyFindings[]>(planted.map((one) => [one, []]));
  for (const [s, seed] of plan.seeds.entries()) {
    const contract = contractOf(plan, seed);
    const rollouts = options.rollouts(seed);
    let easiest: Promise<Defect["about"]> | undefined;
    const examine = async (defect: Defect | undefined): Promise<PropertyFindings> => {
      options.check?.();
      let findings = await options.kept?.get(seed, defect);
      if (findings === undefined) {
        const about = await (defect?.kind.endsWith("-boundary") === true
          ? (easiest ??= easiestStart(contract, judge, rollouts(undefined)))
          : undefined);
        const planted = defect === undefined || about === undefined ? defect : { ...defect, about };
        findings = await oneExam(contract, judge, planted, rollouts(defect));
        await options.kept?.put(seed, defect, findings);
      }
      options.onExam?.(++done, exams);
      return findings;
    };
    // Truth first and alone: its own rollouts are what the others share.
    truthFound.push(await examine(undefined));
    const here = planted.filter((one) => s < plantedIn(one));
    await inTurns(here, options.atOnce ?? 1, async (one) => {
      found.get(one)![s] = await examine({ kind: one.kind, severity: one.severity });
    });
  }
  return resultOf(plan, truthFound, found);
}

function contractOf(plan: CalibrationPlan, seed: number): Contract {
  const { scenario, truth, twin, policies, starts } = plan;
  return {
    scenario,
    truth,
    candidate: twin,
    policies,
    panel: drawPanel(scenario, { count: starts, seed }),
    seed: BigInt(seed),
    without: ["stressors", "boundary", "attribution"],
  };
}

/** The start of the panel in which most policies succeed in truth, of those the one with the largest mean margin. */
async function easiestStart(contract: Contract, judge: Judge, rollouts: Rollouts): Promise<Defect["about"]> {
  const { scenario, truth, policies, panel } = contract;
  const traces = await rollouts.run(
    policies.map((policy) => ({
      world: truth,
      drive: { kind: "policy", policy },
      starts: panel,
      horizonSteps: scenario.horizonSteps,
    })),
  );
  const ease = panel.map((_, i) => {
    const outcomes = traces.map((ofPolicy) => judge.outcome(ofPolicy[i]!));
    return {
      successes: outcomes.filter(({ kind }) => kind === "success").length,
      margin: outcomes.reduce((sum, { margin }) => sum + (margin ?? 0), 0),
    };
  });
  let easiest = 0;
  for (const [i, { successes, margin }] of ease.entries()) {
    const best = ease[easiest]!;
    if (successes > best.successes || (successes === best.successes && margin > best.margin)) easiest = i;
  }
  return Object.fromEntries(
    scenario.dimensions.map((dimension) => [dimension.key, dimensionValue(panel[easiest]!, dimension)]),
  );
}

async function oneExam(
  contract: Contract,
  judge: Judge,
  defect: Defect | undefined,
  rollouts: Rollouts,
): Promise<PropertyFindings> {
  const candidate: WorldRef = defect === undefined ? contract.candidate : { ...contract.candidate, defect };
  const withDefect: Contract = { ...contract, candidate };
  const pairs = await rollOutPairs(withDefect, rollouts, judge);
  const measured = await measureProperties({ contract: withDefect, judge, pairs, rollouts });
  return Object.fromEntries(
    PROPERTIES.map((name) => [name, { status: measured[name].status, score: measured[name].score }]),
  ) as PropertyFindings;
}

/** Runs the work of all items, at most so many at once; stops at the first that fails. */
async function inTurns<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < items.length && !failed) {
      try {
        await work(items[next++]!);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  for (const one of lanes) if (one.status === "rejected") throw one.reason;
}

function resultOf(
  plan: CalibrationPlan,
  truthFound: readonly PropertyFindings[],
  found: ReadonlyMap<PlannedDefect, readonly PropertyFindings[]>,
): Calibration {
  const { scenario, truth, policies, starts, seeds } = plan;
  const { confidence } = scenario.thresholds;
  const share = (hits: number, n: number): CalibrationCell["rate"] =>
    measureOf(rate(hits, n, "no exam was run", confidence));
  /** In one seed: whether a property says no where truth itself did not. */
  const detects = (name: PropertyName, findings: PropertyFindings, s: number): boolean =>
    isAlarm(findings[name], truthFound[s]![name]) && !isAlarm(truthFound[s]![name], undefined);
  const cells = (all: readonly PropertyFindings[], alarm: (name: PropertyName, s: number) => boolean) =>
    Object.fromEntries(
      PROPERTIES.map((name): [PropertyName, CalibrationCell] => {
        const scored = truthFound.filter((one) => isScored(one[name])).length;
        const alarms = all.filter((_, s) => alarm(name, s)).length;
        const scores = all.flatMap((one) => one[name].score ?? []);
        return [
          name,
          {
            alarms,
            n: scored === 0 ? 0 : all.length,
            rate: scored === 0 ? { undefined: whyNot(truthFound, name) } : share(alarms, all.length),
            medianScore: scores.length === 0 ? null : quantile(scores, 0.5),
          },
        ];
      }),
    ) as Record<PropertyName, CalibrationCell>;

  const passes = truthFound.filter((one) =>
    AXES.every((name) => ["pass", "not-applicable"].includes(one[name].status)),
  ).length;
  const defects = plan.defects.map((one): PlantedDefect => {
    const all = found.get(one);
    if (all === undefined) return { ...one, seeds: 0, found: null, caught: null };
    const by = (names: readonly PropertyName[]): number =>
      all.filter((findings, s) => names.some((name) => detects(name, findings, s))).length;
    return {
      ...one,
      seeds: all.length,
      found: cells(all, (name, s) => detects(name, all[s]!, s)),
      caught: {
        byOneMeant: share(by(one.meantFor), all.length),
        byAny: share(by(PROPERTIES), all.length),
      },
    };
  });
  const truthPasses = share(passes, seeds.length);
  const missed = whatIsMissed(truthPasses, defects);
  return {
    schema: "simgate/calibration@1",
    scenario: { name: scenario.name, title: scenario.title, sha256: scenario.sha256 },
    truth: truth.name,
    policies: policies.map(({ name }) => name),
    starts,
    seeds: [...seeds],
    confidence,
    required: REQUIRED,
    truthPasses,
    falseAlarms: cells(truthFound, (name, s) => isAlarm(truthFound[s]![name], undefined)),
    defects,
    verdict: { sound: missed.length === 0, missed },
  };
}

/** A score that does not pass; no score is an alarm only where truth has one. */
function isAlarm({ status }: PropertyFinding, inTruth: PropertyFinding | undefined): boolean {
  if (status === "undefined") return inTruth !== undefined && isScored(inTruth);
  return status === "fail" || status === "insufficient";
}

function isScored({ status }: PropertyFinding): boolean {
  return status !== "undefined" && status !== "not-applicable";
}

function whyNot(truthFound: readonly PropertyFindings[], name: PropertyName): string {
  const notApplicable = truthFound.some((one) => one[name].status === "not-applicable");
  return notApplicable ? "not applicable to this scenario" : "truth itself has no score";
}

function whatIsMissed(truthPasses: CalibrationCell["rate"], defects: readonly PlantedDefect[]): string[] {
  const below = (found: CalibrationCell["rate"] | undefined, least: number): string | undefined => {
    if (found === undefined || "undefined" in found || found.value >= least) return undefined;
    return `in ${Math.round(found.value * found.n)} of ${found.n} seeds, ${100 * least} % required`;
  };
  const truth = below(truthPasses, REQUIRED.truthPasses);
  const missed = truth === undefined ? [] : [`truth against itself passes every axis ${truth}`];
  for (const { kind, severity, meantFor, caught } of defects) {
    const middle = severity === "middle" ? below(caught?.byOneMeant, REQUIRED.detection) : undefined;
    if (middle !== undefined) {
      missed.push(`${kind}, middle severity, is caught by ${meantFor.join(" or ")} ${middle}`);
    }
    const high = severity === "high" ? below(caught?.byAny, REQUIRED.detection) : undefined;
    if (high !== undefined) missed.push(`${kind}, high severity, is caught by anything at all ${high}`);
  }
  return missed;
}
