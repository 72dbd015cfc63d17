import type { Start } from "../../core/trace.ts";
import type { Defect, DefectKind, ScoredProperty, Severity } from "../../scenario/defect.ts";
import type { Judge } from "../../scenario/judge.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { WorldSpec } from "../world.ts";

/** Channel → the `size` values of one lane, to be changed in place. */
export type LaneValues = Readonly<Record<string, Float64Array>>;

/** One lane with a defect in it. What it does depends on its start, the step and what it remembers, on nothing else. */
export interface DefectLane {
  /** What the world is really given; absent: the start it was asked for. */
  readonly start?: Start;
  /** All that changes from step to step: saved and restored. */
  readonly memory?: Float64Array;
  /** Changes the command, after limits, that takes the world from observation `step` to `step + 1`. */
  command?(action: LaneValues, step: number): void;
  /** Changes what is seen at `step`; 0 is the observation of reset. */
  show?(observation: LaneValues, step: number): void;
}

/** The defect in one world, at one severity. */
export interface PlantedDefect {
  /** @param before what this instance showed last in the episode before; undefined in its first. */
  begin(start: Start, before: LaneValues | undefined): DefectLane;
}

export interface DefectSite {
  readonly spec: WorldSpec;
  readonly scenario: Scenario;
  /** The scenario's own judge: what success looks like. */
  readonly judge: Judge;
  readonly about?: Defect["about"];
}

/** One of the known faults: what it does, how bad, and which parts of an exam are there to notice it. */
export interface DefectModel {
  readonly kind: DefectKind;
  /** A sentence without a full stop: what is wrong with the world. */
  readonly does: string;
  readonly magnitude: Readonly<Record<Severity, number>>;
  /** A magnitude in words: `50 % of the commands`. */
  describe(magnitude: number): string;
  readonly meantFor: readonly ScoredProperty[];
  /** Why it cannot be planted in this world; undefined: it can. */
  notApplicable?(site: DefectSite): string | undefined;
  plant(site: DefectSite, magnitude: number): PlantedDefect;
}
