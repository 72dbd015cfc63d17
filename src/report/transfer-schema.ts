import { z } from "zod";
import { count, intervalSchema, number } from "./measure-schema.ts";

/** How success rates of policies carry over from the candidate to truth. */

const fraction = z.number().min(0).max(1);
const noValue = z.strictObject({ undefined: z.string() });
/** A statistic, or why these data have none. Its interval, if any, is in `intervals` under the same name. */
const statistic = z.union([number, noValue]);
const interval = intervalSchema.nullable();

const successRate = z.strictObject({
  /** Null where only the rate is known. */
  successes: count.nullable(),
  trials: count.nullable(),
  rate: fraction,
  interval,
});

const comparison = z.strictObject({
  /** Success rate of the first less that of the second. */
  difference: number,
  /** Barnard's exact test, two-sided, pooled Wald statistic. */
  p: fraction,
  /** The better policy, where p ≤ `alpha`. */
  better: z.string().nullable(),
});

/** What exam and `stats transfer` have in common. Truth comes first in every statistic that is not symmetric. */
export const transferStatistics = {
  mmrv: statistic,
  mmrvTieRule: z.enum(["strict-greater", "sign"]),
  pearson: statistic,
  spearman: statistic,
  kendallTauB: statistic,
  meanAbsoluteError: statistic,
  /** Share of the pairs that truth decides whose direction the candidate reproduces. */
  pairwiseAgreement: statistic,
  intervals: z.strictObject({
    mmrv: interval,
    pearson: interval,
    spearman: interval,
    kendallTauB: interval,
    meanAbsoluteError: interval,
    pairwiseAgreement: interval,
  }),
  /** What the intervals are over, or why there are none. */
  intervalsOver: z.string(),
  confidence: fraction,
  /** Level of the pairwise tests. */
  alpha: fraction,
  policies: z.array(
    z.strictObject({
      policy: z.string(),
      truth: successRate,
      candidate: successRate,
      /** Candidate less truth: positive flatters the policy. */
      error: number,
      /** Its part of the MMRV. */
      violation: fraction,
    }),
  ),
  pairs: z.array(
    z.strictObject({
      first: z.string(),
      second: z.string(),
      truth: comparison,
      candidate: comparison,
      /** Null where truth decides nothing. */
      reproduced: z.boolean().nullable(),
    }),
  ),
};

const meanInterval = z.strictObject({ mean: number, interval: intervalSchema });

/** A policy's success rate in truth from few paired trials and the candidate's further ones. */
const predictionPowered = z.strictObject({
  policy: z.string(),
  /** Over all starts that both worlds judged: what the intervals below are to hold. */
  truthRate: fraction,
  /** From the paired trials of truth alone, by normal theory as the other two. */
  classical: meanInterval,
  ppi: meanInterval,
  ppiPlusPlus: meanInterval.extend({ lambda: fraction }),
  /** 1 − width of PPI++ ÷ width of the classical interval; negative: wider. */
  shorter: number,
});

/** Whether the panel sufficed to decide every pair of policies in truth (`--until-decided`). */
export const stoppingSchema = z.strictObject({
  starts: count,
  /** Starts of the whole panel. */
  of: count,
  /** Whether every pair was decided. */
  decided: z.boolean(),
  /** A pair is decided when its e-value reaches this: pairs ÷ (1 − confidence). */
  required: number,
  pairs: z.array(
    z.strictObject({
      first: z.string(),
      second: z.string(),
      eValue: number,
      better: z.string().nullable(),
      /** Starts after which it was decided. */
      decidedAt: count.nullable(),
    }),
  ),
});

export const transferSchema = z.strictObject({
  ...transferStatistics,
  predictionPowered: z.union([
    z.strictObject({
      /** Paired trials used, the first of the panel. */
      n: count,
      /** Further trials of the candidate. */
      further: count,
      policies: z.array(z.union([predictionPowered, noValue.extend({ policy: z.string() })])),
    }),
    noValue,
  ]),
  /** Null unless the panel was taken in parts. */
  stopping: stoppingSchema.nullable(),
});

export const transferTableSchema = z.strictObject(transferStatistics);

export type Transfer = z.output<typeof transferSchema>;
export type TransferTable = z.output<typeof transferTableSchema>;
export type Stopping = z.output<typeof stoppingSchema>;
