import type { Scenario } from "../scenario/scenario.ts";
import type { WorldConfig } from "../scenario/schema.ts";
import type { Scene } from "../viewer/scene.ts";
import type { Run, Session, Unavailable } from "../viewer/session.ts";
import { UnavailableError } from "../viewer/source.ts";
import type { ViewedSource } from "./view-evidence.ts";
import { scenarioSummary } from "./view-scenario.ts";
import { sceneOf } from "./view-scene.ts";

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

/** Compiled models of so many starts are kept: a page that comes back asks for the same again. */
const KEPT_SCENES = 32;

/** What a page is shown of worlds that run now: their scene, and nothing that has yet to come of them. */
export function liveSource(options: LiveSourceOptions): ViewedSource {
  const { scenario, title, truth, candidate = null, horizon = null } = options;
  const { model = scenario.worlds[scenario.truth] } = options;
  const { runs = [{ id: "live", title, href: null, why: null, policy: null, start: null }] } = options;
  const later: Unavailable = { reason: "not while it is running" };
  const session: Omit<Session, "live"> = {
    schema: "simgate/session@1",
    kind: "live",
    title,
    scenario: scenarioSummary(scenario),
    truth,
    candidate,
    worlds: [],
    policies: [],
    panelStarts: 0,
    runs,
    horizon,
    abilities: { scene: true, evidence: later, rollouts: later, branch: later, fan: later, margins: later },
  };
  const scenes = new Map<string, Promise<Scene>>();
  return {
    ...emptySource(session, later.reason),
    scene: (parameters) => {
      const key = JSON.stringify(parameters);
      let scene = scenes.get(key);
      if (scene === undefined) {
        scene = sceneOf(scenario, model, parameters);
        scenes.set(key, scene);
        scene.catch(() => scenes.delete(key));
        const [oldest] = scenes.keys();
        if (scenes.size > KEPT_SCENES) scenes.delete(oldest!);
      }
      return scene;
    },
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
    traceFile: unavailable,
    rollout: unavailable,
    margins: unavailable,
    branch: unavailable,
    fan: unavailable,
    close: async () => undefined,
  };
}
