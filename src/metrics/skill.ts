import { inputError } from "../core/errors.ts";
import { bootstrapInterval, clusterIndex, countClusters } from "./bootstrap.ts";
import { errorsAt, type ErrorWindow, type WindowPart } from "./error-window.ts";
import { type Estimate, estimate, undefinedEstimate } from "./estimate.ts";
import { quantileOfResample, quantileOfSorted, sorted } from "./quantile.ts";

export interface SkillOptions {
  /** Steps since the prediction started. */
  readonly step: number;
  readonly part: WindowPart;
  readonly seed: bigint;
  readonly confidence?: number;
  readonly resamples?: number;
}

/** Median error at one step, in tolerances, with an interval clustered by start or recording. */
export function medianError(windows: readonly ErrorWindow[], options: SkillOptions): Estimate {
  const found = errorsAt(windows, options.part, options.step);
  if (found.length === 0) return undefinedEstimate(`no window reaches ${options.step} steps`);
  const { count, values } = resampled(found);
  const value = values[0]!.median();
  if (!Number.isFinite(value))
    return undefinedEstimate("half of the predictions or more broke", found.length);
  const interval = bootstrapInterval({
    ...options,
    clusters: count,
    name: `median error ${partName(options.part)} ${options.step}`,
    method: "percentile",
    statistic: (drawn) => values[0]!.median(drawn),
  });
  return estimate(value, found.length, interval, "bootstrap-percentile");
}

/**
 * Skill 1 − median error / median error of a baseline over the same windows: 1 is perfect, 0 no better, negative
 * worse. Both are resampled together. @throws SimgateError if the two lists do not match window by window.
 */
export function skill(
  windows: readonly ErrorWindow[],
  baseline: readonly ErrorWindow[],
  options: SkillOptions,
): Estimate {
  const own = errorsAt(windows, options.part, options.step);
  const base = errorsAt(baseline, options.part, options.step);
  if (own.length !== base.length || own.some((error, i) => error.cluster !== base[i]!.cluster)) {
    throw inputError("skill compares a prediction and its baseline on the same windows", {
      expected: `${own.length} windows at step ${options.step}, cluster by cluster the same`,
      got: `${base.length} windows of the baseline`,
    });
  }
  if (own.length === 0) return undefinedEstimate(`no window reaches ${options.step} steps`);
  const { count, values } = resampled(own, base);
  const [mine, theirs] = [values[0]!, values[1]!];
  const ratio = (drawn?: Uint32Array): number => {
    const below = theirs.median(drawn);
    return below > 0 ? 1 - mine.median(drawn) / below : NaN;
  };
  if (theirs.median() === 0) return undefinedEstimate("the baseline makes no error at this step", own.length);
  const value = ratio();
  if (!Number.isFinite(value)) return undefinedEstimate("half of the predictions or more broke", own.length);
  const interval = bootstrapInterval({
    ...options,
    clusters: count,
    name: `skill ${partName(options.part)} ${options.step}`,
    method: "percentile",
    statistic: ratio,
  });
  return estimate(value, own.length, interval, "bootstrap-percentile");
}

interface ResampledMedian {
  /** Of the data, or of a sample of clusters. */
  median(drawn?: Uint32Array): number;
}

/** Sorts each list once, so that the median of a resample is one pass. All lists share the clusters of the first. */
function resampled(...lists: { value: number; cluster: string | number }[][]): {
  count: number;
  values: ResampledMedian[];
} {
  const { of, count } = clusterIndex(lists[0]!.map((error) => error.cluster));
  const counts = new Uint32Array(count);
  const values = lists.map((list): ResampledMedian => {
    const order = Uint32Array.from(list, (_, i) => i).sort(
      (i, j) => list[i]!.value - list[j]!.value || i - j,
    );
    const ascending = sorted(list.map((error) => error.value));
    const group = Uint32Array.from(order, (i) => of[i]!);
    return {
      median: (drawn) =>
        drawn === undefined
          ? quantileOfSorted(ascending, 0.5)
          : quantileOfResample(ascending, group, countClusters(drawn, counts), 0.5),
    };
  });
  return { count, values };
}

function partName(part: WindowPart): string {
  return part === "worst" ? part : `channel ${part.channel}`;
}
