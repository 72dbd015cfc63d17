import type { Batch } from "./channels.ts";
import type { HandOver, LaneHandOver } from "./hand-over.ts";
import type { Images } from "./picture.ts";

/** One initial condition plus scenario parameters plus seed. Plain data: it travels to workers and into files. */
export interface Start {
  /** Position in its panel: the `#n` of the command line. */
  readonly index: number;
  /** Initial values by observation channel, all components, in the channel's unit. Channels not named start at the world's own rest. */
  readonly initial: Readonly<Record<string, readonly number[]>>;
  /** Every scenario parameter, in its unit. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly seed: bigint;
  /** What was seen and done before step 0, oldest first, for worlds that carry history: set when a rollout begins inside a recording. */
  readonly context?: StartContext;
}

/** `steps` past observations, each with the action that followed it; the last action led to the start itself. */
export interface StartContext {
  readonly steps: number;
  readonly observation: Readonly<Record<string, readonly number[]>>;
  readonly action: Readonly<Record<string, readonly number[]>>;
}

/** Why a lane's values stopped meaning anything; `ended`: a recording has no more to show. */
export type FaultKind = "not-finite" | "out-of-limits" | "threw" | "deadline" | "policy" | "ended";

/** A lane that broke: recorded with its step and reason, counted as invalid, never a crash of the others. */
export interface LaneFault {
  readonly lane: number;
  /** The control step whose result could not be used: the step from observation `step` to `step + 1`. */
  readonly step: number;
  readonly kind: FaultKind;
  readonly reason: string;
}

/** How a rollout stopped: at the horizon, by the scenario's `ends` condition, by a fault, or because the caller stopped it. */
export type EndReason = "horizon" | "ends" | "fault" | "aborted";

/** One lane from reset to end: `steps + 1` observations, `steps` actions, each channel row-major over time. */
export interface Trace {
  readonly start: Start;
  readonly steps: number;
  readonly controlPeriodSec: number;
  readonly end: EndReason;
  readonly observation: Readonly<Record<string, Float64Array>>;
  /** What the policy asked for. */
  readonly requestedAction: Readonly<Record<string, Float64Array>>;
  /** What the world did with it, after limits. */
  readonly appliedAction: Readonly<Record<string, Float64Array>>;
  readonly fault?: Omit<LaneFault, "lane">;
  /**
   * Where asked for, what the world said of its own error: one standard deviation per value, `steps × size`, row k of
   * the step from observation k to k + 1. Only the channels it has an opinion on; NaN where it gave none.
   */
  readonly uncertainty?: Readonly<Record<string, Float64Array>>;
  /** Where asked for, the latent state that goes with each observation: name → `(steps + 1) × width`. */
  readonly latent?: Readonly<Record<string, Float64Array>>;
  /** Where asked for, the pictures that go with each observation: image channel → `(steps + 1) × height × width × 3`. */
  readonly images?: Images;
  /** Which part of a switched world made which steps: absent or empty where the learned one made them all. */
  readonly handOvers?: readonly LaneHandOver[];
}

/** What a trace carries only if it is asked for. */
export type TraceExtra = "uncertainty" | "latent" | "images";

/** The verdict of the scenario's formula on one trace. A fault has no margin. */
export interface Outcome {
  readonly kind: "success" | "failure" | "fault";
  /** Signed robustness in tolerances; success ⇔ margin > 0. */
  readonly margin: number | null;
}

/** One control step of all lanes, as a sink sees it. The batches are only valid during the call: copy what is kept. */
export interface Step {
  /** 0 carries the reset observation and no actions. */
  readonly step: number;
  readonly timeSec: number;
  readonly observation: Batch;
  readonly requestedAction?: Batch;
  readonly appliedAction?: Batch;
  /** What the world says of its own error in this step, where it says so: one standard deviation a value. */
  readonly uncertainty?: Batch;
  /** Lanes that another part of the world made this step for than the one before. */
  readonly handOvers?: readonly HandOver[];
  /** What the world shows of all lanes, drawn when called: these channels, or all. Absent: it shows no pictures. */
  readonly images?: (only?: readonly string[]) => Images;
}

/** Whatever wants to see the steps of a rollout as they happen: a recorder, a viewer, a topic. */
export interface TraceSink {
  /** A sink that throws is reported and not called again; the rollout and the other sinks go on. */
  write(step: Step): void | Promise<void>;
  close(): Promise<void>;
}
