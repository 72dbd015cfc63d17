/** A channel as the scaffold writes it. Text in `decide` becomes a mark: what could not be inferred, and why. */
export interface DraftChannel {
  readonly name: string;
  readonly unit: string;
  /** Names of the components; absent for a scalar. */
  readonly labels?: readonly string[];
  /** What it is in MuJoCo, as YAML flow. */
  readonly mujoco: string;
  readonly decide?: string;
}

export interface DraftObservation extends DraftChannel {
  readonly kind?: "angle" | "quaternion";
  readonly tolerance: number;
  readonly derivativeOf?: string;
  /** Values at rest, where they are not all 0. */
  readonly initial?: readonly number[];
}

export interface DraftAction extends DraftChannel {
  readonly limits: readonly [number, number];
}

/** A component that a start can set, and how far the scaffold's box goes around rest. */
export interface DraftDimension {
  /** `elbow_position`, `joint_pos[elbow]` */
  readonly key: string;
  readonly unit: string;
  readonly rest: number;
  readonly range: readonly [number, number];
  /** A velocity. */
  readonly rate: boolean;
}

export interface DraftChannels {
  readonly observation: readonly DraftObservation[];
  readonly action: readonly DraftAction[];
  readonly dimensions: readonly DraftDimension[];
}

/** Up to this many of a kind get a channel each; more share one, with a label each. */
export const APART = 4;
