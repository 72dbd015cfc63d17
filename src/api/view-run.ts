import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPolicy, openWorld, policyRef, worldRef } from "../compose.ts";
import type { Outcome, Start, Trace, TraceSink } from "../core/trace.ts";
import { type RecordedTrace, writeTraces } from "../record/write-traces.ts";
import { closedLoop } from "../rollout/closed-loop.ts";
import { createJudge } from "../scenario/judge.ts";
import { loadScenario } from "../scenario/load.ts";
import { LiveFeed, type LiveRole } from "../viewer/live-feed.ts";
import { liveSource } from "./live-source.ts";
import { LiveViewer } from "./live-viewer.ts";
import { imagesOf } from "./run.ts";
import { parseStart } from "./start.ts";
import type { ListenOptions, Viewer } from "./view.ts";
import { viewRecording } from "./view-recording.ts";

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
  /** Record the pictures of the scenario's image channels, too; those that a world makes itself are recorded anyway. */
  readonly images?: boolean | undefined;
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
  if (options.images === true) imagesOf(scenario);
  const chosen = parseStart(scenario, options.start);
  const start: Start = options.seed === undefined ? chosen : { ...chosen, seed: BigInt(options.seed) };
  const names = [...new Set([scenario.truth, options.world ?? scenario.truth])];
  const worlds = names.map((world, i) => ({
    role: i === 0 ? ("truth" as const) : ("candidate" as const),
    world,
    policy: options.policy,
  }));
  const title = `${options.policy} in ${names.join(" and ")}, ${scenario.name}`;
  const viewer = await LiveViewer.open({
    source: liveSource({ scenario, title, truth: scenario.truth, candidate: names[1] }),
    listen: options.listen,
    speed,
    shows: "steps",
  });
  const folder = await mkdtemp(join(tmpdir(), "simgate-view-"));
  const path = options.record ?? join(folder, "run.mcap");
  const close = async (): Promise<void> => {
    await viewer.close();
    await rm(folder, { recursive: true, force: true });
  };
  const feed = new LiveFeed(viewer.hub, {
    channels: scenario,
    controlPeriodSec: scenario.controlPeriodSec,
    worlds,
    scenario,
  });
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
        // What is drawn from the channels can be drawn from the recording, too.
        const images = (world.spec.images ?? [])
          .filter(({ drawn }) => options.images === true || drawn !== true)
          .map((image) => image.name);
        try {
          const { tape } = await closedLoop(world, policy, [start], {
            horizonSteps: scenario.horizonSteps,
            ended: (observation, parameters) => judge.ended(observation, parameters),
            sinks: [feed.sink(role), paced],
            keep: images.length === 0 ? ["uncertainty"] : ["uncertainty", "images"],
            images,
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
    await writeTraces(recorded, { path, channels: scenario, images: scenario.images, scenario });
    feed.close();
    await viewer.become(await viewRecording(path, options.scenario), path);
    const { url, port, title } = viewer;
    return { viewer: { url, port, title, close }, outcomes };
  } catch (thrown) {
    await close();
    throw thrown;
  }
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
