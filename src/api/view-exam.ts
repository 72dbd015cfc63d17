import type { Contract } from "../exam/contract.ts";
import { createJudge } from "../scenario/judge.ts";
import { UnavailableError } from "../viewer/source.ts";
import { exam, type ExamOptions, type ExamReport } from "./exam.ts";
import { FinishedPairs } from "./finished-pairs.ts";
import { liveSource } from "./live-source.ts";
import { LiveViewer } from "./live-viewer.ts";
import { mcapBytes } from "./mcap-bytes.ts";
import { writePairTrace } from "./pair-trace.ts";
import { ProgressFeed } from "./progress-feed.ts";
import { type ListenOptions, playedTrace, type Viewer } from "./view.ts";
import { viewEvidence, type ViewedSource } from "./view-evidence.ts";
import { marginCurve } from "./margin-curve.ts";

export interface ViewedExamOptions extends Omit<ExamOptions, "watch" | "out"> {
  readonly out: string;
  readonly listen: ListenOptions;
  /** Told where the viewer is before the first rollout. */
  readonly onReady: (viewer: Viewer) => void;
}

export interface ViewedExam extends ExamReport {
  /** Of the evidence; close it when done. */
  readonly viewer: Viewer;
}

/** An exam that can be watched: its progress, every pair that is finished, and at the end its evidence in the same page. */
export async function examViewed(options: ViewedExamOptions): Promise<ViewedExam> {
  const { listen, onReady, ...rest } = options;
  let viewer: LiveViewer | undefined;
  let feed: ProgressFeed | undefined;
  let pairs: FinishedPairs | undefined;
  let rollouts = { done: 0, rollouts: 0 };
  try {
    const report = await exam({
      ...rest,
      onProgress: (progress) => {
        rollouts = progress;
        feed?.changed();
        options.onProgress?.(progress);
      },
      watch: {
        begins: async (contract) => {
          const judge = createJudge(contract.scenario);
          const finished = new FinishedPairs(contract, judge);
          pairs = finished;
          const source = underWay(contract, finished, judge);
          viewer = await LiveViewer.open({ source, listen, speed: null, shows: "progress" });
          feed = new ProgressFeed(viewer.hub, () => ({
            done: rollouts.done,
            asked: rollouts.rollouts,
            ...finished.progress(),
          }));
          onReady(viewer);
        },
        finished: (job, traces) => pairs?.add(job, traces),
      },
    });
    feed?.close();
    const evidence = await viewEvidence(report.folder!, { scenario: options.scenario });
    await viewer!.become(evidence, await playedTrace(evidence));
    return { ...report, viewer: viewer! };
  } catch (thrown) {
    feed?.close();
    await viewer?.close();
    throw thrown;
  }
}

/** What a page can open of an exam that goes on: the pairs that are finished. */
function underWay(
  contract: Contract,
  pairs: FinishedPairs,
  judge: ReturnType<typeof createJudge>,
): ViewedSource {
  const { scenario, truth, candidate, policies, panel } = contract;
  const title = `${candidate.name} as a stand-in for ${truth.name} on ${scenario.name}, under exam`;
  const live = liveSource({
    scenario,
    title,
    truth: truth.name,
    candidate: candidate.name,
    model: truth.config,
    runs: [],
  });
  const finished = (policy: string, start: number) => {
    const pair = pairs.pair(policy, start);
    if (pair !== undefined) return pair;
    throw new UnavailableError(`${policy} from start #${start} has not been rolled out in both worlds yet`);
  };
  return {
    ...live,
    session: async () => {
      const session = await live.session();
      return {
        ...session,
        policies: policies.map(({ name }) => name),
        panelStarts: panel.length,
        abilities: { ...session.abilities, rollouts: true, margins: true },
      };
    },
    rollout: async (policy, start) => {
      const pair = finished(policy, start);
      return mcapBytes((path) => writePairTrace(path, contract, pair));
    },
    margins: async (run) => {
      const at = run.lastIndexOf("/");
      const pair = finished(run.slice(0, Math.max(0, at)), Number(run.slice(at + 1)));
      return (["truth", "candidate"] as const).map((role) => marginCurve(judge, role, pair[role]));
    },
  };
}
