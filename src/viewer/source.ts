import type { Comparison } from "../report/comparison.ts";
import type { Scene } from "./scene.ts";
import type {
  EpisodeSummary,
  Fan,
  MarginCurve,
  MomentRequest,
  Pictures,
  SceneContacts,
  Session,
} from "./session.ts";

/** What the viewer's server shows. It opens no world and no file itself: it is handed this. */
export interface ViewerSource {
  session(): Promise<Omit<Session, "live">>;
  scene(parameters: Readonly<Record<string, number>>): Promise<Scene>;
  /** The text of `result.json`. @param candidate its place in `Session.candidates` */
  result(candidate: number): Promise<string>;
  episodes(candidate: number): Promise<readonly EpisodeSummary[]>;
  comparison(): Promise<Comparison>;
  /** Path of a recording that `Run.href` names: `careful-0.mcap` of `api/traces/careful-0.mcap`. */
  traceFile(name: string): Promise<string>;
  /** MCAP of one start under one policy, in these worlds (`truth`, `candidate`, or names). */
  rollout(policy: string, start: number, worlds: readonly string[], signal: AbortSignal): Promise<Uint8Array>;
  margins(run: string, signal: AbortSignal): Promise<readonly MarginCurve[]>;
  /** MCAP. */
  branch(request: BranchOrder, signal: AbortSignal): Promise<Uint8Array>;
  fan(request: FanOrder, signal: AbortSignal): Promise<Fan>;
  contacts(moment: MomentOrder): Promise<SceneContacts>;
  pictures(moment: MomentOrder): Promise<Pictures>;
}

export type MomentOrder = MomentRequest;

/** A {@link ./session.ts!BranchRequest} that was checked for its form. */
export interface BranchOrder {
  readonly run: string;
  readonly atStep: number;
  readonly from: "truth" | "candidate";
  readonly world: string;
  readonly policy?: string | undefined;
  readonly steps?: number | undefined;
}

export interface FanOrder {
  readonly run: string;
  readonly atSteps: readonly number[];
  readonly steps: number;
  readonly world: string;
}

/** What this session does not have: answered with 404 and the reason. */
export class UnavailableError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "UnavailableError";
  }
}
