import { parseExpression } from "../core/expression.ts";
import type { Trace } from "../core/trace.ts";
import { type InvariantBreaks, invariantBreaks } from "../metrics/invariant.ts";
import type { Invariant } from "../scenario/scenario.ts";
import type { ExamRun } from "./axis.ts";

/** A quantity that the scenario declares to be kept, judged on every pair of rollouts. */
export interface JudgedInvariant {
  readonly invariant: Invariant;
  /** Truth's steps that break it. If there is one, the declaration is wrong and nothing is held against the candidate. */
  readonly inTruth: number;
  /** One a pair. */
  readonly candidate: readonly InvariantBreaks[];
}

export function declaredInvariants({ contract, pairs }: ExamRun): readonly JudgedInvariant[] {
  const { invariants, observation, parameters, file } = contract.scenario;
  return invariants.map((invariant): JudgedInvariant => {
    const { expression: text, unit, tolerance } = invariant;
    const rule = invariant.rule === "conserved" ? "conserved" : invariant.direction;
    const symbols = { channels: observation, parameters };
    const expression = parseExpression(text, symbols, { expectUnit: unit, where: file });
    const breaks = ({ observation: columns, steps, start }: Trace): InvariantBreaks =>
      invariantBreaks(expression.evaluate(columns, steps + 1, { parameters: start.parameters }), {
        rule,
        tolerance,
      });
    return {
      invariant,
      inTruth: pairs.reduce((sum, { truth }) => sum + brokenSteps(breaks(truth)), 0),
      candidate: pairs.map(({ candidate }) => breaks(candidate)),
    };
  });
}

export function brokenSteps({ steps }: InvariantBreaks): number {
  let sum = 0;
  for (const flag of steps) sum += flag;
  return sum;
}
