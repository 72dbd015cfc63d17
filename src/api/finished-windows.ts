import type { Start, Trace } from "../core/trace.ts";
import type { RecordedWindow } from "../exam/replay.ts";
import type { RolloutJob } from "../fleet/job.ts";
import { divergence } from "../metrics/divergence.ts";
import type { RecordedTrace } from "../record/write-traces.ts";
import type { FinishedItem, ProgressMessage } from "../viewer/live-messages.ts";
import type { Run } from "../viewer/session.ts";
import type { ReplayPlan } from "./replay.ts";

/** How many of the latest are named, and how many of the worst are offered at the end. */
const LATEST = 40;
const WORST = 60;

interface Prediction {
  readonly trace: Trace;
  /** Largest error of any channel, in tolerances, and where; Infinity where the world broke. */
  readonly worst: number;
  readonly text: string;
}

/** The windows of a replay that is under way, as the predictions of its worlds come in. */
export class FinishedWindows {
  readonly #plan: ReplayPlan;
  readonly #windowOf: ReadonlyMap<Start, RecordedWindow>;
  /** World → run id → what it predicted. */
  readonly #predicted = new Map<string, Map<string, Prediction>>();

  constructor(plan: ReplayPlan) {
    this.#plan = plan;
    this.#windowOf = new Map(plan.windows.map((window) => [window.start, window]));
    for (const { name } of plan.worlds) this.#predicted.set(name, new Map());
  }

  /** Takes what a job brought, if it is of whole windows: baselines and the like are not shown. */
  add({ world, drive, starts }: RolloutJob, traces: readonly Trace[]): void {
    const of = this.#predicted.get(world.name);
    if (of === undefined || drive.kind !== "actions") return;
    traces.forEach((trace, i) => {
      const window = this.#windowOf.get(starts[i]!);
      if (window !== undefined) of.set(this.#idOf(window), this.#judge(window, trace));
    });
  }

  progress(): Omit<ProgressMessage, "done" | "asked"> {
    const { windows, scenario } = this.#plan;
    const own = [...this.#own];
    return {
      of: "windows",
      finished: own.length,
      total: windows.length,
      latest: own
        .slice(-LATEST)
        .reverse()
        .map(([id, { worst, text }]): FinishedItem => ({
          id,
          title: this.#titleOf(id),
          text,
          wrong: !(worst <= 1),
        })),
      policies: [],
      confidence: scenario.thresholds.confidence,
    };
  }

  /** The windows that the world in question predicted worst, worst first. */
  worst(): readonly Run[] {
    return [...this.#own]
      .sort(([, a], [, b]) => b.worst - a.worst)
      .slice(0, WORST)
      .map(([id, { text }]): Run => {
        const at = id.lastIndexOf("/");
        const [recording, window] = [id.slice(0, at), Number(id.slice(at + 1))];
        return {
          id,
          title: this.#titleOf(id),
          href: `api/rollouts/${encodeURIComponent(recording)}/${window}.mcap`,
          why: text,
          policy: recording,
          start: window,
          parameters: null,
        };
      });
  }

  /**
   * What was recorded, and what worlds predicted of it.
   * @param asked `truth`, `candidate` (the world in question), or names
   * @throws Error for a window that is not there, or not finished
   */
  traces(recording: string, index: number, asked: readonly string[]): readonly RecordedTrace[] {
    const { recordings, windows, worlds } = this.#plan;
    const window = windows.find(
      (one) => recordings[one.recording] === recording && one.start.index === index,
    );
    if (window === undefined) throw new Error(`there is no window ${index} of ${recording}`);
    return asked.map((name): RecordedTrace => {
      if (name === "truth") {
        return { role: "truth", world: recording, policy: "as recorded", trace: this.#recorded(window) };
      }
      const world = name === "candidate" ? worlds[0]!.name : name;
      const found = this.#predicted.get(world)?.get(this.#idOf(window));
      if (found === undefined) throw new Error(`${world} has not predicted this window yet`);
      return { role: name, world, policy: "as recorded", trace: found.trace };
    });
  }

  get #own(): ReadonlyMap<string, Prediction> {
    return this.#predicted.get(this.#plan.worlds[0]!.name)!;
  }

  #idOf({ recording, start }: RecordedWindow): string {
    return `${this.#plan.recordings[recording]!}/${start.index}`;
  }

  #titleOf(id: string): string {
    const at = id.lastIndexOf("/");
    return `${id.slice(0, at)}, window ${id.slice(at + 1)}`;
  }

  #judge(window: RecordedWindow, trace: Trace): Prediction {
    if (trace.fault !== undefined) {
      return { trace, worst: Infinity, text: `broke at step ${trace.fault.step}: ${trace.fault.reason}` };
    }
    const { observation, controlPeriodSec } = this.#plan.scenario;
    const steps = Math.min(window.steps, trace.steps);
    const found = divergence(observation, window.truth, trace.observation, steps, controlPeriodSec);
    let [worst, at] = [0, 0];
    found.worst.forEach((error, step) => {
      if (error > worst) [worst, at] = [error, step];
    });
    const channel = found.channels.find(({ max }) => max[at] === worst)?.channel ?? "every channel";
    return { trace, worst, text: `${channel} ${worst.toPrecision(2)} tolerances off at most` };
  }

  #recorded({ start, steps, actions, truth }: RecordedWindow): Trace {
    const { controlPeriodSec } = this.#plan.scenario;
    const { context: _, ...plain } = start;
    return {
      start: plain,
      steps,
      controlPeriodSec,
      end: "horizon",
      observation: truth,
      requestedAction: actions.columns,
      appliedAction: actions.columns,
    };
  }
}
