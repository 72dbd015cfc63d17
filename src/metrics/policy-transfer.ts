import { conservativeInterval } from "./conservative-interval.ts";
import { kendallTauB, pearson, spearman } from "./correlation.ts";
import { type Estimate, estimate, type Interval, undefinedEstimate } from "./estimate.ts";
import { meanAbsoluteError, meanAbsoluteErrorInterval } from "./mean-absolute-error.ts";
import { mmrv, type TieRule } from "./mmrv.ts";
import {
  type PairDecision,
  pairwiseAgreement,
  pairwiseAgreementOf,
  pairwiseDecisions,
} from "./pairwise-decisions.ts";
import type { TransferSample } from "./transfer-resampling.ts";

/** One policy's success rates. */
export interface PolicyRate {
  readonly policy: string;
  readonly truth: number;
  readonly candidate: number;
}

/** How success rates of policies carry over from the candidate to truth. */
export interface PolicyTransfer {
  readonly mmrvTieRule: TieRule;
  readonly mmrv: Estimate;
  readonly pearson: Estimate;
  readonly spearman: Estimate;
  readonly kendallTauB: Estimate;
  readonly meanAbsoluteError: Estimate;
  /** Each policy's part of the MMRV. */
  readonly violations: readonly number[];
}

export interface PolicyTransferWithDecisions extends PolicyTransfer {
  /** Share of the pairs of policies that truth decides whose direction the candidate reproduces. */
  readonly pairwiseAgreement: Estimate;
  readonly pairs: readonly PairDecision[];
}

export interface PolicyTransferOptions {
  readonly confidence?: number;
  readonly tieRule?: TieRule;
}

const WITHOUT_COUNTS = ["mmrv", "pearson", "spearman", "kendallTauB"] as const;
const WITH_COUNTS = [...WITHOUT_COUNTS, "pairwiseAgreement"] as const;
type Statistic = (typeof WITH_COUNTS)[number];

const RANGES: Readonly<Record<Statistic, Interval>> = {
  mmrv: [0, 1],
  pearson: [-1, 1],
  spearman: [-1, 1],
  kendallTauB: [-1, 1],
  pairwiseAgreement: [0, 1],
};

/** Of published rates without counts: nothing to make intervals from. n counts policies. */
export function transferOfRates(
  rates: readonly PolicyRate[],
  { tieRule = "strict-greater" }: PolicyTransferOptions = {},
): PolicyTransfer {
  const truth = rates.map((one) => one.truth);
  const candidate = rates.map((one) => one.candidate);
  const n = rates.length;
  const values = correlations(truth, candidate);
  const plain = (value: number): Estimate =>
    Number.isNaN(value) ? undefinedEstimate(reasonOf(truth, candidate), n) : { value, n };
  const ranks = mmrv(truth, candidate, tieRule);
  return {
    mmrvTieRule: tieRule,
    mmrv: plain(n < 2 ? NaN : ranks.value),
    pearson: plain(values.pearson),
    spearman: plain(values.spearman),
    kendallTauB: plain(values.kendallTauB),
    meanAbsoluteError: plain(meanAbsoluteError(truth, candidate)),
    violations: ranks.perPolicy,
  };
}

/**
 * Of counts, with intervals over what else the same policies might have shown (other starts), not over other policies.
 * The level of the pairwise tests is 1 − confidence.
 */
export function transferOfSample(
  sample: TransferSample,
  options: PolicyTransferOptions = {},
): PolicyTransferWithDecisions {
  const { confidence = 0.95, tieRule = "strict-greater" } = options;
  const { counts, n } = sample;
  const rates = counts.map(({ policy, truth, candidate }): PolicyRate => ({
    policy,
    truth: truth.successes / truth.trials,
    candidate: candidate.successes / candidate.trials,
  }));
  const alpha = 1 - confidence;
  const pairs = pairwiseDecisions(counts, alpha);
  const agreementOf = pairwiseAgreementOf(
    counts.map(({ truth }) => truth.trials),
    alpha,
  );
  const replicates =
    counts.length < 2
      ? undefined
      : sample.resample(
          (truth, candidate) => ({
            mmrv: mmrv(truth, candidate, tieRule).value,
            ...correlations(truth, candidate),
            pairwiseAgreement: agreementOf(truth, candidate),
          }),
          WITH_COUNTS,
        );
  const separated = separates(pairs, alpha);
  const withInterval = (name: Statistic, value: number): Estimate => {
    const [lower, upper] = RANGES[name];
    // Rates that may all be the same leave a correlation open altogether.
    const interval =
      lower < 0 && !separated && replicates !== undefined
        ? ([lower, upper] as const)
        : replicates && conservativeInterval(value, replicates[name], { confidence, range: [lower, upper] });
    return estimate(value, n, interval, "bootstrap-conservative");
  };
  const plain = transferOfRates(rates, options);
  const dress = (name: (typeof WITHOUT_COUNTS)[number]): Estimate => {
    const found = plain[name];
    return "undefined" in found ? { ...found, n } : withInterval(name, found.value);
  };
  const agreement = pairwiseAgreement(pairs);
  return {
    ...plain,
    mmrv: dress("mmrv"),
    pearson: dress("pearson"),
    spearman: dress("spearman"),
    kendallTauB: dress("kendallTauB"),
    meanAbsoluteError:
      counts.length === 0
        ? undefinedEstimate("no policy", n)
        : estimate(
            (plain.meanAbsoluteError as { value: number }).value,
            n,
            meanAbsoluteErrorInterval((level) => sample.errorIntervals(level), confidence),
            "newcombe",
          ),
    pairwiseAgreement: Number.isNaN(agreement)
      ? undefinedEstimate(
          `truth separates no two of the ${counts.length} policies at level ${level(alpha)}`,
          n,
        )
      : withInterval("pairwiseAgreement", agreement),
    pairs,
  };
}

function correlations(truth: ArrayLike<number>, candidate: ArrayLike<number>) {
  return {
    pearson: pearson(truth, candidate),
    spearman: spearman(truth, candidate),
    kendallTauB: kendallTauB(truth, candidate),
  };
}

/** Whether each world is sure, at the level held over all pairs (Bonferroni), that its rates are not all the same. */
function separates(pairs: readonly PairDecision[], alpha: number): boolean {
  const sure = (world: "truth" | "candidate"): boolean =>
    pairs.some((pair) => pair[world].p <= alpha / pairs.length);
  return sure("truth") && sure("candidate");
}

function reasonOf(truth: readonly number[], candidate: readonly number[]): string {
  if (truth.length < 2) return `${truth.length === 1 ? "one policy has" : "no policies have"} no order`;
  const same = (rates: readonly number[]): boolean => rates.every((rate) => rate === rates[0]);
  if (same(truth)) return `all ${truth.length} policies succeed equally often in truth`;
  return `all ${candidate.length} policies succeed equally often in the candidate`;
}

function level(alpha: number): string {
  return String(Number(alpha.toPrecision(3)));
}
