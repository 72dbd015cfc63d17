import type { Outcome, Trace } from "../core/trace.ts";
import { outcomesOf } from "../exam/axes/task-validity.ts";
import type { Contract } from "../exam/contract.ts";
import type { Pair } from "../exam/pairs.ts";
import { successOf } from "../exam/policy-results.ts";
import type { RolloutJob } from "../fleet/job.ts";
import { successRates } from "../metrics/success-rate.ts";
import type { Judge } from "../scenario/judge.ts";
import type { FinishedItem, PolicySoFar, ProgressMessage } from "../viewer/live-messages.ts";

/** How many of the latest are named. */
const LATEST = 40;

interface Half {
  readonly trace: Trace;
  readonly outcome: Outcome;
}

/** The pairs of an exam that is under way, as both halves of each come in; and what they say so far. */
export class FinishedPairs {
  readonly #contract: Contract;
  readonly #judge: Judge;
  readonly #halves = { truth: new Map<string, Half>(), candidate: new Map<string, Half>() };
  readonly #pairs = new Map<string, Pair>();

  constructor(contract: Contract, judge: Judge) {
    this.#contract = contract;
    this.#judge = judge;
  }

  /** Takes what a job brought, if it is of the panel: an exam asks for much else. */
  add({ world, drive, starts, repeat, swap, nudge }: RolloutJob, traces: readonly Trace[]): void {
    const { truth, candidate, panel, policies } = this.#contract;
    const role = world === truth ? "truth" : world === candidate ? "candidate" : undefined;
    if (role === undefined || drive.kind !== "policy" || !policies.includes(drive.policy)) return;
    if (repeat !== undefined || swap !== undefined || nudge !== undefined) return;
    const policy = drive.policy.name;
    traces.forEach((trace, i) => {
      const start = starts[i]!;
      const key = `${policy}/${start.index}`;
      if (panel[start.index] !== start || this.#halves[role].has(key)) return;
      this.#halves[role].set(key, { trace, outcome: this.#judge.outcome(trace) });
      this.#join(key, policy, start.index);
    });
  }

  pair(policy: string, start: number): Pair | undefined {
    return this.#pairs.get(`${policy}/${start}`);
  }

  progress(): Omit<ProgressMessage, "done" | "asked"> {
    const { policies, panel, scenario } = this.#contract;
    const pairs = [...this.#pairs.values()];
    return {
      of: "pairs",
      finished: pairs.length,
      total: policies.length * panel.length,
      latest: pairs.slice(-LATEST).reverse().map(itemOf),
      policies: this.#policies(pairs),
      confidence: scenario.thresholds.confidence,
    };
  }

  #join(key: string, policy: string, start: number): void {
    const truth = this.#halves.truth.get(key);
    const candidate = this.#halves.candidate.get(key);
    if (truth === undefined || candidate === undefined) return;
    this.#pairs.set(key, {
      policy,
      start,
      truth: truth.trace,
      candidate: candidate.trace,
      truthOutcome: truth.outcome,
      candidateOutcome: candidate.outcome,
    });
  }

  #policies(pairs: readonly Pair[]): PolicySoFar[] {
    const { confidence } = this.#contract.scenario.thresholds;
    return successRates(pairs.map(outcomesOf), confidence).map(({ policy, truth, candidate }) => {
      const wrong = (inTruth: Outcome["kind"], inCandidate: Outcome["kind"]): number =>
        pairs.filter(
          (pair) =>
            pair.policy === policy &&
            pair.truthOutcome.kind === inTruth &&
            pair.candidateOutcome.kind === inCandidate,
        ).length;
      return {
        policy,
        truth: successOf(truth),
        candidate: successOf(candidate),
        confusion: { fp: wrong("failure", "success"), fn: wrong("success", "failure") },
      };
    });
  }
}

function itemOf({ policy, start, truthOutcome, candidateOutcome }: Pair): FinishedItem {
  const told = ({ kind, margin }: Outcome): string =>
    margin === null ? kind : `${kind} (${margin.toFixed(2).replace("-", "−")})`;
  const wrong = truthOutcome.kind !== candidateOutcome.kind;
  return {
    id: `${policy}/${start}`,
    title: `${policy}, start #${start}`,
    text: `truth ${told(truthOutcome)}, candidate ${told(candidateOutcome)}`,
    wrong,
  };
}
