import type { Outcome } from "../core/trace.ts";
import { clusteredRate } from "../metrics/rate.ts";
import { AXES, type AxisName, type Measure, type StressorResult, type Stressors } from "../report/result.ts";
import { createJudge } from "../scenario/judge.ts";
import type { StressorConfig } from "../scenario/schema.ts";
import { isPictured } from "../scenario/stressed-images.ts";
import type { ExamRun } from "./axis.ts";
import { type Contract, leftOut } from "./contract.ts";
import { measureOf, unscored } from "./measure.ts";
import { type AxesFound, measureAxes, type Untouched } from "./measure-axes.ts";
import { type Pair, rollOutPairs } from "./pairs.ts";
import { overallOf, policyResults } from "./policy-results.ts";
import { byWording, toldPairs, untoldText, whyUntold } from "./prompt-drift.ts";
import { describeStressor, stressedContract } from "./stressed-contract.ts";
import { type Axes, weakestAxis } from "./verdict.ts";

/** Every stressor is rolled out from this many of the panel's first starts. */
const MOST_STARTS = 64;

const REPEATED = "it repeats recorded commands in the bare candidate, which the stressor does not touch";
const SCRIPTED = "its scripts are commanded without a policy, so nothing that one is shown or told matters";
const AS_LONG = "its scripts are compared over the same few seconds, however long the task is";

/** What a stressor cannot change by the way an axis is measured. */
function untouchedBy(stressor: StressorConfig): Untouched {
  switch (stressor.kind) {
    case "parameter-shift":
      return {};
    case "horizon-extension":
      return { controllability: AS_LONG };
    case "action-delay":
    case "action-noise":
    case "lighting":
    case "context-drift":
      return { resetReproducibility: REPEATED };
    case "observation-delay":
    case "observation-dropout":
      return { controllability: SCRIPTED, resetReproducibility: REPEATED };
    case "prompt-drift":
      return {
        ...(stressor.of === "policy" ? { controllability: SCRIPTED } : {}),
        resetReproducibility: REPEATED,
      };
  }
}

/**
 * The axes again under each stressor of the scenario, truth and candidate stressed alike, beside the axes without any
 * from the same starts.
 */
export async function measureStressors(
  run: ExamRun,
  unstressed: Axes,
): Promise<Stressors | { undefined: string }> {
  const { contract, rollouts } = run;
  const { scenario, truth } = contract;
  const given = Object.entries(scenario.stressors);
  const reason =
    leftOut(contract, "stressors") ??
    (given.length === 0 ? "the scenario declares no stressors" : undefined) ??
    (truth.respondsToActions ? undefined : `${truth.name} is a recording: nothing can be made harder in it`);
  if (reason !== undefined) return { undefined: reason };

  const starts = Math.min(MOST_STARTS, contract.panel.length);
  const without = starts === contract.panel.length ? unstressed : await withoutStressor(run, starts);
  const stressors: StressorResult[] = [];
  for (const [name, stressor] of given) {
    const idle = whyIdle(stressor, contract);
    const description =
      describeStressor(stressor, scenario) +
      (stressor.kind === "prompt-drift" && idle === undefined ? untoldText(stressor, contract) : "");
    const known = { name, kind: stressor.kind, description };
    if (idle !== undefined) {
      stressors.push({ ...known, ...unmeasured(idle) });
      continue;
    }
    const harder = stressedContract(contract, stressor, starts);
    const judge = createJudge(harder.scenario);
    const pairs = await rollOutPairs(harder, rollouts, judge);
    const found = await measureAxes({ contract: harder, judge, pairs, rollouts }, untouchedBy(stressor));
    const policies = policyResults(harder, pairs, found.validity);
    stressors.push({
      ...known,
      ...scores(found, without),
      ...changes(run, harder, stressor, pairs),
      policies: policies.map((one) => ({
        policy: one.policy,
        truth: countsOf(one.truth),
        candidate: countsOf(one.candidate),
      })),
    });
  }
  return { starts, unstressed: without, stressors, broken: brokenAxes(stressors, unstressed) };
}

/** The axes of the exam as it is, from its first starts only: the rollouts are there already, most of them. */
async function withoutStressor({ contract, pairs, ...rest }: ExamRun, starts: number): Promise<Axes> {
  const few = contract.panel.slice(0, starts);
  const chosen = pairs.filter((_, i) => i % contract.panel.length < starts);
  return (await measureAxes({ ...rest, contract: { ...contract, panel: few }, pairs: chosen })).axes;
}

