import type { ChannelSpec } from "../core/channels.ts";
import type { Outcome } from "../core/trace.ts";
import type { SceneObject } from "./scene.ts";

/**
 * What the viewer's server says over HTTP, to its own page and to whoever else asks. Plain JSON; this file is imported
 * by both sides and by nothing else. All addresses are relative to the page, so that it may live below any path.
 *
 *   GET  api/session                             {@link Session}
 *   GET  api/scene[?parameters=<JSON>]           scene.ts: Scene, compiled with the parameters of a start (a pole as long as it was)
 *   GET  api/evidence/result.json                report/result.ts: ExamResult (or the result of a replay)
 *   GET  api/evidence/episodes                   {@link EpisodeSummary}[]
 *   GET  api/traces/<file>                       MCAP, with HTTP range requests; `Run.href` says which
 *   GET  api/rollouts/<policy>/<start>.mcap[?worlds=truth,candidate,<world>…]
 *                                                MCAP: rolled out again; the same bytes every time
 *   GET  api/margins?run=<id>                    {@link MarginCurve}[], one a world
 *   POST api/branch   {@link BranchRequest}   →  MCAP: one world, role `branch`, placed in time by its `fromSec`
 *   POST api/fan      {@link FanRequest}      →  {@link Fan}
 *   POST api/contacts {@link MomentRequest}   →  {@link SceneContacts}
 *   POST api/pictures {@link MomentRequest}   →  {@link Pictures}
 *   GET  api/evidence/comparison                 of several candidates: `simgate/comparison@1`; of each: `?candidate=<n>` above
 *   WS   (the same port)                         Foxglove WebSocket: see live-messages.ts
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
  /** Where several exams of one contract are shown: their candidates, as the worlds of a rollout name them, {@link candidate} first. */
  readonly candidates: readonly string[];
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

/** scene: `api/scene`; evidence: `api/evidence/…`; the others: the addresses of these names. */
export type Ability =
  "scene" | "evidence" | "comparison" | "rollouts" | "branch" | "fan" | "margins" | "contacts" | "pictures";

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
  /** Of its start, for its scene; null: the recording says. */
  readonly parameters: Readonly<Record<string, number>> | null;
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

/** What a world showed at one moment: channel → its components. */
export interface MomentRequest {
  readonly observation: Readonly<Record<string, readonly number[]>>;
  /** What it was commanded then. */
  readonly action: Readonly<Record<string, readonly number[]>>;
  /** Of its start. */
  readonly parameters: Readonly<Record<string, number>>;
}

/** What touches what where bodies stand so, by truth's model. Frame of the world. */
export interface SceneContacts {
  readonly contacts: readonly {
    /** m */
    readonly position: readonly number[];
    /** Unit vector, from the first body to the second. */
    readonly normal: readonly number[];
    readonly forceN: number;
    readonly bodies: readonly [first: string, second: string];
  }[];
  /** Bodies of which the channels do not say where they are: what they touch is not known. */
  readonly hidden: readonly string[];
  /** Joints of which no channel says where they stand: taken at rest. */
  readonly atRest: readonly string[];
}

/** Image channel → PNG in base64, drawn from the observation. */
export type Pictures = Readonly<Record<string, string>>;

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
  /** Address of the WebSocket, relative to the page. See live-messages.ts. */
  readonly url: string;
  /** True: a recording is being played back by the server, and the client may pause, seek and change its speed. */
  readonly playback: boolean;
  /** Simulated seconds a second; null: as fast as it comes. */
  readonly speed: number | null;
  /** Steps of worlds as they are made; or how far an exam or a replay is. */
  readonly shows: "steps" | "progress";
}
