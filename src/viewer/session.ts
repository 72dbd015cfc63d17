import type { ChannelSpec } from "../core/channels.ts";
import type { Outcome } from "../core/trace.ts";
import type { SuccessCount } from "../report/result.ts";

/**
 * What the viewer's server says over HTTP, to its own page and to whoever else asks. Plain JSON; this file is imported
 * by both sides and by nothing else. All addresses are relative to the page, so that it may live below any path.
 *
 *   GET  api/session                             {@link Session}
 *   GET  api/scene[?parameters=<JSON>]           {@link Scene}, compiled with the parameters of a start (a pole as long as it was)
 *   GET  api/evidence/result.json                report/result.ts: ExamResult (or the result of a replay)
 *   GET  api/evidence/episodes                   {@link EpisodeSummary}[]
 *   GET  api/traces/<file>                       MCAP, with HTTP range requests; `Run.href` says which
 *   GET  api/rollouts/<policy>/<start>.mcap[?worlds=truth,candidate,<world>…]
 *                                                MCAP: rolled out again; the same bytes every time
 *   GET  api/margins?run=<id>                    {@link MarginCurve}[], one a world
 *   POST api/branch   {@link BranchRequest}   →  MCAP: one world, role `branch`, placed in time by its `fromSec`
 *   POST api/fan      {@link FanRequest}      →  {@link Fan}
 *   WS   (the same port)                         Foxglove WebSocket: see {@link LIVE_TOPICS}
 *
 * An answer that is not 2xx carries {@link Problem}. Unavailable things answer 404 with the reason that
 * {@link Session.abilities} gives.
 */
export interface Session {
  readonly schema: "simgate/session@1";
  readonly kind: "evidence" | "recording" | "live";
  /** `ensemble as a stand-in for mujoco on cartpole`, `out.mcap`, … */
  readonly title: string;
  /** Null: a recording that does not say, or whose scenario is not on this machine. */
  readonly scenario: ScenarioSummary | null;
  /** Names of the worlds compared. Null where there is no such role. */
  readonly truth: string | null;
  readonly candidate: string | null;
  /** What can be opened for a branch, besides `truth` and `candidate`. */
  readonly worlds: readonly string[];
  readonly policies: readonly string[];
  /** How many starts the panel has: `api/rollouts/<policy>/<start>.mcap` with start below it. */
  readonly panelStarts: number;
  /** What can be opened at once, the most telling first. Of an evidence folder every policy/start may be asked for beyond these. */
  readonly runs: readonly Run[];
  /** Usable horizon, where one was measured. Seconds since a moment at which truth and candidate were together. */
  readonly horizon: {
    readonly validPredictionTimeSec: number | null;
    readonly conformalSec: number | null;
    readonly decisionSec: number | null;
  } | null;
  readonly abilities: Readonly<Record<Ability, true | Unavailable>>;
  /** Null: nothing arrives live. */
  readonly live: LiveSource | null;
}

/** scene: `api/scene`; evidence: `api/evidence/…`; rollouts, branch, fan, margins: the addresses of these names. */
export type Ability = "scene" | "evidence" | "rollouts" | "branch" | "fan" | "margins";

export interface Unavailable {
  /** A sentence for the reader. */
  readonly reason: string;
}

export interface ScenarioSummary {
  readonly name: string;
  readonly title: string;
  readonly description: string | null;
  readonly controlPeriodSec: number;
  readonly horizonSteps: number;
  readonly formula: string;
  readonly ends: string | null;
  readonly observation: readonly ChannelSummary[];
  readonly action: readonly ChannelSummary[];
  readonly objects: readonly SceneObject[];
  readonly parameters: readonly { readonly name: string; readonly unit: string; readonly nominal: number }[];
  readonly dimensions: readonly {
    readonly key: string;
    readonly unit: string;
    readonly range: readonly [number, number];
  }[];
  /** Keys of the two dimensions that the report draws its map over. */
  readonly map: readonly [string, string] | null;
}

export interface ChannelSummary extends ChannelSpec {
  /** Rows of the divergence strip and of the plots: `positions`, `velocities`, `objects`, `actions`, `other`. */
  readonly group: string;
}

export interface Run {
  /** What `?run=` carries: `<policy>/<start>`, or a file's name, or `live`. */
  readonly id: string;
  readonly title: string;
  /** Relative address of its MCAP bytes; null for what arrives live. */
  readonly href: string | null;
  /** Why it is worth opening: `the worst wrong pass: truth fails, the candidate succeeds`. */
  readonly why: string | null;
  readonly policy: string | null;
  readonly start: number | null;
}

/** One row of `episodes.parquet`. */
export interface EpisodeSummary {
  readonly policy: string;
  readonly world: string;
  readonly role: "truth" | "candidate";
  readonly start: number;
  /** Start dimension → value, in its unit. */
  readonly dimensions: Readonly<Record<string, number>>;
  readonly outcome: Outcome["kind"];
  readonly margin: number | null;
  readonly steps: number;
  readonly durationSec: number;
  readonly end: string;
  readonly firstDivergenceSec: number | null;
  readonly firstDivergenceChannel: string | null;
  readonly fault: { readonly step: number; readonly kind: string; readonly reason: string } | null;
  /** Relative address, where the trace was kept in the folder; others: `api/rollouts/<policy>/<start>.mcap`. */
  readonly trace: string | null;
}

/**
 * The margin that the formula gives for what was seen until each time, the last observation held to the horizon: > 0
 * is success. Null where it has no value.
 */
export interface MarginCurve {
  readonly role: string;
  readonly timesSec: readonly number[];
  readonly margins: readonly (number | null)[];
}

