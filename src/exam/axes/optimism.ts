import type { Outcome } from "../../core/trace.ts";
import { type Estimate, estimate, isDefined, undefinedEstimate } from "../../metrics/estimate.ts";
import { clusteredRate } from "../../metrics/rate.ts";
import type { Optimism, OptimismSource } from "../../report/result.ts";
import type { Axis, ExamRun, Finding } from "../axis.ts";
import { exploitGap } from "../exploit-gap.ts";
import { axisResult, measureOf } from "../measure.ts";
import { openLoopOutcome } from "../open-loop-outcome.ts";
import { optimismProbes } from "../optimism-probes.ts";
import type { RolloutRequest } from "../rollouts.ts";

/** The probes are rolled out from this many of the panel's first starts. */
const MOST_STARTS = 64;

/** How one rollout ended in both worlds. */
interface Ended {
  readonly start: number;
  readonly truth: Outcome["kind"];
  readonly candidate: Outcome["kind"];
}

interface Source {
  readonly result: OptimismSource;
  readonly falsePass: Estimate;
}

/**
 * Does the candidate pass what fails in truth? 1 − the false-pass rate of the worst source: the policies of the exam,
 * closed loop, and probes that nobody would expect to succeed (zero, shuffled and reversed actions, open loop). Of
 * sources with the same rate the one with most failures in truth counts, because it tells most.
 */
export const optimism: Axis<Optimism> = {
  name: "optimism",
  async measure(run: ExamRun): Promise<Finding<Optimism>> {
    const { axis, sources, worst } = await scored(run);
    return {
      axis,
      details: {
        sources: sources.map(({ result }) => result),
        worst: worst?.result.source ?? null,
        exploitGap: await exploitGap(run),
      },
    };
  },
};

/** The score alone, without tuning a policy inside the candidate: what a panel of defects can afford. */
export async function optimismScore(run: ExamRun): Promise<Finding<Optimism>["axis"]> {
  return (await scored(run)).axis;
}

async function scored(run: ExamRun): Promise<{
  readonly axis: Finding<Optimism>["axis"];
  readonly sources: readonly Source[];
  readonly worst: Source | undefined;
}> {
  const { confidence, falsePassRate: threshold } = run.contract.scenario.thresholds;
  const closed = sourceOf(
    "closed loop",
    "the policies of the exam",
    run.pairs.map(({ start, truthOutcome, candidateOutcome }) => ({
      start,
      truth: truthOutcome.kind,
      candidate: candidateOutcome.kind,
    })),
    confidence,
  );
  const sources = [closed, ...(await probe(run))];
  const worst = worstOf(sources);
  const score =
    worst === undefined
      ? undefinedEstimate("truth failed in no rollout, so nothing could be passed wrongly")
      : complement(worst.falsePass);
  const axis = axisResult(
    score,
    Number((1 - threshold).toPrecision(12)),
    worst === undefined ? "" : explain(worst.result),
  );
  return { axis, sources, worst };
}

async function probe(run: ExamRun): Promise<Source[]> {
  const { contract, judge, rollouts } = run;
  const { scenario, truth, candidate, panel } = contract;
  // A recording cannot show what other commands would have done.
  if (!truth.respondsToActions) return [];
  const starts = panel.slice(0, MOST_STARTS);
  const probes = optimismProbes(run, starts.length);
  const traces = await rollouts.run(
    probes.flatMap(({ actions }) =>
      [truth, candidate].map((world): RolloutRequest => ({
        world,
        drive: { kind: "actions", actions },
        starts,
        horizonSteps: scenario.horizonSteps,
      })),
    ),
  );
  return probes.map(({ name, description }, k) => {
    const [inTruth, inCandidate] = [traces[2 * k]!, traces[2 * k + 1]!];
    return sourceOf(
      name,
      description,
      starts.map(({ index }, i) => ({
        start: index,
        truth: openLoopOutcome(judge, inTruth[i]!).kind,
        candidate: openLoopOutcome(judge, inCandidate[i]!).kind,
      })),
      scenario.thresholds.confidence,
    );
  });
}

function sourceOf(source: string, description: string, ended: readonly Ended[], confidence: number): Source {
  const judged = ended.filter(({ truth, candidate }) => truth !== "fault" && candidate !== "fault");
  const failed = judged.filter(({ truth }) => truth === "failure");
  const passes = failed.filter(({ candidate }) => candidate === "success").length;
  const starts = new Map<number, { hits: number; trials: number }>();
  for (const { start, candidate } of failed) {
    const of = starts.get(start) ?? { hits: 0, trials: 0 };
    starts.set(start, { hits: of.hits + (candidate === "success" ? 1 : 0), trials: of.trials + 1 });
  }
  const falsePass = clusteredRate(starts.values(), "truth failed in no judged rollout", confidence);
  const count = (world: "truth" | "candidate"): number =>
    judged.filter((one) => one[world] === "success").length;
  return {
    falsePass,
    result: {
      source,
      description,
      rollouts: judged.length,
      truthSuccesses: count("truth"),
      candidateSuccesses: count("candidate"),
      truthFails: failed.length,
      falsePasses: passes,
      faults: ended.length - judged.length,
      falsePassRate: measureOf(falsePass),
    },
  };
}

function worstOf(sources: readonly Source[]): Source | undefined {
  const rateOf = ({ falsePass }: Source): number => (isDefined(falsePass) ? falsePass.value : -1);
  return sources
    .filter(({ falsePass }) => isDefined(falsePass))
    .toSorted((a, b) => rateOf(b) - rateOf(a) || b.result.truthFails - a.result.truthFails)[0];
}

function complement(one: Estimate): Estimate {
  if (!isDefined(one)) return one;
  const { value, n, interval, method = "wilson" } = one;
  return estimate(1 - value, n, interval && [1 - interval[1], 1 - interval[0]], method);
}

function explain({ source, truthFails, falsePasses }: OptimismSource): string {
  const where = source === "closed loop" ? "closed loop, " : `under ${source}, `;
  return `${where}the candidate passes ${falsePasses} of the ${truthFails} rollouts that fail in truth`;
}
