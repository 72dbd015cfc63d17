import type { Batch } from "../core/channels.ts";
import { toSec, type TimeNs } from "../core/time.ts";
import type { Start } from "../core/trace.ts";
import type { BagMessage } from "../record/bag-messages.ts";
import { topicLayouts } from "../record/topic-layout.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { World } from "../world/world.ts";
import type { BagRecorder } from "./bag-recorder.ts";
import type { BesideConfig } from "./beside-config.ts";
import { CandidatePublisher } from "./beside/candidate-publisher.ts";
import { DivergenceMonitor, type FirstDivergence } from "./beside/divergence-monitor.ts";
import { DivergencePublisher } from "./beside/divergence-publisher.ts";
import { Follower, type Comparison } from "./beside/follower.ts";
import { Ghosts } from "./beside/ghosts.ts";
import { TruthBag } from "./beside/truth-bag.ts";
import { TruthGrid } from "./beside/truth-grid.ts";
import { TruthTopics } from "./beside/truth-topics.ts";
import { Diagnostics } from "./diagnostics.ts";
import type { Live } from "./live.ts";
import type { DiagnosticStatus } from "./messages.ts";
import type { OnProblem, RosHandle, RosNode } from "./node.ts";
import type { Problem } from "./problems.ts";
import { Silence } from "./silence.ts";

export interface BesideOptions {
  readonly node: RosNode;
  readonly scenario: Scenario;
  readonly candidate: World;
  /** Its live settings are read where they are used. */
  readonly config: BesideConfig;
  /** Truth's parameters, number and seed; the values are those that truth shows. */
  readonly start: Start;
  /** How long the candidate may be believed, and who says so. */
  readonly usableHorizon: { readonly sec: number; readonly source: string } | undefined;
  /** Truth, if it is a recording. */
  readonly recording: readonly BagMessage[] | undefined;
  /** What {@link node} is recorded with, if it is. */
  readonly recorder: BagRecorder | undefined;
  readonly onProblem: OnProblem;
  readonly problems: () => readonly Problem[];
  readonly log: (level: "info" | "warn", text: string) => void;
}

const RESYNC_TYPE = "std_srvs/srv/Trigger";

/**
 * Mode `beside`: truth runs elsewhere; the candidate begins where truth is, is given the same commands, and what it
 * shows is published beside truth, with how far off it is. It never commands.
 */
export class Beside implements Live {
  /** No service asks it to. */
  readonly quit = new Promise<void>(() => undefined);
  readonly #options: BesideOptions;
  readonly #grid: TruthGrid;
  readonly #follower: Follower;
  readonly #monitor: DivergenceMonitor;
  readonly #candidate: CandidatePublisher;
  readonly #divergence: DivergencePublisher;
  readonly #ghosts: Ghosts;
  readonly #silence: Silence;
  readonly #diagnostics: Diagnostics;
  readonly #resync: RosHandle;
  readonly #counts = { compared: 0, incomplete: 0, "given up": 0, synchronised: 0, episodes: 0 };
  #truth: TruthTopics | TruthBag | undefined;
  #ended = false;
  #silentSinceNs: TimeNs = 0n;
  /** Longest delay from a message of truth to its divergence since the last diagnostics, ms. */
  #delayMs = 0;

