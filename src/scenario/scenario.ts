import type { ChannelSpec } from "../core/channels.ts";
import type { PromptDrift } from "../core/prompt-drift.ts";
import type { EntityCategory, NamedPose } from "./entity-schema.ts";
import type { ImageConfig } from "./image-schema.ts";
import type {
  MujocoEdit,
  MujocoObservationSource,
  PanelConfig,
  PictureStressor,
  PolicyConfig,
  PromptStressor,
  RosSource,
  ScriptConfig,
  StressorConfig,
  Thresholds,
  WorldConfig,
} from "./schema.ts";

export interface ObservationChannel extends ChannelSpec {
  /** Value of every component where a start does not set it; absent: the world's own rest. */
  readonly initial?: readonly number[];
  readonly mujoco?: MujocoObservationSource;
  readonly ros?: RosSource;
}

export interface ActionChannel extends ChannelSpec {
  readonly limits: readonly [lower: number, upper: number];
  readonly mujoco?: { readonly actuator: string | readonly string[] };
  readonly ros?: RosSource;
}

/** A named expression of channels and parameters, usable in formulas like a scalar channel. */
export interface DerivedChannel {
  readonly name: string;
  readonly unit: string;
  readonly tolerance: number;
  readonly expression: string;
}

export interface ParameterSpec {
  readonly name: string;
  readonly unit: string;
  readonly nominal: number;
  readonly limits?: readonly [lower: number, upper: number];
  readonly mujoco: readonly MujocoEdit[];
}

/** One axis of the start box: a component of an observation channel, or a parameter. */
export interface StartDimension {
  /** As the manifest writes it: `pole_angle`, `joint_pos[elbow]`, `cart_mass`. */
  readonly key: string;
  readonly unit: string;
  readonly range: readonly [lower: number, upper: number];
  readonly target:
    | { readonly kind: "channel"; readonly channel: string; readonly component: number }
    | { readonly kind: "parameter"; readonly parameter: string };
}

export type { EntityCategory, NamedPose } from "./entity-schema.ts";

export interface ScenarioObject {
  readonly name: string;
  readonly label?: string;
  /** Absent: `object`. */
  readonly category?: EntityCategory;
  readonly position: string;
  readonly orientation?: string;
  /** Observation channel: 1 while the observer sees the object, 0 while it is hidden. Absent: always seen. */
  readonly visible?: string;
  /** Farthest its position may be from truth's and still be it, in the unit of the position. */
  readonly matchWithin: number;
}

export interface ScenarioRobot {
  /** Absent: the scenario's. */
  readonly name?: string;
  readonly position: string;
  readonly orientation?: string;
  /** Moves with it; absent: base_link. */
  readonly frame?: string;
}

/** A picture of the scene that worlds can be asked for, beside what they observe. */
export interface ScenarioImage extends ImageConfig {
  readonly name: string;
  /** Put there by the exam: what is changed in its pictures, in full from step `fullStep` on. */
  readonly stressor?: { readonly by: PictureStressor; readonly fullStep: number };
}

/** A quantity that stays what it was at the start, or goes one way only. */
export type Invariant = {
  readonly name: string;
  /** Of observation channels and parameters. */
  readonly expression: string;
  readonly unit: string;
  /** Largest departure that breaks nothing, in `unit`. */
  readonly tolerance: number;
} & (
  | { readonly rule: "conserved" }
  | { readonly rule: "monotone"; readonly direction: "increasing" | "decreasing" }
);

/** The frozen task contract, resolved and checked. Plain data: it travels to worker threads and is hashed. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  /** Absolute path of the manifest. */
  readonly file: string;
  /** Of the manifest's bytes. */
  readonly sha256: string;
  readonly controlPeriodSec: number;
  readonly horizonSteps: number;
  readonly observation: readonly ObservationChannel[];
  readonly action: readonly ActionChannel[];
  readonly derived: readonly DerivedChannel[];
  readonly parameters: readonly ParameterSpec[];
  readonly dimensions: readonly StartDimension[];
  readonly panel: PanelConfig;
  /** Keys of the two start dimensions the report draws its map over. */
  readonly map: readonly [string, string] | undefined;
  readonly success: { readonly formula: string; readonly ends?: string };
  readonly robot?: ScenarioRobot;
  readonly objects: readonly ScenarioObject[];
  readonly poses?: Readonly<Record<string, NamedPose>>;
  /** Absent: there are none. */
  readonly images?: readonly ScenarioImage[];
  readonly invariants: readonly Invariant[];
  readonly scripts: Readonly<Record<string, ScriptConfig>>;
  readonly stressors: Readonly<Record<string, StressorConfig>>;
  readonly thresholds: Thresholds;
  readonly truth: string;
  readonly baseline?: string;
  /** With file paths made absolute. */
  readonly worlds: Readonly<Record<string, WorldConfig>>;
  readonly policies: Readonly<Record<string, PolicyConfig>>;
  /** Put there by the exam: who is told in other words than its own. */
  readonly promptDrift?: PromptDrift & Pick<PromptStressor, "of">;
}
