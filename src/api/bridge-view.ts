import type { Batch } from "../core/channels.ts";
import type { Start } from "../core/trace.ts";
import type { BesideWatch } from "../ros/beside.ts";
import type { EpisodeOutcome } from "../ros/bridge.ts";
import type { EpisodeListener } from "../ros/episode.ts";
import type { OnProblem } from "../ros/node.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { LiveFeed, type LiveWorld } from "../viewer/live-feed.ts";
import { liveSource } from "./live-source.ts";
import { LiveViewer } from "./live-viewer.ts";
import type { ListenOptions, Viewer } from "./view.ts";

/** Where a bridge is shown. */
export interface BridgeView {
  readonly listen: ListenOptions;
  /** Told where the viewer is, each time the node is configured. */
  readonly onReady: (viewer: Viewer) => void;
}

interface Shown {
  readonly scenario: Scenario;
  readonly view: BridgeView;
  readonly onProblem: OnProblem;
}

/** What shows a bridge; closing it leaves the bridge alone. */
export type Watched<T> = { readonly watch: T; close(): Promise<void> };

/** Shows a candidate beside a truth that runs elsewhere. */
export async function watchBeside(
  shown: Shown & {
    readonly truth: string;
    readonly candidate: string;
    /** Truth's parameters, for the scene. */
    readonly start: Start;
    readonly horizonSec: number | null;
  },
): Promise<Watched<BesideWatch>> {
  const { scenario, truth, candidate, start, horizonSec, onProblem } = shown;
  const worlds = [
    { role: "truth", world: truth },
    { role: "candidate", world: candidate },
  ] as const;
  const { viewer, feed } = await open(shown, worlds, horizonSec);
  const period = scenario.controlPeriodSec;
  const batch = (columns: Batch["columns"], step: number): Batch => ({ lanes: 1, step, columns });
  let begun = false;
  let lastStep = -1;
  const watch: BesideWatch = {
    compared({ row, candidate: predicted, uncertainty, stepsAlone, synced, fault }, { worst, worstAt }) {
      const { step, timeNs, observation, action, complete } = row;
      if (!begun) {
        begun = true;
        lastStep = -1;
        feed.begin(start, timeNs - BigInt(Math.round(step * period * 1e9)));
      }
      // It was put where truth is: what it had predicted for this step is what counts, and has been shown.
      if (synced !== undefined && step === lastStep) return;
      lastStep = step;
      const timeSec = step * period;
      if (complete) {
        const command = step === 0 ? {} : { appliedAction: batch(action, step - 1) };
        feed.write("truth", { step, timeSec, observation: batch(observation, step), ...command });
      }
      if (predicted !== undefined) {
        const doubt = uncertainty === undefined ? {} : { uncertainty };
        feed.write("candidate", { step, timeSec, observation: predicted, ...doubt });
      }
      feed.judge({
        step,
        scaledError: predicted === undefined ? null : worst,
        channel: predicted === undefined ? null : worstAt,
        aloneSec: stepsAlone * period,
        fault: fault ?? null,
      });
    },
    restarted() {
      begun = false;
    },
  };
  return { watch: harmless(watch, onProblem), close: () => viewer.close() };
}

/** Told also how each episode was judged, before it is told of its end. */
export interface EpisodeWatch extends EpisodeListener {
  judged(outcome: EpisodeOutcome): void;
}

/** Shows a world that is the simulator of a network. */
export async function watchEpisodes(
  shown: Shown & { readonly world: string },
): Promise<Watched<EpisodeWatch>> {
  const { scenario, world, onProblem } = shown;
  const role = world === scenario.truth ? "truth" : "candidate";
  const { viewer, feed } = await open(shown, [{ role, world }], null);
  let start: Start | undefined;
  let steps = 0;
  let outcome: EpisodeOutcome | undefined;
  const watch: EpisodeWatch = {
    begin(episode) {
      start = episode.start;
      outcome = undefined;
    },
    step(step, timeNs) {
      steps = step.step;
      if (step.step === 0) feed.begin(start!, timeNs);
      feed.write(role, step);
    },
    judged(given) {
      outcome = given;
    },
    end(end, fault) {
      feed.end(role, {
        steps,
        end,
        ...(outcome === undefined ? {} : { outcome: { kind: outcome.kind, margin: outcome.margin } }),
        ...(fault === undefined ? {} : { fault }),
      });
    },
  };
  return { watch: harmless(watch, onProblem), close: () => viewer.close() };
}

async function open(
  { scenario, view }: Shown,
  worlds: readonly LiveWorld[],
  horizonSec: number | null,
): Promise<{ viewer: LiveViewer; feed: LiveFeed }> {
  const named = (role: LiveWorld["role"]): string | null =>
    worlds.find((one) => one.role === role)?.world ?? null;
  const [truth, candidate] = [named("truth"), named("candidate")];
  const title = `${[candidate, truth].filter((name) => name !== null).join(" beside ")}, ${scenario.name}`;
  const source = liveSource({ scenario, title, truth, candidate });
  // The first compilation takes half a second, which the loop would lose later.
  await source.scene(Object.fromEntries(scenario.parameters.map(({ name, nominal }) => [name, nominal])));
  const viewer = await LiveViewer.open({ source, listen: view.listen, speed: 1, shows: "steps" });
  const feed = new LiveFeed(viewer.hub, {
    channels: scenario,
    controlPeriodSec: scenario.controlPeriodSec,
    worlds,
    scenario,
    horizonSec,
    compares: false,
  });
  view.onReady(viewer);
  return { viewer, feed };
}

/** Whoever watches must not break what is watched. */
function harmless<T extends object>(watch: T, onProblem: OnProblem): T {
  return Object.fromEntries(
    Object.entries(watch as Record<string, (...given: unknown[]) => void>).map(([name, told]) => [
      name,
      (...given: unknown[]) => {
        try {
          told(...given);
        } catch (thrown) {
          onProblem("the viewer", thrown);
        }
      },
    ]),
  ) as T;
}