  constructor(options: BesideOptions) {
    const { node, scenario, candidate, config, usableHorizon, onProblem, log } = options;
    this.#options = options;
    options.recorder?.follow(() => this.#truth?.nowNs);
    const { observation, action, controlPeriodSec } = scenario;
    const layouts = topicLayouts({ observation, action }).filter(({ role }) => role !== "requested");
    this.#grid = new TruthGrid({
      layouts,
      periodSec: controlPeriodSec,
      onRow: (row) => {
        if (!row.complete) this.#counts.incomplete++;
        this.#follower.push(row);
      },
      onRestart: (reason) => this.#onRestart(reason),
    });
    this.#follower = new Follower({
      world: candidate,
      start: () => options.start,
      rules: {
        get everySteps() {
          return config.resync.everySteps === 0 ? undefined : config.resync.everySteps;
        },
      },
      contextSteps: config.contextSteps,
      longestQueue: config.longestQueue,
      onComparison: (comparison) => this.#onComparison(comparison),
      onBehind: (rows) => this.#onBehind(rows),
      onProblem,
    });
    this.#monitor = new DivergenceMonitor({
      channels: observation,
      controlPeriodSec,
      levels: config.alarm,
      usableHorizonSec: usableHorizon?.sec,
    });
    this.#candidate = new CandidatePublisher(node, observation);
    this.#divergence = new DivergencePublisher(node, observation);
    this.#ghosts = new Ghosts(node, scenario);
    this.#silence = new Silence(
      {
        get afterMs() {
          return config.silentAfterMs;
        },
      },
      () => this.#onSilence(),
    );
    this.#resync = node.services.serve("~/resync", RESYNC_TYPE, () => {
      this.#follower.resync("request");
      return Promise.resolve({ success: true, message: "at the next control step that truth shows" });
    });
    this.#diagnostics = new Diagnostics({
      node,
      own: {
        sent: this.#candidate.layouts,
        heard: config.truth.kind === "topics" ? layouts : [],
        hearsAll: true,
        isClock: config.truth.kind === "bag",
      },
      problems: options.problems,
      status: () => ({ timeNs: this.#truth?.nowNs ?? 0n, statuses: this.#statuses() }),
      log,
    });
  }

  /** Listens to truth. */
  activate(): Promise<void> {
    if (this.#truth !== undefined) return Promise.resolve();
    const { node, config, recording = [], onProblem, log } = this.#options;
    const grid = this.#grid;
    const onHeard = (): void => this.#onHeard();
    grid.restart("the node was inactive");
    this.#ended = false;
    this.#truth =
      config.truth.kind === "topics"
        ? new TruthTopics({ node, grid, layouts: grid.layouts, epoch: config.truth.epoch, onHeard })
        : new TruthBag({
            node,
            grid,
            messages: recording,
            rate: config.truth.rate,
            keepUp: () => this.#follower.idle(),
            onHeard,
            onProblem,
            onEnd: () => {
              this.#ended = true;
              this.#silence.rest();
              log("info", "the recording has ended");
            },
          });
    return Promise.resolve();
  }

  deactivate(): Promise<void> {
    this.#truth?.close();
    this.#truth = undefined;
    this.#silence.rest();
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#truth?.close();
    this.#truth = undefined;
    const handles = [this.#silence, this.#resync, this.#diagnostics];
    for (const handle of handles) handle.close();
    await this.#follower.close();
    for (const handle of [this.#candidate, this.#divergence, this.#ghosts]) handle.close();
  }

  #onHeard(): void {
    if (!this.#silence.heard()) return;
    this.#options.log("info", "truth is heard again");
    this.#diagnostics.publish();
  }

  #onSilence(): void {
    this.#silentSinceNs = this.#truth?.nowNs ?? 0n;
    this.#options.log("warn", `truth has been silent since ${clock(this.#silentSinceNs)}`);
    this.#diagnostics.publish();
  }

  #onRestart(reason: string): void {
    this.#counts.episodes++;
    this.#follower.restart();
    this.#monitor.restart(this.#truth?.nowNs ?? 0n, `a new episode: ${reason}`);
    this.#options.log("info", `a new episode begins: ${reason}`);
    this.#diagnostics.publish();
  }

  #onBehind(rows: number): void {
    this.#counts["given up"] += rows;
    this.#options.log(
      "warn",
      `the candidate is too slow: ${rows} control steps were given up, it goes on from the newest`,
    );
  }

  /** @returns whether the candidate is too far off to go on. */
  #onComparison(comparison: Comparison): boolean {
    const { row, candidate, stepsAlone, synced } = comparison;
    const { config, log } = this.#options;
    const { observation, timeNs } = row;
    const before = this.#monitor.state.level;
    const changed = this.#monitor.update(comparison);
    const { worst, level, reason } = this.#monitor.state;
    if (synced === undefined) {
      this.#counts.compared++;
      this.#divergence.publish(timeNs, row.step, stepsAlone, worst, this.#monitor.errors);
      this.#delayMs = Math.max(this.#delayMs, performance.now() - row.heardMs);
    } else this.#counts.synchronised++;
    if (candidate !== undefined) this.#show(observation, candidate, timeNs);
    if (changed) {
      const begins = before === "stale" && level === "ok"; // as it should: nothing to be told
      if (!begins) log(level === "ok" ? "info" : "warn", `${clock(timeNs)}: ${before} → ${level}: ${reason}`);
      this.#diagnostics.publish();
    }
    const { beyond } = config.resync;
    return beyond > 0 && worst > beyond;
  }

  #show(truth: Batch["columns"], candidate: Batch, timeNs: TimeNs): void {
    this.#candidate.publish(candidate, timeNs);
    this.#ghosts.publish(truth, candidate, timeNs, this.#monitor.state.level);
  }

  #statuses(): DiagnosticStatus[] {
    const { node, scenario, candidate, recorder } = this.#options;
    const hardwareId = `${scenario.name}/${candidate.spec.name}`;
    const delayMs = this.#delayMs;
    this.#delayMs = 0;
    return [
      { name: `${node.name}: divergence`, hardwareId, ...this.#divergenceStatus() },
      { name: `${node.name}: truth`, hardwareId: scenario.name, ...this.#truthStatus() },
      {
        name: `${node.name}: candidate`,
        hardwareId,
        level: this.#counts["given up"] > 0 ? "warn" : "ok",
        message: this.#counts["given up"] > 0 ? "too slow at times" : "keeps up",
        values: {
          ...texts(this.#counts),
          waiting: `${this.#follower.waiting}`,
          "longest delay, ms": delayMs.toFixed(1),
        },
      },
      ...(recorder === undefined ? [] : [recorder.status(node.name)]),
    ];
  }

  #divergenceStatus(): Pick<DiagnosticStatus, "level" | "message" | "values"> {
    const { usableHorizon, config } = this.#options;
    const { level, sinceNs, reason, worst, worstAt, aloneSec, insideHorizon, first, latest } =
      this.#monitor.state;
    const inactive = this.#truth === undefined;
    const silent = this.#silence.silent;
    const horizon = insideHorizon === undefined ? "unknown" : insideHorizon ? "inside" : "outside";
    return {
      level: silent || inactive ? "stale" : level,
      message: inactive
        ? "inactive"
        : silent
          ? `truth has been silent since ${clock(this.#silentSinceNs)}`
          : reason,
      values: {
        "scaled error": worst.toFixed(3),
        channel: worstAt,
        since: clock(sinceNs),
        "runs by itself for, s": aloneSec.toFixed(3),
        "usable horizon": horizon,
        "usable horizon, s": usableHorizon?.sec.toFixed(3) ?? "",
        "usable horizon from": usableHorizon?.source ?? "",
        "first divergence": firstText(first),
        "latest divergence": firstText(latest),
        "warns from": `${config.alarm.warn}`,
        "error from": `${config.alarm.error}`,
      },
    };
  }

  #truthStatus(): Pick<DiagnosticStatus, "level" | "message" | "values"> {
    const values = Object.fromEntries(
      this.#grid.counts.flatMap(({ topic, ...counts }) =>
        Object.entries(counts).map(([name, count]) => [`${topic} ${COUNT_NAMES[name] ?? name}`, `${count}`]),
      ),
    );
    const { missing } = this.#grid;
    if (this.#ended) return { level: "ok", message: "the recording has ended", values };
    if (this.#silence.silent) return { level: "stale", message: "silent", values };
    if (missing.length === 0) return { level: "ok", message: "heard", values };
    return { level: "warn", message: `nothing has come on ${missing.join(", ")}`, values };
  }
}

const COUNT_NAMES: Readonly<Record<string, string>> = { outOfOrder: "out of order", tooLate: "too late" };

function texts(counts: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, `${count}`]));
}

function firstText(first: FirstDivergence | undefined): string {
  if (first === undefined) return "none";
  return `${clock(first.timeNs)}, ${first.channel}, ${first.afterSec.toFixed(3)} s after it was put where truth is`;
}

function clock(timeNs: TimeNs): string {
  return `${toSec(timeNs).toFixed(3)} s`;
}
