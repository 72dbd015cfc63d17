import type { Batch } from "../core/channels.ts";
import type { TimeNs } from "../core/time.ts";
import type { Start } from "../core/trace.ts";
import type { BagMessage } from "../record/bag-messages.ts";
import { topicLayouts } from "../record/topic-layout.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { World } from "../world/world.ts";
import type { BagRecorder } from "./bag-recorder.ts";
import type { BesideConfig } from "./beside-config.ts";
import { CandidatePublisher } from "./beside/candidate-publisher.ts";
import { DivergenceMonitor, type DivergenceState } from "./beside/divergence-monitor.ts";
import { DivergencePublisher } from "./beside/divergence-publisher.ts";
import { Follower, type Comparison } from "./beside/follower.ts";
import { Ghosts } from "./beside/ghosts.ts";
import { besideStatuses, clock } from "./beside/statuses.ts";
import { TruthBag } from "./beside/truth-bag.ts";
import { TruthGrid } from "./beside/truth-grid.ts";
import { TruthTopics } from "./beside/truth-topics.ts";
import { Diagnostics } from "./diagnostics.ts";
import type { Live } from "./live.ts";
import type { DiagnosticStatus } from "./messages.ts";
import type { OnProblem, RosHandle, RosNode } from "./node.ts";
import type { Problem } from "./problems.ts";
import { FROM_SCENARIO } from "./self-check.ts";
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
  /** Is shown what happens. */
  readonly watch?: BesideWatch | undefined;
}

export interface BesideWatch {
  /** Candidate beside truth, and what is made of it. The batches are only valid during the call. */
  compared(comparison: Comparison, state: DivergenceState): void;
  /** Another episode begins. */
  restarted(): void;
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
    const heardNow = (): boolean =>
      config.truth.kind === "topics" && this.#grid.newestNs !== undefined && !this.#silence.silent;
    this.#diagnostics = new Diagnostics({
      node,
      own: {
        sent: this.#candidate.layouts,
        heard: config.truth.kind === "topics" ? layouts : [],
        awaited: {
          // While truth is silent too, that is what is to be said.
          get topics() {
            return heardNow() ? layouts.filter(({ role }) => role === "applied") : [];
          },
          meanwhile: "the candidate is given the last command, or zero",
        },
        hearsAll: true,
        typesFrom: FROM_SCENARIO,
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
    this.#options.watch?.restarted();
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
    this.#options.watch?.compared(comparison, this.#monitor.state);
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

  #statuses(): readonly DiagnosticStatus[] {
    const { node, scenario, candidate, config, usableHorizon, recorder } = this.#options;
    const delayMs = this.#delayMs;
    this.#delayMs = 0;
    const statuses = besideStatuses({
      node: node.name,
      scenario: scenario.name,
      candidate: candidate.spec.name,
      divergence: this.#monitor.state,
      levels: config.alarm,
      usableHorizon,
      active: this.#truth !== undefined,
      silentSinceNs: this.#silence.silent ? this.#silentSinceNs : undefined,
      ended: this.#ended,
      topics: this.#grid.counts,
      missing: this.#grid.missing,
      counts: this.#counts,
      waiting: this.#follower.waiting,
      delayMs,
    });
    return recorder === undefined ? statuses : [...statuses, recorder.status(node.name)];
  }
}
