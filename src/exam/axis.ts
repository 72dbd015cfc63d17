import type { AxisName, AxisResult, CheckName, Stopping } from "../report/result.ts";
import type { Judge } from "../scenario/judge.ts";
import type { Contract } from "./contract.ts";
import type { Pair } from "./pairs.ts";
import type { PicturesFound } from "./pictures.ts";
import type { Rollouts } from "./rollouts.ts";

/** What every axis is given: the contract, the closed-loop pairs all share, and where to get more rollouts. */
export interface ExamRun {
  readonly contract: Contract;
  readonly judge: Judge;
  readonly pairs: readonly Pair[];
  readonly rollouts: Rollouts;
  /** What the candidate's own pictures show; absent: it has none. */
  readonly pictures?: PicturesFound;
  /** How the panel came to be as long as it is, where it was taken in parts. */
  readonly stopping?: Stopping;
}

/** What an axis found: its score against its threshold, and the details a reader drills down to. */
export interface Finding<Details> {
  readonly axis: AxisResult;
  readonly details: Details;
}

/**
 * SEAM 3. One scored property of the candidate: an axis of the gate, or a check that a higher claim needs. An axis asks for the rollouts it needs when it needs them (what to
 * roll out may depend on what was seen), and scores them with pure metrics.
 */
export interface Axis<Details> {
  readonly name: AxisName | CheckName;
  measure(run: ExamRun): Promise<Finding<Details>>;
}
