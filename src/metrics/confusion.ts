import type { Outcome } from "../core/trace.ts";

/** How one rollout ended in truth and in the candidate: same policy, same start. */
export interface OutcomePair {
  readonly policy: string;
  /** Index of the start in its panel: pairs of one start are resampled together. */
  readonly start: number;
  readonly truth: Outcome["kind"];
  readonly candidate: Outcome["kind"];
}

/** Truth against candidate; positive = success. Pairs with a fault are counted apart, never dropped silently. */
export interface Confusion {
  /** Both succeed. */
  readonly truePass: number;
  /** The candidate succeeds where truth fails. */
  readonly falsePass: number;
  /** The candidate fails where truth succeeds. */
  readonly falseFail: number;
  /** Both fail. */
  readonly trueFail: number;
  /** The candidate faulted where truth succeeded. */
  readonly faultOnPass: number;
  /** The candidate faulted where truth failed. */
  readonly faultOnFail: number;
  /** Truth itself faulted: the pair says nothing. */
  readonly truthFault: number;
}

export const EMPTY_CONFUSION: Confusion = {
  truePass: 0,
  falsePass: 0,
  falseFail: 0,
  trueFail: 0,
  faultOnPass: 0,
  faultOnFail: 0,
  truthFault: 0,
};

export function confusion(pairs: Iterable<OutcomePair>): Confusion {
  const table = { ...EMPTY_CONFUSION };
  for (const pair of pairs) table[cellOf(pair)] += 1;
  return table;
}

/** Sums of tables, index by index with repeats, as a resample of clusters needs them: many and fast. */
export function confusionSummer(tables: readonly Confusion[]): (drawn: Uint32Array) => Confusion {
  const width = CELLS.length;
  const counts = Uint32Array.from(tables.flatMap((table) => CELLS.map((cell) => table[cell])));
  return (drawn) => {
    let [tp, fp, fn, tn, xp, xf, xt] = [0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < drawn.length; i++) {
      const at = drawn[i]! * width;
      tp += counts[at]!;
      fp += counts[at + 1]!;
      fn += counts[at + 2]!;
      tn += counts[at + 3]!;
      xp += counts[at + 4]!;
      xf += counts[at + 5]!;
      xt += counts[at + 6]!;
    }
    return {
      truePass: tp,
      falsePass: fp,
      falseFail: fn,
      trueFail: tn,
      faultOnPass: xp,
      faultOnFail: xf,
      truthFault: xt,
    };
  };
}

/** The order of the columns of {@link confusionSummer}. */
const CELLS = [
  "truePass",
  "falsePass",
  "falseFail",
  "trueFail",
  "faultOnPass",
  "faultOnFail",
  "truthFault",
] as const;

/** Rollouts in which truth succeeded, whatever the candidate did. */
export function truthPasses(table: Confusion): number {
  return table.truePass + table.falseFail + table.faultOnPass;
}

/** Rollouts in which truth failed, whatever the candidate did. */
export function truthFails(table: Confusion): number {
  return table.trueFail + table.falsePass + table.faultOnFail;
}

/** Pairs in which both worlds gave an outcome. */
export function judgedPairs(table: Confusion): number {
  return table.truePass + table.falsePass + table.falseFail + table.trueFail;
}

function cellOf({ truth, candidate }: OutcomePair): keyof Confusion {
  if (truth === "fault") return "truthFault";
  if (candidate === "fault") return truth === "success" ? "faultOnPass" : "faultOnFail";
  if (truth === "success") return candidate === "success" ? "truePass" : "falseFail";
  return candidate === "success" ? "falsePass" : "trueFail";
}

/**
 * Youden's J = TPR + TNR − 1 (Youden 1950), before it is cut off at 0. A candidate fault counts as a wrong answer.
 * NaN where truth has one outcome only.
 */
export function youden(table: Confusion): number {
  return table.truePass / truthPasses(table) + table.trueFail / truthFails(table) - 1;
}

/** Matthews correlation coefficient of the judged pairs; NaN where either world has one outcome only. */
export function matthews({ truePass: tp, falsePass: fp, falseFail: fn, trueFail: tn }: Confusion): number {
  return (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
}

/** Cohen's κ of the judged pairs; NaN where chance alone would agree always. */
export function cohenKappa({ truePass: tp, falsePass: fp, falseFail: fn, trueFail: tn }: Confusion): number {
  const n = tp + fp + fn + tn;
  const observed = (tp + tn) / n;
  const chance = ((tp + fp) * (tp + fn) + (tn + fn) * (tn + fp)) / (n * n);
  return (observed - chance) / (1 - chance);
}
