import type { AxisName, AxisResult, CheckName, ExamResult, GrowthCurve, Measure } from "./result.ts";

/** Several exams of one contract side by side: schema `simgate/comparison@1`. Plain JSON. */
export interface Comparison {
  readonly schema: "simgate/comparison@1";
  readonly scenario: ExamResult["scenario"];
  readonly truth: string;
  readonly policies: readonly string[];
  readonly starts: number;
  /** Of the intervals of each exam. */
  readonly confidence: number;
  /** Of each interval of {@link pairs}: with several pairs, so much higher that all of them together hold. */
  readonly pairConfidence: number;
  readonly candidates: readonly ComparedCandidate[];
  /** Every two candidates, in the order given. */
  readonly pairs: readonly ComparedPair[];
  /** What differs besides the candidate without being part of the contract: versions, machines. */
  readonly notes: readonly string[];
}

export interface ComparedCandidate {
  /** The candidate's name, with its folder where names repeat. */
  readonly label: string;
  readonly folder: string;
  readonly evidenceId: string;
  readonly verdict: ExamResult["verdict"];
  readonly axes: ExamResult["axes"];
  readonly checks: ExamResult["checks"];
  readonly overall: ExamResult["overall"];
  readonly policies: ExamResult["policies"];
  readonly horizon: ExamResult["horizon"];
  /** All channels together, in tolerances; null where nothing was compared. */
  readonly growth: { readonly freeRunning: GrowthCurve | null; readonly teacherForced: GrowthCurve | null };
  readonly divergence: FirstDivergence;
}

/** When and in what a candidate first leaves truth by more than a tolerance, closed loop. */
export interface FirstDivergence {
  readonly rollouts: number;
  /** Rollouts that never left while both worlds ran. */
  readonly never: number;
  /** Over all rollouts; null where half of them never leave. */
  readonly medianSec: number | null;
  /** By the channel that was farthest off then, most frequent first. */
  readonly channels: readonly {
    readonly channel: string;
    readonly rollouts: number;
    /** Among those. */
    readonly medianSec: number;
  }[];
}

export interface ComparedPair {
  readonly first: string;
  readonly second: string;
  /** Youden's J against truth, first − second. */
  readonly validity: Measure;
  readonly agreement: Measure;
  /** The one with the higher task validity, if the interval of the difference excludes 0. */
  readonly better: string | null;
  readonly policies: readonly {
    readonly policy: string;
    /** Share of the rollouts that end as in truth, first − second. */
    readonly agreement: Measure;
    readonly better: string | null;
  }[];
  /** First divergence, s: by how much the first lasts longer, median. */
  readonly lasts: Measure;
  /** The one that leaves truth earlier, if the interval excludes 0. */
  readonly earlier: string | null;
  /** The axis or check whose intervals lie farthest apart; null where all overlap. */
  readonly separates: {
    readonly name: AxisName | CheckName;
    readonly higher: string;
    readonly first: AxisResult;
    readonly second: AxisResult;
  } | null;
  readonly sentence: string;
}
