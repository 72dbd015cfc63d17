import { messageOf } from "../core/errors.ts";
import { writeTraces } from "../record/write-traces.ts";
import type { ReplayResult } from "../report/replay-result.ts";
import type { Unavailable } from "../viewer/session.ts";
import { UnavailableError } from "../viewer/source.ts";
import { FinishedWindows } from "./finished-windows.ts";
import { liveSource } from "./live-source.ts";
import { LiveViewer } from "./live-viewer.ts";
import { mcapBytes } from "./mcap-bytes.ts";
import { ProgressFeed } from "./progress-feed.ts";
import { replay, type ReplayOptions, type ReplayPlan, type ReplayReport } from "./replay.ts";
import type { ListenOptions, Viewer } from "./view.ts";
import type { ViewedSource } from "./view-evidence.ts";

export interface ViewedReplayOptions extends Omit<ReplayOptions, "watch"> {
  readonly listen: ListenOptions;
  /** Told where the viewer is before the first window. */
  readonly onReady: (viewer: Viewer) => void;
}

export interface ViewedReplay extends ReplayReport {
  /** Of the windows, what was recorded beside what was predicted; close it when done. */
  readonly viewer: Viewer;
}

/** A replay that can be watched: every window that is finished; and at the end what came of it, the worst windows first. */
export async function replayViewed(options: ViewedReplayOptions): Promise<ViewedReplay> {
  const { listen, onReady, ...rest } = options;
  let open:
    { plan: ReplayPlan; windows: FinishedWindows; viewer: LiveViewer; feed: ProgressFeed } | undefined;
  let rollouts = { done: 0, rollouts: 0 };
  try {
    const report = await replay({
      ...rest,
      onProgress: (progress) => {
        rollouts = progress;
        open?.feed.changed();
        options.onProgress?.(progress);
      },
      watch: {
        begins: async (plan) => {
          const windows = new FinishedWindows(plan);
          const source = windowsSource(plan, windows);
          const viewer = await LiveViewer.open({ source, listen, speed: null, shows: "progress" });
          const feed = new ProgressFeed(viewer.hub, () => ({
            done: rollouts.done,
            asked: rollouts.rollouts,
            ...windows.progress(),
          }));
          open = { plan, windows, viewer, feed };
          onReady(viewer);
        },
        finished: (job, traces) => open?.windows.add(job, traces),
      },
    });
    const { plan, windows, viewer, feed } = open!;
    feed.close();
    await viewer.become(windowsSource(plan, windows, report.result));
    return { ...report, viewer };
  } catch (thrown) {
    open?.feed.close();
    await open?.viewer.close();
    throw thrown;
  }
}

/** The windows as runs of a page: `<recording>/<window>`. @param result once there is one */
function windowsSource(
  { scenario, worlds, recordings, windows }: ReplayPlan,
  finished: FinishedWindows,
  result?: ReplayResult,
): ViewedSource {
  const [candidate, ...others] = worlds.map(({ name }) => name);
  const title = `${candidate!} on ${recordings.length === 1 ? recordings[0]! : `${recordings.length} recordings`}`;
  const shown = liveSource({
    scenario,
    title: result === undefined ? `${title}, under way` : title,
    truth: "the recording",
    candidate,
    runs: result === undefined ? [] : finished.worst(),
    horizon: result?.horizon ?? null,
  });
  const windowsAlone: Unavailable = { reason: "a recording cannot be run on from, only predicted" };
  return {
    ...shown,
    session: async () => {
      const session = await shown.session();
      const { evidence } = session.abilities;
      return {
        ...session,
        kind: result === undefined ? "live" : "evidence",
        worlds: others,
        policies: recordings,
        panelStarts: Math.max(0, ...windows.map(({ start }) => start.index + 1)),
        abilities: {
          ...session.abilities,
          evidence: result === undefined ? evidence : true,
          rollouts: true,
          branch: windowsAlone,
          fan: windowsAlone,
          margins: { reason: "the formula judges whole rollouts, not windows" },
        },
      };
    },
    result: () => (result === undefined ? shown.result(0) : Promise.resolve(JSON.stringify(result))),
    rollout: async (recording, window, asked) => {
      let traces: ReturnType<FinishedWindows["traces"]>;
      try {
        traces = finished.traces(recording, window, asked);
      } catch (thrown) {
        throw new UnavailableError(messageOf(thrown));
      }
      return mcapBytes((path) => writeTraces(traces, { path, channels: scenario, scenario }));
    },
  };
}
