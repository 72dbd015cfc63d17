import type { Start } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { Defect } from "../scenario/defect.ts";
import type { PolicyConfig, StressorConfig, WorldConfig } from "../scenario/schema.ts";

/** A world by name and recipe, before it is opened. Plain data. */
export interface WorldRef {
  readonly name: string;
  readonly config: WorldConfig;
  /** What the opened world says of itself. */
  readonly stochastic: boolean;
  readonly respondsToActions: boolean;
  /** A known fault planted in it on purpose, to see whether the exam sees it. */
  readonly defect?: Defect;
  /** What makes its life harder, the same in truth and candidate. */
  readonly stressor?: StressorConfig;
}

/** A policy by name and recipe, before it is opened. Plain data. */
export interface PolicyRef {
  readonly name: string;
  readonly config: PolicyConfig;
}

/** Everything that decides what an exam measures. The same contract gives the same bytes. */
export interface Contract {
  readonly scenario: Scenario;
  readonly truth: WorldRef;
  readonly candidate: WorldRef;
  /** The linear world that a learned one must beat, where the scenario names one. */
  readonly baseline?: WorldRef;
  readonly policies: readonly PolicyRef[];
  readonly panel: readonly Start[];
  /** Seeds everything the exam draws itself: windows, resamples. */
  readonly seed: bigint;
}
