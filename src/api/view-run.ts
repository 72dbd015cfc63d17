import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPolicy, openWorld, policyRef, worldRef } from "../compose.ts";
import type { Outcome, Start, Trace, TraceSink } from "../core/trace.ts";
import { type RecordedTrace, writeTraces } from "../record/write-traces.ts";
import { closedLoop } from "../rollout/closed-loop.ts";
import { createJudge } from "../scenario/judge.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { Hub } from "../viewer/foxglove/hub.ts";
import { Playback } from "../viewer/foxglove/playback.ts";
import { LiveFeed, type LiveRole } from "../viewer/live-feed.ts";
import type { Session, Unavailable } from "../viewer/session.ts";
import { UnavailableError } from "../viewer/source.ts";
import { parseStart } from "./start.ts";
import { type ListenOptions, serve, type Viewer } from "./view.ts";
import type { ViewedSource } from "./view-evidence.ts";
import { viewRecording } from "./view-recording.ts";
import { scenarioSummary } from "./view-scenario.ts";
import { sceneOf } from "./view-scene.ts";

export interface ViewedRunOptions {
  readonly scenario: string;
  /** Default: truth alone. */
  readonly world?: string | undefined;
  readonly policy: string;
  readonly start?: string | undefined;
  readonly seed?: number | undefined;
  readonly listen: ListenOptions;
  /** Simulated seconds a second. Default 1. */
  readonly speed?: number | undefined;
  /** MCAP file of all worlds. */
  readonly record?: string | undefined;
  readonly signal?: AbortSignal;
  /** Told where the viewer is before the first step. */
  readonly onReady: (viewer: Viewer) => void;
}

export interface ViewedRun {
  readonly viewer: Viewer;
  /** Of each world. */
  readonly outcomes: readonly {
    readonly role: LiveRole;
    readonly world: string;
    readonly trace: Trace;
    readonly outcome: Outcome;
  }[];
}

/**
 * One policy in truth and in the world asked for, side by side, at the pace of a clock, shown while it happens; and then
 * as a recording, until the viewer is closed.
 */
export async function runViewed(options: ViewedRunOptions): Promise<ViewedRun> {
  const { signal, speed = 1 } = options;
  const scenario = await loadScenario(options.scenario);
  const chosen = parseStart(scenario, options.start);
  const start: Start = options.seed === undefined ? chosen : { ...chosen, seed: BigInt(options.seed) };
  const names = [...new Set([scenario.truth, options.world ?? scenario.truth])];
  const worlds = names.map((world, i) => ({
    role: i === 0 ? ("truth" as const) : ("candidate" as const),
    world,
    policy: options.policy,
  }));
  const title = `${options.policy} in ${names.join(" and ")}, ${scenario.name}`;
  const hub = new Hub({ name: `simgate: ${title}`, sessionId: title, metadata: { simgate: title } });
  hub.speed = speed;
  const feed = new LiveFeed(hub, {
    channels: scenario,
    controlPeriodSec: scenario.controlPeriodSec,
    worlds,
    scenario,
  });
  const folder = await mkdtemp(join(tmpdir(), "simgate-view-"));
  const path = options.record ?? join(folder, "run.mcap");
  let shown: ViewedSource = liveSource(scenario, title, names);
  let isLive = true;
  const viewer = await serve(
    switching(() => shown),
    options.listen,
    {
      hub,
      live: () => (isLive ? { url: "./", playback: false, speed } : null),
    },
  );
  let playback: Playback | undefined;
  const close = async (): Promise<void> => {
    playback?.close();
    await viewer.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    options.onReady(viewer);
    const judge = createJudge(scenario);
    feed.begin(start);
    const beganMs = performance.now();
    const paced: TraceSink = {
      write: ({ timeSec }) => until(beganMs + (1000 * timeSec) / speed, signal),
      close: () => Promise.resolve(),
    };
    const outcomes = await Promise.all(
      worlds.map(async ({ role, world: name }) => {
        const world = await openWorld(scenario, await worldRef(scenario, name));
        const policy = await openPolicy(scenario, policyRef(scenario, options.policy));
        try {
          const { tape } = await closedLoop(world, policy, [start], {
            horizonSteps: scenario.horizonSteps,
            ended: (observation, parameters) => judge.ended(observation, parameters),
            sinks: [feed.sink(role), paced],
            ...(signal === undefined ? {} : { signal }),
          });
          const trace = tape.trace(0);
          const outcome = judge.outcome(trace);
          const { steps, end, fault } = trace;
          feed.end(role, { steps, end, outcome, ...(fault === undefined ? {} : { fault }) });
          return { role, world: name, trace, outcome };
        } finally {
          await policy.close();
          await world.close();
        }
      }),
    );
    const recorded = outcomes.map((one): RecordedTrace => ({ ...one, policy: options.policy }));
    await writeTraces(recorded, { path, channels: scenario, scenario });
    shown = await viewRecording(path, options.scenario);
    isLive = false;
    feed.close();
    playback = await Playback.open(hub, path);
    return { viewer: { ...viewer, close }, outcomes };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** What is shown may become something else. */
function switching(shown: () => ViewedSource): ViewedSource {
  return {
    session: () => shown().session(),
    scene: (...asked) => shown().scene(...asked),
    result: () => shown().result(),
    episodes: () => shown().episodes(),
    traceFile: (...asked) => shown().traceFile(...asked),
    rollout: (...asked) => shown().rollout(...asked),
    margins: (...asked) => shown().margins(...asked),
    branch: (...asked) => shown().branch(...asked),
    fan: (...asked) => shown().fan(...asked),
    close: () => shown().close(),
  };
}

function liveSource(scenario: Scenario, title: string, names: readonly string[]): ViewedSource {
  const later: Unavailable = { reason: "not while it is running" };
  const session: Omit<Session, "live"> = {
    schema: "simgate/session@1",
    kind: "live",
    title,
    scenario: scenarioSummary(scenario),
    truth: names[0] ?? null,
    candidate: names[1] ?? null,
    worlds: [],
    policies: [],
    panelStarts: 0,
    runs: [{ id: "live", title, href: null, why: null, policy: null, start: null }],
    horizon: null,
    abilities: { scene: true, evidence: later, rollouts: later, branch: later, fan: later, margins: later },
  };
  const unavailable = async (): Promise<never> => {
    throw new UnavailableError(later.reason);
  };
  return {
    session: async () => session,
    scene: (parameters) => sceneOf(scenario, scenario.worlds[scenario.truth], parameters),
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

/** Until a moment of performance.now(), or until it is stopped. */
function until(atMs: number, signal: AbortSignal | undefined): Promise<void> {
  const waitMs = atMs - performance.now();
  if (waitMs <= 0 || signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    signal?.addEventListener("abort", done, { once: true });
  });
}
