import type { Scenario } from "../scenario/scenario.ts";
import type { WorldConfig } from "../scenario/schema.ts";
import type { Run, Session, Unavailable } from "../viewer/session.ts";
import { UnavailableError } from "../viewer/source.ts";
import { KeptScenes } from "./kept-scenes.ts";
import type { ViewedSource } from "./view-evidence.ts";
import { scenarioSummary } from "./view-scenario.ts";

export interface LiveSourceOptions {
  readonly scenario: Scenario;
  readonly title: string;
  /** Names of the worlds; null: there is none. */
  readonly truth: string | null;
  readonly candidate?: string | null | undefined;
  /** What the scene is compiled from. Default: the scenario's truth. */
  readonly model?: WorldConfig | undefined;
  /** Default: what arrives live. */
  readonly runs?: readonly Run[];
  readonly horizon?: Session["horizon"];
}

/** What a page is shown of worlds that run now: their scene, and nothing that has yet to come of them. */
export function liveSource(options: LiveSourceOptions): ViewedSource {
  const { scenario, title, truth, candidate = null, horizon = null } = options;
  const { model = scenario.worlds[scenario.truth] } = options;
  const {
    runs = [{ id: "live", title, href: null, why: null, policy: null, start: null, parameters: null }],
  } = options;
  const later: Unavailable = { reason: "not while it is running" };
  const session: Omit<Session, "live"> = {
    schema: "simgate/session@1",
    kind: "live",
    title,
    scenario: scenarioSummary(scenario),
    truth,
    candidate,
    candidates: [],
    worlds: [],
    policies: [],
    panelStarts: 0,
    runs,
    horizon,
    abilities: { ...noAbilities(later), scene: true },
  };
  const scenes = new KeptScenes(scenario, model);
  return { ...emptySource(session, later.reason), scene: (parameters) => scenes.of(parameters) };
}

/** Nothing can be asked for, for one reason. */
export function noAbilities(why: Unavailable): Session["abilities"] {
  return {
    scene: why,
    evidence: why,
    comparison: why,
    rollouts: why,
    branch: why,
    fan: why,
    margins: why,
    contacts: why,
    pictures: why,
  };
}

/** A source that has its session, and for one reason nothing else. */
export function emptySource(session: Omit<Session, "live">, reason: string): ViewedSource {
  const unavailable = async (): Promise<never> => {
    throw new UnavailableError(reason);
  };
  return {
    session: async () => session,
    scene: unavailable,
    result: unavailable,
    episodes: unavailable,
    comparison: unavailable,
    contacts: unavailable,
    pictures: unavailable,
    traceFile: unavailable,
    rollout: unavailable,
    margins: unavailable,
    branch: unavailable,
    fan: unavailable,
    close: async () => undefined,
  };
}
