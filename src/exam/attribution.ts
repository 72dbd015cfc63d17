import type { Outcome, Trace } from "../core/trace.ts";
import { isDefined } from "../metrics/estimate.ts";
import { clusteredRate } from "../metrics/rate.ts";
import {
  type AttributedFailure,
  type Attribution,
  type Part,
  PARTS,
  type Replacement,
} from "../report/result.ts";
import type { ExamRun } from "./axis.ts";
import { leftOut } from "./contract.ts";
import { chooseFailures, type Failure, failuresOf } from "./examined-failures.ts";
import { measureOf } from "./measure.ts";
import type { Pair } from "./pairs.ts";
import { PLANNING_SIZE, type PlannedReplacement, plannedReplacements } from "./replacements.ts";
import type { RolloutRequest } from "./rollouts.ts";

type Experiment = AttributedFailure["experiments"][number];

/**
 * Which part is to blame for the candidate's wrong passes, wrong fails and faults: each is rolled out again with one
 * part replaced by its oracle, and the smallest replacement with which it goes away names the cause (docs/attribution.md).
 * @param traceOf where the trace of a pair was kept
 */
export async function attributeFailures(
  run: ExamRun,
  traceOf: (pair: Pair) => string | undefined,
): Promise<Attribution | { undefined: string }> {
  const { contract, pairs } = run;
  const failures = failuresOf(pairs);
  const reason =
    leftOut(contract, "attribution") ??
    (failures.length === 0
      ? "nothing to blame: no wrong pass, no wrong fail and no fault of the candidate"
      : undefined) ??
    (contract.truth.respondsToActions
      ? undefined
      : `${contract.truth.name} is a recording: it cannot stand in for a part of the candidate`);
  if (reason !== undefined) return { undefined: reason };

  const chosen = chooseFailures(failures, contract.seed);
  const planned = plannedReplacements(run);
  const rolled = await rollOut(run, planned, chosen);
  const experiments = chosen.map((failure) => [
    ...planned.flatMap((one) => rolled.get(one)?.get(failure) ?? []),
    ...planningExperiment(run, failure),
  ]);
  const all = [...planned, planning(run)];
  const order = bySize(all, experiments.flat());
  const examined = chosen.map((failure, i) => attributed(failure, experiments[i]!, order, traceOf));
  const replacements = all.map((one) => summed(one, examined, run));
  const causes = causesOf(examined, run);
  const count = (kind: Failure["kind"]): number => failures.filter((failure) => failure.kind === kind).length;
  return {
    failures: {
      wrongPasses: count("wrong pass"),
      wrongFails: count("wrong fail"),
      faults: count("fault"),
      examined: chosen.length,
    },
    replacements,
    causes,
    examined,
    sentence: sentenceOf(examined, causes),
  };
}

/** Every replacement on every failure it applies to, one request a policy. */
async function rollOut(
  { contract, judge, rollouts }: ExamRun,
  planned: readonly PlannedReplacement[],
  chosen: readonly Failure[],
): Promise<Map<PlannedReplacement, Map<Failure, Experiment>>> {
  const starts = new Map(contract.panel.map((start) => [start.index, start]));
  const asked: { one: PlannedReplacement; failures: readonly Failure[]; requests: RolloutRequest[] }[] = [];
  for (const one of planned) {
    for (const policy of contract.policies) {
      const failures = chosen.filter(
        (failure) => failure.pair.policy === policy.name && one.applies(failure),
      );
      if (failures.length === 0) continue;
      const requests = one.requests(policy).map((request) => ({
        ...request,
        starts: failures.map(({ pair }) => starts.get(pair.start)!),
        horizonSteps: contract.scenario.horizonSteps,
      }));
      asked.push({ one, failures, requests });
    }
  }
  const traces = await rollouts.run(asked.flatMap(({ requests }) => requests));
  const found = new Map(planned.map((one) => [one, new Map<Failure, Experiment>()]));
  let at = 0;
  for (const { one, failures, requests } of asked) {
    const own = traces.slice(at, (at += requests.length));
    failures.forEach((failure, i) => {
      const outcomes = own.map((list): Outcome => judge.outcome(list[i]! satisfies Trace));
      found.get(one)!.set(failure, experimentOf(one, failure, outcomes));
    });
  }
  return found;
}

function experimentOf(
  one: Pick<PlannedReplacement, "name" | "needs" | "reverse">,
  { pair }: Failure,
  [candidate, other]: readonly Outcome[],
): Experiment {
  const needed = one.needs === "reference" ? other!.kind : pair.truthOutcome.kind;
  const repeats = one.reverse === undefined || other!.kind === pair.candidateOutcome.kind;
  return {
    replacement: one.name,
    outcome: candidate!.kind,
    margin: candidate!.margin,
    needed,
    cured: candidate!.kind === needed && needed !== "fault" && repeats,
  };
}

/** The policy that truth likes best is the reference; what it does from every start is known already. */
function planning(run: ExamRun): PlannedReplacement {
  return {
    name: "planning",
    part: "planning",
    size: PLANNING_SIZE,
    meaning: `${referencePolicy(run)}, the best policy in truth, in both worlds`,
    applies: ({ pair }) => pair.policy !== referencePolicy(run),
    requests: () => [],
    needs: "reference",
  };
}

