import { inputError } from "../core/errors.ts";
import type { Outcome } from "../core/trace.ts";
import { type EvidenceProcess, pairedProportions } from "../metrics/e-process.ts";
import type { Stopping } from "../report/result.ts";
import type { Judge } from "../scenario/judge.ts";
import type { Contract, PolicyRef } from "./contract.ts";
import type { Rollouts } from "./rollouts.ts";

/**
 * Starts of the first part of the panel; each further part is as long as all before it. Fewer starts may decide
 * between policies, but leave the intervals of the axes too wide for any verdict.
 */
const FIRST_PART = 64;

/** Which of two policies is better in truth, as far as the starts seen so far tell. */
class Comparison {
  readonly #firstBetter: EvidenceProcess = pairedProportions();
  readonly #secondBetter: EvidenceProcess = pairedProportions();
  readonly first: string;
  readonly second: string;
  better: string | null = null;
  decidedAt: number | null = null;

  constructor(first: string, second: string) {
    this.first = first;
    this.second = second;
  }

  /** The mean of two e-values is one. */
  get eValue(): number {
    return (this.#firstBetter.eValue + this.#secondBetter.eValue) / 2;
  }

  /** @param starts how many starts have been seen with this one */
  see(first: Outcome["kind"], second: Outcome["kind"], starts: number, required: number): void {
    if (this.better !== null || first === "fault" || second === "fault") return;
    const [a, b] = [first === "success", second === "success"];
    this.#firstBetter.next(b, a);
    this.#secondBetter.next(a, b);
    if (this.eValue < required) return;
    this.better = this.#firstBetter.eValue > this.#secondBetter.eValue ? this.first : this.second;
    this.decidedAt = starts;
  }
}

/**
 * Takes the panel in growing parts (64 starts, 64 more, 128 more, …) and stops when truth has decided which of every
 * two policies is better. Every pair has an e-process over the starts on which the two differ
 * (`metrics/e-process.ts`); it is decided when the mean of the e-values of both directions reaches pairs ÷ (1 −
 * confidence), so that with the confidence asked none of the decisions is wrong, however often one looks. Policies
 * that are alike are never decided: then the whole panel is taken.
 *
 * The starts are taken as draws from the box. Those of a Sobol panel fill it more evenly than draws do, which makes
 * rates steadier, not less so. The exam rolls the panel out in batches of its own, so the first 128 starts of truth
 * are rolled out twice at the most. Intervals of the exam are those of a panel of that length; that it ended where
 * truth was decided is not in them.
 */
export async function untilDecided(
  contract: Contract,
  rollouts: Rollouts,
  judge: Judge,
): Promise<{ readonly contract: Contract; readonly stopping: Stopping }> {
  const { policies, panel, scenario, truth } = contract;
  if (policies.length < 2) {
    throw inputError("an exam until decided needs policies to decide between", {
      expected: "two or more",
      got: policies.map(({ name }) => name).join(", "),
    });
  }
  const comparisons = policies.flatMap(({ name }, i) =>
    policies.slice(i + 1).map((other) => new Comparison(name, other.name)),
  );
  const required = comparisons.length / (1 - scenario.thresholds.confidence);
  let starts = 0;
  while (starts < panel.length && comparisons.some(({ better }) => better === null)) {
    const part = panel.slice(starts, Math.max(FIRST_PART, 2 * starts));
    const traces = await rollouts.run(
      policies.map((policy: PolicyRef) => ({
        world: truth,
        drive: { kind: "policy" as const, policy },
        starts: part,
        horizonSteps: scenario.horizonSteps,
      })),
    );
    const outcomes = new Map(
      policies.map(({ name }, p) => [name, traces[p]!.map((trace) => judge.outcome(trace).kind)]),
    );
    for (let i = 0; i < part.length; i++) {
      for (const one of comparisons) {
        one.see(outcomes.get(one.first)![i]!, outcomes.get(one.second)![i]!, starts + i + 1, required);
      }
    }
    starts += part.length;
  }
  return {
    contract: { ...contract, panel: panel.slice(0, starts) },
    stopping: {
      starts,
      of: panel.length,
      decided: comparisons.every(({ better }) => better !== null),
      required: Number(required.toPrecision(12)),
      pairs: comparisons.map(({ first, second, eValue, better, decidedAt }) => ({
        first,
        second,
        eValue,
        better,
        decidedAt,
      })),
    },
  };
}
