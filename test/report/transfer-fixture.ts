import { pairwiseDecisions } from "../../src/metrics/pairwise-decisions.ts";
import type { ExamResult, Interval, Optimism, Transfer } from "../../src/report/result.ts";

type Results = ExamResult["policies"];

/** Plausible transfer statistics of these policies: rates, errors and decisions are theirs, the rest is made up. */
export function transferFixture(
  results: Results,
  wilson: (successes: number, trials: number) => Interval,
): Transfer {
  const counts = results.map(({ policy, truth, candidate }) => ({ policy, truth, candidate }));
  const rate = ({ successes, trials }: Results[number]["truth"]) => ({
    successes,
    trials,
    rate: successes / trials,
    interval: wilson(successes, trials),
  });
  const errors = results.map(({ truth, candidate }) => candidate.rate! - truth.rate!);
  const error = errors.reduce((sum, one) => sum + Math.abs(one), 0) / errors.length;
  return {
    mmrv: 0.012,
    mmrvTieRule: "strict-greater",
    pearson: 0.94,
    spearman: 0.9,
    kendallTauB: 0.8,
    meanAbsoluteError: error,
    pairwiseAgreement: 0.9,
    intervals: {
      mmrv: [0, 0.06],
      pearson: [0.88, 0.99],
      spearman: [0.7, 1],
      kendallTauB: [0.6, 1],
      meanAbsoluteError: [Math.max(0, error - 0.03), error + 0.04],
      pairwiseAgreement: [0.7, 1],
    },
    intervalsOver: "starts: whole starts of the panel are resampled, the policies stay as they are",
    confidence: 0.95,
    alpha: 0.05,
    policies: results.map(({ policy, truth, candidate }, i) => ({
      policy,
      truth: rate(truth),
      candidate: rate(candidate),
      error: errors[i]!,
      violation: i < 2 ? 0.03 : 0,
    })),
    pairs: pairwiseDecisions(counts, 0.05),
    predictionPowered: {
      n: 64,
      further: 192,
      policies: results.map(({ policy, truth }, i) =>
        i === results.length - 1
          ? {
              policy,
              undefined: "too many rollouts faulted",
            }
          : {
              policy,
              truthRate: truth.rate!,
              classical: { mean: truth.rate!, interval: [truth.rate! - 0.12, truth.rate! + 0.12] },
              ppi: { mean: truth.rate! - 0.02, interval: [truth.rate! - 0.11, truth.rate! + 0.07] },
              ppiPlusPlus: {
                mean: truth.rate! - 0.01,
                interval: [truth.rate! - 0.09, truth.rate! + 0.07],
                lambda: 0.83,
              },
              shorter: 0.33,
            },
      ),
    },
    stopping: {
      starts: 64,
      of: 256,
      decided: true,
      required: 200,
      pairs: [{ first: "lqr", second: "zero", eValue: 4216, better: "lqr", decidedAt: 21 }],
    },
  };
}

/** Plausible probes beside the false passes of the policies of the exam. */
export function optimismFixture({
  confusion: { tp, fp, fn, tn },
  falsePassRate,
}: Pick<ExamResult["overall"], "confusion" | "falsePassRate">): Optimism {
  const source = (
    name: string,
    description: string,
    falsePasses: number,
    falsePassRate: Optimism["sources"][number]["falsePassRate"],
  ) => ({
    source: name,
    description,
    rollouts: 64,
    truthSuccesses: 3,
    candidateSuccesses: 3 + falsePasses,
    truthFails: 61,
    falsePasses,
    faults: 0,
    falsePassRate,
  });
  return {
    sources: [
      {
        ...source("closed loop", "the policies of the exam", fp, falsePassRate),
        rollouts: tp + fp + fn + tn,
        truthSuccesses: tp + fn,
        candidateSuccesses: tp + fp,
        truthFails: fp + tn,
      },
      source("zero actions", "every command 0, or the limit nearest to it", 0, {
        value: 0,
        interval: [0, 0.059],
        n: 61,
      }),
      source("reversed actions", "what lqr commanded in truth, with the opposite sign", 12, {
        value: 12 / 61,
        interval: [0.12, 0.31],
        n: 61,
      }),
    ],
    worst: "reversed actions",
    exploitGap: {
      tried: [0.5, 1, 1.5].map((scale) => ({
        policy: "pd-weak",
        scale,
        candidate: { successes: Math.round(40 + 10 * scale), trials: 64 },
      })),
      chosen: { policy: "pd-weak", scale: 1.5 },
      selectedOn: 64,
      judgedOn: 64,
      heldOut: true,
      truth: { successes: 31, trials: 64 },
      candidate: { successes: 54, trials: 64 },
      gap: 23 / 64,
      interval: [0.23, 0.47],
    },
  };
}
