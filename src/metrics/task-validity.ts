import { bootstrapIntervals, clusterIndex } from "./bootstrap.ts";
import {
  cohenKappa,
  confusion,
  type Confusion,
  confusionSummer,
  judgedPairs,
  matthews,
  type OutcomePair,
  truthFails,
  truthPasses,
  youden,
} from "./confusion.ts";
import {
  type Estimate,
  estimate,
  type Interval,
  type IntervalMethod,
  isDefined,
  undefinedEstimate,
} from "./estimate.ts";
import { type ClusterCount, clusteredRate, differenceInterval } from "./rate.ts";

export interface TaskValidityOptions {
  readonly seed: bigint;
  readonly confidence?: number;
  readonly resamples?: number;
}

/** Does the candidate end as truth ends? Intervals are clustered by start. */
export interface OutcomeAgreement {
  readonly confusion: Confusion;
  /** Youden's J, cut off at 0: the score of the axis. Candidate faults count as wrong answers. */
  readonly youden: Estimate;
  /** Share of the judged pairs with the same outcome. */
  readonly agreement: Estimate;
  /** P(candidate passes | truth fails). */
  readonly falsePass: Estimate;
  /** P(truth fails | candidate passes): how much a pass in the candidate is worth. */
  readonly falseDiscovery: Estimate;
  /** P(candidate fails | truth passes). */
  readonly falseFail: Estimate;
  readonly matthews: Estimate;
  readonly kappa: Estimate;
}

export interface TaskValidity extends OutcomeAgreement {
  /** The same for each policy by itself, in the order of appearance. */
  readonly policies: readonly (OutcomeAgreement & { readonly policy: string })[];
}

/** @param pairs one per policy and start. */
export function taskValidity(pairs: readonly OutcomePair[], options: TaskValidityOptions): TaskValidity {
  const policies = [...new Set(pairs.map((pair) => pair.policy))];
  return {
    ...outcomeAgreement(pairs, options, "all policies"),
    policies: policies.map((policy) => ({
      policy,
      ...outcomeAgreement(
        pairs.filter((pair) => pair.policy === policy),
        options,
        policy,
      ),
    })),
  };
}

function outcomeAgreement(
  pairs: readonly OutcomePair[],
  options: TaskValidityOptions,
  name: string,
): OutcomeAgreement {
  const index = clusterIndex(pairs.map((pair) => pair.start));
  const grouped: OutcomePair[][] = Array.from({ length: index.count }, () => []);
  pairs.forEach((pair, i) => grouped[index.of[i]!]!.push(pair));
  const tables = grouped.map((group) => confusion(group));
  const total = confusion(pairs);
  const { confidence = 0.95 } = options;

  const sum = confusionSummer(tables);
  const coefficients = (table: Confusion) => ({
    youden: youden(table),
    matthews: matthews(table),
    kappa: cohenKappa(table),
  });
  const values = coefficients(total);
  const intervals = bootstrapIntervals({
    ...options,
    clusters: tables.length,
    name: `outcomes, ${name}`,
    statistics: (drawn) => coefficients(sum(drawn)),
  });
  const composed = (of: keyof typeof values, n: number, reason: string): Estimate =>
    Number.isNaN(values[of])
      ? undefinedEstimate(reason, n)
      : estimate(values[of], n, intervals[of], "bootstrap-bca");
  const share = (count: (table: Confusion) => ClusterCount, reason: string): Estimate =>
    clusteredRate(tables.map(count), reason, confidence);

  const oneSided = oneOutcomeReason(total);
  const judged = judgedPairs(total);
  const j = composed("youden", truthPasses(total) + truthFails(total), oneSided);
  return {
    confusion: total,
    youden: isDefined(j) ? atLeastZero(widenAtBoundary(j.value, j.n, j.interval, tables, confidence)) : j,
    agreement: share(
      (table) => ({ hits: table.truePass + table.trueFail, trials: judgedPairs(table) }),
      "no pair of rollouts was judged in both worlds",
    ),
    falsePass: share(
      (table) => ({ hits: table.falsePass, trials: table.falsePass + table.trueFail }),
      "truth failed in no judged pair",
    ),
    falseDiscovery: share(
      (table) => ({ hits: table.falsePass, trials: table.falsePass + table.truePass }),
      "the candidate passed in no judged pair",
    ),
    falseFail: share(
      (table) => ({ hits: table.falseFail, trials: table.falseFail + table.truePass }),
      "truth passed in no judged pair",
    ),
    matthews: composed("matthews", judged, "one of the two worlds has a single outcome"),
    kappa: composed("kappa", judged, "both worlds have the same single outcome"),
  };
}

/**
 * Where truth's passes or fails are all answered right (or all wrong), no resample can say otherwise and the bootstrap
 * is too sure. There the interval is widened to Newcombe's, from the clustered Wilson intervals of the two rates.
 */
function widenAtBoundary(
  value: number,
  n: number,
  interval: Interval | undefined,
  tables: readonly Confusion[],
  confidence: number,
): { value: number; n: number; interval: Interval | undefined; method: IntervalMethod } {
  const pass = clusteredRate(
    tables.map((table) => ({ hits: table.truePass, trials: truthPasses(table) })),
    "truth never passed",
    confidence,
  );
  const wrong = clusteredRate(
    tables.map((table) => ({ hits: table.falsePass + table.faultOnFail, trials: truthFails(table) })),
    "truth never failed",
    confidence,
  );
  if (!isDefined(pass) || !isDefined(wrong)) return { value, n, interval, method: "bootstrap-bca" };
  const atBoundary = [pass.value, wrong.value].some((one) => one === 0 || one === 1);
  if (interval !== undefined && !atBoundary) return { value, n, interval, method: "bootstrap-bca" };
  const wide = differenceInterval(pass.value, pass.interval!, wrong.value, wrong.interval!);
  return interval === undefined
    ? { value, n, interval: wide, method: "newcombe" }
    : {
        value,
        n,
        interval: [Math.min(interval[0], wide[0]), Math.max(interval[1], wide[1])],
        method: "bootstrap-bca+newcombe",
      };
}

function atLeastZero(one: {
  value: number;
  n: number;
  interval: Interval | undefined;
  method: IntervalMethod;
}): Estimate {
  const interval: Interval | undefined = one.interval && [
    Math.max(0, one.interval[0]),
    Math.max(0, one.interval[1]),
  ];
  return estimate(Math.max(0, one.value), one.n, interval, one.method);
}

function oneOutcomeReason(table: Confusion): string {
  const passes = truthPasses(table);
  const fails = truthFails(table);
  if (passes + fails === 0) return "truth gave no outcome at all";
  const [did, never] = fails === 0 ? ["succeeded", "fails"] : ["failed", "succeeds"];
  return (
    `truth ${did} in all ${passes + fails} rollouts, so nothing shows whether the candidate can tell the outcomes ` +
    `apart: widen the box of starts, or add policies, until truth sometimes ${never}`
  );
}