function scores(
  { axes, validity }: AxesFound,
  without: Axes,
): Pick<StressorResult, "axes" | "difference" | "weakestAxis" | "falsePassRate" | "falseFailRate"> {
  const { falsePassRate, falseFailRate } = overallOf(validity);
  const difference = Object.fromEntries(
    AXES.map((name) => {
      const [own, before] = [axes[name].score, without[name].score];
      return [name, own === null || before === null ? null : own - before];
    }),
  ) as StressorResult["difference"];
  return { axes, difference, weakestAxis: weakestAxis(axes), falsePassRate, falseFailRate };
}

/** Why a stressor of pictures or words cannot change what a world or a policy does. */
function whyIdle(stressor: StressorConfig, contract: Contract): string | undefined {
  if (stressor.kind === "prompt-drift") return whyUntold(stressor, contract);
  if (!isPictured(stressor)) return undefined;
  const { candidate, policies } = contract;
  // In another light a policy that looks sees something else in any world.
  if (stressor.kind === "lighting" && policies.some(({ looks }) => looks)) return undefined;
  const { name, sees } = candidate;
  if (sees === undefined) return `${name} goes on from numbers, not from pictures`;
  return sees === "first" && stressor.from === 0
    ? `${name} looks at pictures where it begins and never again, and there nothing is changed yet`
    : undefined;
}

/** Which verdicts change, where that says more than how truth and candidate agree. */
function changes(
  run: ExamRun,
  harder: Contract,
  stressor: StressorConfig,
  under: readonly Pair[],
): Pick<StressorResult, "changed" | "wordings"> {
  if (isPictured(stressor)) return { changed: changedVerdicts(run, under) };
  if (stressor.kind !== "prompt-drift") return {};
  const [without, told] = [run.pairs, under].map((pairs) => toldPairs(stressor, harder, pairs));
  return {
    changed: changedVerdicts(run, told!),
    wordings: byWording(stressor, harder, { without: without!, under: told! }),
  };
}

/** How often it ends otherwise than without the stressor. What takes away nothing that matters never does that in truth or in a sound world. */
function changedVerdicts(
  { pairs, contract: { scenario } }: ExamRun,
  under: readonly Pair[],
): NonNullable<StressorResult["changed"]> {
  const before = new Map(pairs.map((pair) => [`${pair.policy} ${pair.start}`, pair]));
  const rate = (outcomeOf: (pair: Pair) => Outcome): Measure => {
    const byStart = new Map<number, { hits: number; trials: number }>();
    for (const pair of under) {
      const count = byStart.get(pair.start) ?? { hits: 0, trials: 0 };
      const same = outcomeOf(pair).kind === outcomeOf(before.get(`${pair.policy} ${pair.start}`)!).kind;
      byStart.set(pair.start, { hits: count.hits + (same ? 0 : 1), trials: count.trials + 1 });
    }
    return measureOf(
      clusteredRate(byStart.values(), "there are no rollouts", scenario.thresholds.confidence),
    );
  };
  return {
    truth: rate(({ truthOutcome }) => truthOutcome),
    candidate: rate(({ candidateOutcome }) => candidateOutcome),
  };
}

function unmeasured(reason: string): Omit<StressorResult, "name" | "kind" | "description"> {
  return {
    axes: Object.fromEntries(AXES.map((axis) => [axis, unscored("not-applicable", reason)])) as Axes,
    difference: Object.fromEntries(AXES.map((axis) => [axis, null])) as StressorResult["difference"],
    weakestAxis: null,
    policies: [],
    falsePassRate: { undefined: reason },
    falseFailRate: { undefined: reason },
  };
}

function countsOf({
  successes,
  trials,
  rate,
}: StressorResult["policies"][number]["truth"]): StressorResult["policies"][number]["truth"] {
  return { successes, trials, rate };
}

/** Axes that fail under a stressor though the exam passes them; first the one furthest beyond what its threshold allows. */
function brokenAxes(stressors: readonly StressorResult[], unstressed: Axes): Stressors["broken"] {
  const used = (stressor: StressorResult, axis: AxisName): number => {
    const { score, threshold } = stressor.axes[axis];
    return (1 - score!) / (1 - threshold!);
  };
  return stressors
    .flatMap((stressor) =>
      AXES.filter((axis) => unstressed[axis].status === "pass" && stressor.axes[axis].status === "fail").map(
        (axis) => ({ stressor: stressor.name, axis, used: used(stressor, axis) }),
      ),
    )
    .sort((a, b) => b.used - a.used)
    .map(({ stressor, axis }) => ({ stressor, axis }));
}
