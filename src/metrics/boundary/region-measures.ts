import { bootstrapInterval, clusterIndex } from "../bootstrap.ts";
import {
  confusion,
  type Confusion,
  confusionSummer,
  judgedPairs,
  matthews,
  type OutcomePair,
} from "../confusion.ts";
import { type Estimate, estimate, undefinedEstimate } from "../estimate.ts";
import { type ClusterCount, clusteredRate } from "../rate.ts";

export interface RegionOptions {
  readonly seed: bigint;
  /** What is measured: other names draw other resamples. */
  readonly name: string;
  readonly confidence?: number;
  readonly resamples?: number;
  /** Of the bootstrap; default BCa. */
  readonly method?: "bca" | "percentile";
}

/** How the candidate's region of success lies over truth's. Intervals are clustered by start; faults are not judged. */
export interface RegionMeasures {
  readonly confusion: Confusion;
  /** Success in both ÷ success in either (Jaccard): 1 where the two regions are the same. */
  readonly iou: Estimate;
  /** P(candidate passes | truth fails). */
  readonly falsePass: Estimate;
  /** P(truth fails | candidate passes). */
  readonly falseDiscovery: Estimate;
  /** P(candidate fails | truth passes). */
  readonly falseFail: Estimate;
  readonly mcc: Estimate;
}

export function regionMeasures(pairs: readonly OutcomePair[], options: RegionOptions): RegionMeasures {
  const index = clusterIndex(pairs.map(({ start }) => start));
  const grouped: OutcomePair[][] = Array.from({ length: index.count }, () => []);
  pairs.forEach((pair, i) => grouped[index.of[i]!]!.push(pair));
  const tables = grouped.map((group) => confusion(group));
  const total = confusion(pairs);
  const share = (count: (table: Confusion) => ClusterCount, whenEmpty: string): Estimate =>
    clusteredRate(tables.map(count), whenEmpty, options.confidence);
  return {
    confusion: total,
    iou: share(
      ({ truePass: tp, falsePass: fp, falseFail: fn }) => ({ hits: tp, trials: tp + fp + fn }),
      "neither world succeeds anywhere",
    ),
    falsePass: share(
      ({ falsePass: fp, trueFail: tn }) => ({ hits: fp, trials: fp + tn }),
      "truth fails nowhere",
    ),
    falseDiscovery: share(
      ({ falsePass: fp, truePass: tp }) => ({ hits: fp, trials: fp + tp }),
      "the candidate passes nowhere",
    ),
    falseFail: share(
      ({ falseFail: fn, truePass: tp }) => ({ hits: fn, trials: fn + tp }),
      "truth passes nowhere",
    ),
    mcc: mccOf(total, tables, options),
  };
}

function mccOf(total: Confusion, tables: readonly Confusion[], options: RegionOptions): Estimate {
  const value = matthews(total);
  const n = judgedPairs(total);
  if (Number.isNaN(value)) return undefinedEstimate("one of the two worlds has a single outcome", n);
  const sum = confusionSummer(tables);
  const interval = bootstrapInterval({
    ...options,
    clusters: tables.length,
    statistic: (drawn) => matthews(sum(drawn)),
  });
  return estimate(value, n, interval, `bootstrap-${options.method ?? "bca"}`);
}