/** From here, run on: in `world`, under `policy`, from the state that the run had at `atStep`. */
export interface BranchRequest {
  /** {@link Run.id}; any `<policy>/<start>` of the panel. */
  readonly run: string;
  /** Control step of the run at which it is left. */
  readonly atStep: number;
  /** Whose state it continues from. Default truth. */
  readonly from?: "truth" | "candidate";
  /** `truth`, `candidate`, or a name of {@link Session.worlds}. */
  readonly world: string;
  /** A name of {@link Session.policies}; absent: the run's own. `"recorded"`: the run's own commands, open loop. */
  readonly policy?: string;
  /** Default: to the horizon. */
  readonly steps?: number;
}

/** What the candidate predicts from truth's state at each of these steps, under the commands that truth was given. */
export interface FanRequest {
  readonly run: string;
  readonly atSteps: readonly number[];
  /** Length of each prediction, control steps. */
  readonly steps: number;
  /** Default candidate. */
  readonly world?: string;
}

export interface Fan {
  readonly world: string;
  readonly predictions: readonly {
    readonly atStep: number;
    readonly fromSec: number;
    readonly steps: number;
    /** Observation channel → `(steps + 1) × size` values; row 0 is truth's state itself. */
    readonly observation: Readonly<Record<string, readonly number[]>>;
    /** One standard deviation by the world's own estimate, `steps × size`, where it gives one. */
    readonly uncertainty: Readonly<Record<string, readonly (number | null)[]>> | null;
    readonly fault: string | null;
  }[];
}

/** Body of every answer that is not 2xx. */
export interface Problem {
  readonly error: {
    readonly what: string;
    readonly where?: string;
    readonly expected?: string;
    readonly got?: string;
    readonly hint?: string;
  };
}

export interface LiveSource {
  /** Address of the WebSocket, relative to the page. Sub-protocols: {@link SUBPROTOCOLS}. */
  readonly url: string;
  /** True: a recording is being played back by the server, and the client may pause, seek and change its speed. */
  readonly playback: boolean;
  /** Simulated seconds a second; null: as fast as it comes. */
  readonly speed: number | null;
  /** Steps of worlds as they are made; or how far an exam or a replay is, {@link ProgressMessage}. */
  readonly shows: "steps" | "progress";
}

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

/** What can be drawn, in the frame of the world: x forward, z up, metres, radians, quaternions (w, x, y, z). */
export interface Scene {
  /** The file it was compiled from, without its folder; null: nothing but objects. */
  readonly source: string | null;
  /** `bodies[0]` is the world; a parent comes before its children. */
  readonly bodies: readonly SceneBody[];
  readonly geoms: readonly SceneGeom[];
  readonly meshes: readonly SceneMesh[];
  readonly objects: readonly SceneObject[];
  /** A box around everything at rest, for the first look. */
  readonly bounds: { readonly min: Vector; readonly max: Vector };
  /** Channels that no joint or body takes up: to be plotted, not drawn. */
  readonly undrawn: readonly string[];
}

export type Vector = readonly [x: number, y: number, z: number];
export type Quaternion = readonly [w: number, x: number, y: number, z: number];

export interface SceneBody {
  readonly name: string;
  /** Index in `bodies`; -1 for the world. */
  readonly parent: number;
  /** In the parent's frame, before its joints act. */
  readonly position: Vector;
  readonly orientation: Quaternion;
  /** Applied in this order: kinematics.ts. */
  readonly joints: readonly SceneJoint[];
  /** Where channels say the place of this body in the world's frame, whatever its joints do; by coordinate. */
  readonly placed: readonly {
    readonly coordinate: "x" | "y" | "z" | "orientation";
    readonly channel: string;
    /** First component of the channel. */
    readonly component: number;
  }[];
}

export interface SceneJoint {
  readonly name: string;
  readonly type: "hinge" | "slide" | "ball" | "free";
  /** In the body's frame. */
  readonly axis: Vector;
  readonly anchor: Vector;
  /** Value at which the body stands as described; `rest`: where it stays if no channel drives it. 1, 1, 4, 7 numbers. */
  readonly reference: readonly number[];
  readonly rest: readonly number[];
  /** Null: no channel says where it stands. */
  readonly driver: { readonly channel: string; readonly component: number } | null;
}

export interface SceneGeom {
  readonly name: string;
  readonly body: number;
  readonly shape: "plane" | "sphere" | "capsule" | "ellipsoid" | "cylinder" | "box" | "mesh";
  /**
   * MuJoCo's: sphere [radius]; capsule, cylinder [radius, half length] along z; box, ellipsoid half sizes; plane half
   * sizes of x and y (0: without end), normal z; mesh none.
   */
  readonly size: Vector;
  /** In the body's frame. */
  readonly position: Vector;
  readonly orientation: Quaternion;
  readonly rgba: readonly [number, number, number, number];
  /** Visual group of MJCF: 0, 1, 2 are shown by default, 3 and above are collision shapes. */
  readonly group: number;
  /** Index in `meshes`. */
  readonly mesh: number | null;
}

export interface SceneMesh {
  readonly name: string;
  /** Little-endian float32, x y z a vertex, in base64. */
  readonly positions: string;
  /** Little-endian uint32, three a triangle, in base64. */
  readonly triangles: string;
}

export interface SceneObject {
  readonly name: string;
  readonly label: string;
  /** Observation channels. */
  readonly position: string;
  readonly orientation: string | null;
  readonly visible: string | null;
  /** Farthest it may be from truth's and still be it, in the unit of the position. */
  readonly matchWithin: number;
  /** Body that stands for it, if the scene has one. */
  readonly body: string | null;
}
