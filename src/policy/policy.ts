import type { Batch, ChannelSpec } from "../core/channels.ts";
import type { ImageSpec } from "../core/picture.ts";

/** What a policy is, known before it runs. */
export interface PolicySpec {
  readonly name: string;
  /** Observation channels it reads. */
  readonly observation: readonly ChannelSpec[];
  /** Image channels it looks at: `act` is given their pictures. Absent: none. */
  readonly images?: readonly ImageSpec[];
  readonly action: readonly ChannelSpec[];
  readonly controlPeriodSec: number;
  /** Actions it returns a call. */
  readonly chunkLength: number;
  /** True if what it answers depends on more than the observation it is given. */
  readonly stateful: boolean;
  /** False if the same seed and observations may give other actions (a remote sampler, say). */
  readonly deterministic: boolean;
  /** Of a policy behind a wire, what it says it is. */
  readonly peer?: Readonly<Record<string, string>>;
  /** Said only of a policy whose model runs on a GPU: that answers one thread of a process. */
  readonly onGpu?: true;
}

/** Actions for the coming control steps, first one first. `actions.length ≥ 1`. */
export interface ActionChunk {
  readonly actions: readonly Batch[];
}

/** SEAM 2. Anything that turns observations into actions, many lanes at once. */
export interface Policy {
  readonly spec: PolicySpec;
  /** Begins an episode in every lane; `seeds` has one entry a lane. */
  reset(lanes: number, seeds: readonly bigint[]): Promise<void>;
  /** `observation.step` is the control step it was made at. The answer is read before the next call. */
  act(observation: Batch, signal?: AbortSignal): Promise<ActionChunk>;
  close(): Promise<void>;
}
