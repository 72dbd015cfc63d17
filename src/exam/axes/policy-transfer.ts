import { type Estimate, isDefined } from "../../metrics/estimate.ts";
import { type PolicyTransferWithDecisions, transferOfSample } from "../../metrics/policy-transfer.ts";
import { transferScore, type TransferScore } from "../../metrics/policy-transfer-score.ts";
import type { PolicyCounts } from "../../metrics/pairwise-decisions.ts";
import { pairedSample } from "../../metrics/transfer-resampling.ts";
import type { Transfer } from "../../report/result.ts";
import type { Axis, ExamRun, Finding } from "../axis.ts";
import { axisResult, unscored } from "../measure.ts";
import { predictionPoweredRates } from "../prediction-powered-rates.ts";
import { transferTable } from "../transfer-table.ts";
import { outcomesOf } from "./task-validity.ts";

type Details = Transfer | { readonly undefined: string };

const INTERVALS_OVER =
  "starts: whole starts of the panel are resampled, the policies stay as they are; other policies may transfer otherwise";

/**
 * Would one choose among policies in the candidate as in truth? The least of rank agreement, success agreement and
 * decisions reproduced (`metrics/policy-transfer-score.ts`).
 */
export const policyTransfer: Axis<Details> = {
  name: "policyTransfer",
  measure({ contract, pairs, stopping }: ExamRun): Promise<Finding<Details>> {
    const { confidence, policyTransfer: threshold } = contract.scenario.thresholds;
    const sample = pairedSample(pairs.map(outcomesOf), { seed: contract.seed });
    if (sample.counts.length < 2) {
      const reason =
        contract.policies.length < 2
          ? "one policy has no order: name two or more"
          : `only ${sample.counts.length} of the ${contract.policies.length} policies were judged in both worlds: there is no order to compare`;
      return Promise.resolve({ axis: unscored("undefined", reason), details: { undefined: reason } });
    }
    const found = transferOfSample(sample, { confidence });
    const score = transferScore(found);
    return Promise.resolve({
      axis: axisResult(score.score, threshold, explain(found, score, sample.counts)),
      details: {
        ...transferTable(found, sample.counts, { confidence, intervalsOver: INTERVALS_OVER }),
        predictionPowered: predictionPoweredRates(contract, pairs),
        stopping: stopping ?? null,
      },
    });
  },
};

function explain(
  { pairs, meanAbsoluteError, mmrv }: PolicyTransferWithDecisions,
  { rank, success, decisions }: TransferScore,
  counts: readonly PolicyCounts[],
): string {
  const value = (one: Estimate): number => (isDefined(one) ? one.value : NaN);
  const least = Math.min(value(rank), value(success), value(decisions));
  const decided = pairs.filter(({ reproduced }) => reproduced !== null);
  const reproduced = decided.filter((pair) => pair.reproduced).length;
  const error = ({ truth, candidate }: PolicyCounts): number =>
    candidate.successes / candidate.trials - truth.successes / truth.trials;
  const worst = counts.reduce((most, one) => (Math.abs(error(one)) > Math.abs(error(most)) ? one : most));
  const parts = {
    success:
      `success rates are off by ${points(value(meanAbsoluteError))} points in the mean` +
      (error(worst) === 0
        ? ""
        : `, most for ${worst.policy} (${percent(worst.truth)} in truth, ${percent(worst.candidate)} in the candidate)`),
    decisions: `${reproduced} of the ${decided.length} pairs of policies that truth decides come out the same way round`,
    rank: `a wrong order costs ${points(value(mmrv))} points (MMRV)`,
  };
  const [first, ...rest] =
    least === value(success)
      ? [parts.success, parts.rank, parts.decisions]
      : least === value(decisions)
        ? [parts.decisions, parts.success, parts.rank]
        : [parts.rank, parts.success, parts.decisions];
  return [first, ...rest].join("; ");
}

function points(difference: number): string {
  return (100 * difference).toFixed(1);
}

function percent({ successes, trials }: PolicyCounts["truth"]): string {
  return `${Math.round((100 * successes) / trials)} %`;
}
