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
  /** Image channels of which it shows pictures of its own; absent: none. */
  readonly images?: readonly string[];
  /** Where one call of its model predicts several control steps. */
  readonly chunk?: { readonly steps: number; readonly mode: "replay" | "hold" };
  /** Pictures it goes on from: those that the scenario's camera draws where it begins, or its own too. Absent: none. */
  readonly sees?: "first" | "all";
  /** Of a world behind a wire, what it says it is: its results count as finished only while it says the same. */
  readonly peer?: Readonly<Record<string, string>>;
  /** Said only of a world whose model runs on a GPU. */
  readonly onGpu?: true;
  /** A known fault planted in it on purpose, to see whether the exam sees it. */
  readonly defect?: Defect;
  /** What makes life harder for the policies in it, on the way of their commands or of what they see. */
  readonly stressor?: StressorConfig;
}

/** Parts of an exam that nothing of the gate stands on, and that may be left out to save time. */
export const OPTIONAL_PARTS = ["stressors", "boundary", "attribution"] as const;
export type OptionalPart = (typeof OPTIONAL_PARTS)[number];

/** A policy by name and recipe, before it is opened. Plain data. */
export interface PolicyRef {
  readonly name: string;
  readonly config: PolicyConfig;
  /** Of a policy behind a wire, what it says it is. */
  readonly peer?: Readonly<Record<string, string>>;
  /** Said only of a policy that may answer otherwise when it is asked the same once more. */
  readonly deterministic?: false;
  /** Said only of a policy that looks at pictures. */
  readonly looks?: true;
  /** Said only of a policy whose model runs on a GPU. */
  readonly onGpu?: true;
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
  /** What was not asked for. Default: everything is measured. */
  readonly without?: readonly OptionalPart[];
}

/** Why an optional part has no result, if it was not asked for. */
export function leftOut({ without = [] }: Contract, part: OptionalPart): string | undefined {
  return without.includes(part) ? `left out on request (--without ${part})` : undefined;
}

/** The bare world: for what begins in the middle of a rollout and repeats the actions that were applied there. */
export function unstressed({ stressor: _stressor, ...world }: WorldRef): WorldRef {
  return world;
}