function planningExperiment(run: ExamRun, failure: Failure): Experiment[] {
  const one = planning(run);
  if (!one.applies(failure)) return [];
  const best = referencePolicy(run);
  const pair = run.pairs.find(({ policy, start }) => policy === best && start === failure.pair.start);
  return pair === undefined ? [] : [experimentOf(one, failure, [pair.candidateOutcome, pair.truthOutcome])];
}

function referencePolicy({ contract, pairs }: ExamRun): string {
  const successes = new Map(contract.policies.map(({ name }) => [name, 0]));
  for (const { policy, truthOutcome } of pairs) {
    if (truthOutcome.kind === "success") successes.set(policy, (successes.get(policy) ?? 0) + 1);
  }
  return [...successes].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** Smallest first; of the same size, those that cure more failures first: they explain more. */
function bySize(
  replacements: readonly PlannedReplacement[],
  experiments: readonly Experiment[],
): readonly PlannedReplacement[] {
  const cured = (name: string): number =>
    experiments.filter((one) => one.cured && one.replacement === name).length;
  return replacements.toSorted((a, b) => a.size - b.size || cured(b.name) - cured(a.name));
}

/** @param order of the replacements: the first one that cures is the cause */
function attributed(
  { pair, kind }: Failure,
  experiments: readonly Experiment[],
  order: readonly PlannedReplacement[],
  traceOf: (pair: Pair) => string | undefined,
): AttributedFailure {
  const cures = new Set(experiments.filter(({ cured }) => cured).map(({ replacement }) => replacement));
  const cause = order.find(({ name }) => cures.has(name));
  const trace = traceOf(pair);
  return {
    policy: pair.policy,
    start: pair.start,
    kind,
    truthMargin: pair.truthOutcome.margin,
    candidateMargin: pair.candidateOutcome.margin,
    cause: cause === undefined ? null : { part: cause.part, replacement: cause.name },
    experiments: [...experiments],
    ...(trace === undefined ? {} : { trace }),
  };
}

function summed(
  { name, part, meaning }: PlannedReplacement,
  examined: readonly AttributedFailure[],
  run: ExamRun,
): Replacement {
  const tried = examined.flatMap(({ start, experiments }) => {
    const experiment = experiments.find(({ replacement }) => replacement === name);
    return experiment === undefined ? [] : [{ start, hit: experiment.cured }];
  });
  return {
    name,
    part,
    meaning,
    tried: tried.length,
    cured: tried.filter(({ hit }) => hit).length,
    share: shareOf(tried, "there was nothing to replace in any failure", run),
  };
}

function causesOf(examined: readonly AttributedFailure[], run: ExamRun): Attribution["causes"] {
  const of = (part: Part | null): Attribution["causes"][number] => {
    const hits = examined.map(({ start, cause }) => ({ start, hit: (cause?.part ?? null) === part }));
    return { part, count: hits.filter(({ hit }) => hit).length, share: shareOf(hits, "no failure", run) };
  };
  return [...PARTS, null].map(of).filter(({ count }) => count > 0);
}

function shareOf(
  hits: readonly { readonly start: number; readonly hit: boolean }[],
  whenEmpty: string,
  { contract }: ExamRun,
): Replacement["share"] {
  const byStart = new Map<number, { hits: number; trials: number }>();
  for (const { start, hit } of hits) {
    const { hits: before, trials } = byStart.get(start) ?? { hits: 0, trials: 0 };
    byStart.set(start, { hits: before + Number(hit), trials: trials + 1 });
  }
  const rate =
    hits.length === 0
      ? { undefined: whenEmpty, n: 0 }
      : clusteredRate(byStart.values(), whenEmpty, contract.scenario.thresholds.confidence);
  return isDefined(rate) ? measureOf(rate) : { undefined: rate.undefined };
}

function sentenceOf(examined: readonly AttributedFailure[], causes: Attribution["causes"]): string {
  const total = examined.length;
  const failures = `${total} examined failure${total === 1 ? "" : "s"}`;
  const [most] = causes.filter(({ part }) => part !== null).toSorted((a, b) => b.count - a.count);
  const left = causes.find(({ part }) => part === null)?.count ?? 0;
  const none = left === 0 ? "" : `; ${left} of them no single replacement cures`;
  if (most === undefined)
    return `No single replacement cures any of the ${failures}: nothing can be blamed alone.`;
  const smallest = examined
    .filter(({ cause }) => cause?.part === most.part)
    .map(({ cause }) => cause!.replacement);
  const names = [...new Set(smallest)]
    .map((name) => ({ name, count: smallest.filter((one) => one === name).length }))
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ name, count }) =>
      name === most.part ? `${count}` : `${name.replace(`${most.part}: `, "")} in ${count}`,
    );
  const detail = names.length === 1 && names[0] === `${most.count}` ? "" : ` (${names.join(", ")})`;
  return `Of ${failures}, ${most.part} is to blame for ${most.count}${detail}${none}.`;
}
