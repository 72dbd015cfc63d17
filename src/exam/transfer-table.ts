import { type Estimate, isDefined } from "../metrics/estimate.ts";
import type { PolicyTransfer, PolicyTransferWithDecisions } from "../metrics/policy-transfer.ts";
import { wilson } from "../metrics/wilson.ts";
import type { PolicyCounts, SuccessTrials } from "../metrics/pairwise-decisions.ts";
import type { TransferTable } from "../report/result.ts";
import { pairOf } from "./measure.ts";

export interface TransferTableOptions {
  readonly confidence: number;
  readonly intervalsOver: string;
}

/** Transfer statistics of counts the way a result carries them. */
export function transferTable(
  found: PolicyTransferWithDecisions,
  counts: readonly PolicyCounts[],
  options: TransferTableOptions,
): TransferTable {
  const rate = ({ successes, trials }: SuccessTrials) => ({
    successes,
    trials,
    rate: successes / trials,
    interval: pairOf(wilson(successes, trials, options.confidence)),
  });
  const table = statistics(found, found.pairwiseAgreement, options);
  return {
    ...table,
    policies: counts.map(({ policy, truth, candidate }, i) => ({
      policy,
      truth: rate(truth),
      candidate: rate(candidate),
      error: candidate.successes / candidate.trials - truth.successes / truth.trials,
      violation: found.violations[i]!,
    })),
    pairs: found.pairs.map((pair) => ({ ...pair })),
  };
}

/** The same where only rates are known: no trials, so neither intervals nor decisions. */
export function transferTableOfRates(
  found: PolicyTransfer,
  rates: readonly { readonly policy: string; readonly truth: number; readonly candidate: number }[],
  options: TransferTableOptions,
): TransferTable {
  const rate = (value: number) => ({ successes: null, trials: null, rate: value, interval: null });
  const unknown: Estimate = { undefined: "a decision needs numbers of trials", n: 0 };
  return {
    ...statistics(found, unknown, options),
    policies: rates.map(({ policy, truth, candidate }, i) => ({
      policy,
      truth: rate(truth),
      candidate: rate(candidate),
      error: candidate - truth,
      violation: found.violations[i]!,
    })),
    pairs: [],
  };
}

function statistics(
  found: PolicyTransfer,
  pairwiseAgreement: Estimate,
  { confidence, intervalsOver }: TransferTableOptions,
): Omit<TransferTable, "policies" | "pairs"> {
  const { mmrv, pearson, spearman, kendallTauB, meanAbsoluteError } = found;
  const each = <T>(of: (one: Estimate) => T) => ({
    mmrv: of(mmrv),
    pearson: of(pearson),
    spearman: of(spearman),
    kendallTauB: of(kendallTauB),
    meanAbsoluteError: of(meanAbsoluteError),
    pairwiseAgreement: of(pairwiseAgreement),
  });
  return {
    ...each((one) => (isDefined(one) ? one.value : { undefined: one.undefined })),
    mmrvTieRule: found.mmrvTieRule,
    intervals: each((one) => (isDefined(one) ? pairOf(one.interval) : null)),
    intervalsOver,
    confidence,
    alpha: Number((1 - confidence).toPrecision(12)),
  };
}
