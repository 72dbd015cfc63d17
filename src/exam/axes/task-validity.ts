import { isDefined } from "../../metrics/estimate.ts";
import { type OutcomePair } from "../../metrics/confusion.ts";
import { taskValidity as score, type TaskValidity } from "../../metrics/task-validity.ts";
import type { Axis, ExamRun, Finding } from "../axis.ts";
import { axisResult } from "../measure.ts";
import type { Pair } from "../pairs.ts";

/** Does the candidate end as truth ends? Youden's J over policies × panel. */
export const taskValidity: Axis<TaskValidity> = {
  name: "taskValidity",
  measure({ contract, pairs }: ExamRun): Promise<Finding<TaskValidity>> {
    const { thresholds } = contract.scenario;
    const details = score(pairs.map(outcomesOf), { seed: contract.seed, confidence: thresholds.confidence });
    return Promise.resolve({
      axis: axisResult(details.youden, thresholds.taskValidity, explain(details)),
      details,
    });
  },
};

/** The part of a pair that outcome statistics look at. */
export function outcomesOf({ policy, start, truthOutcome, candidateOutcome }: Pair): OutcomePair {
  return { policy, start, truth: truthOutcome.kind, candidate: candidateOutcome.kind };
}

function explain({ confusion, falsePass, falseFail }: TaskValidity): string {
  const { falsePass: fp, trueFail: tn, falseFail: fn, truePass: tp, faultOnPass, faultOnFail } = confusion;
  const faults = faultOnPass + faultOnFail;
  const parts: string[] = [];
  if (isDefined(falsePass)) parts.push(`passes ${fp} of the ${fp + tn} rollouts that fail in truth`);
  if (isDefined(falseFail)) parts.push(`fails ${fn} of the ${fn + tp} that succeed`);
  if (faults > 0) parts.push(`faults in ${faults}`);
  return parts.join(", ");
}
