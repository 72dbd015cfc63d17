import type { SuccessCount } from "../report/result.ts";

export const SUBPROTOCOLS = ["foxglove.sdk.v1", "foxglove.websocket.v1"] as const;

/**
 * A live stream is an MCAP file in motion: the same topics, schemas and messages, and what the file says in its
 * metadata records comes as JSON messages, the last of which is sent again to whoever subscribes.
 */
export const LIVE_TOPICS = {
  /** {@link LiveInfo}: a rollout begins, or a world joins it. */
  info: "/simgate/info",
  /** {@link LiveInfo} too: entries of the record `simgate/result`: a rollout has ended. */
  result: "/simgate/result",
  /** {@link TrustMessage}: on every change, and once a second. */
  trust: "/simgate/trust",
  /** {@link ProgressMessage}: when something was finished, at most a few times a second. */
  progress: "/simgate/progress",
} as const;

/** How far an exam or a replay is, and what it found so far. */
export interface ProgressMessage {
  /** Rollouts done, of those asked for so far: an exam asks for more as it goes on. */
  readonly done: number;
  readonly asked: number;
  /** What is counted in {@link finished}: `pairs` of truth and candidate, or `windows` of a recording. */
  readonly of: "pairs" | "windows";
  readonly finished: number;
  /** How many there will be. */
  readonly total: number;
  /** The latest, newest first; `id` opens it. */
  readonly latest: readonly FinishedItem[];
  /** Of an exam: what the finished pairs say of each policy. Counts with intervals, as in `result.json`. */
  readonly policies: readonly PolicySoFar[];
  /** Of the intervals. */
  readonly confidence: number;
}

export interface FinishedItem {
  /** {@link Run.id} */
  readonly id: string;
  readonly title: string;
  /** `truth fails, the candidate succeeds`; `pole_angle 2.3 tolerances off` */
  readonly text: string;
  /** A verdict that is wrong, or an error beyond tolerance. */
  readonly wrong: boolean;
}

export interface PolicySoFar {
  readonly policy: string;
  readonly truth: SuccessCount;
  readonly candidate: SuccessCount;
  /** False passes and false fails. */
  readonly confusion: { readonly fp: number; readonly fn: number };
}

export interface LiveInfo {
  /** Counts rollouts: messages of another one belong to another picture. */
  readonly epoch: number;
  /** Entries of the metadata record, as record/recording-info.ts writes and reads them. */
  readonly entries: Readonly<Record<string, string>>;
}

/** One glance for an operator. Computed where the steps are made; trust-level.ts is the rule, for replays too. */
export interface TrustMessage {
  readonly level: TrustLevel;
  /** A sentence: `pole_angle is 1.7 tolerances from truth`. */
  readonly why: string;
  /** Simulated time at which this level began, s. */
  readonly sinceSec: number;
  readonly atSec: number;
  readonly channel: string | null;
  /** Largest error now, in tolerances. */
  readonly scaledError: number | null;
}

export type TrustLevel = "trust" | "caution" | "stop";

/**
 * Parameters of the WebSocket connection (getParameters, subscribeParameterUpdates). Those marked * are this client's
 * own. A round trip of getParameters([now]) is the latency of the connection, queue included.
 */
export const LIVE_PARAMETERS = {
  /** * Messages left out because this client was too slow. */
  dropped: "simgate.dropped",
  /** * Bytes waiting for this client. */
  queuedBytes: "simgate.queuedBytes",
  clients: "simgate.clients",
  /** Server's clock, milliseconds since 1970. */
  now: "simgate.now",
  /** Simulated time of the newest step, s. */
  simTimeSec: "simgate.simTimeSec",
  speed: "simgate.speed",
} as const;
