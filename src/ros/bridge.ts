import type { Batch } from "../core/channels.ts";
import { messageOf } from "../core/errors.ts";
import type { Outcome, Start } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { World } from "../world/world.ts";
import type { SimulatorConfig } from "./bridge-config.ts";
import { CommandInbox } from "./command-inbox.ts";
import { entitiesOf } from "./entities.ts";
import { Diagnostics } from "./diagnostics.ts";
import { Episodes, type EpisodeListener } from "./episode.ts";
import {
  encodeMessage,
  LabelledRow,
  MULTI_ARRAY_TYPE,
  STRING_TYPE,
  type DiagnosticStatus,
} from "./messages.ts";
import { latencyModel } from "./latency.ts";
import type { Live } from "./live.ts";
import { LATCHED, RELIABLE, type RosHandle, type RosNode, type RosPublisher } from "./node.ts";
import { freeRunning, lockstep, type Audience, type CommandSource, type Pace, type Tick } from "./pace.ts";
import type { Problem } from "./problems.ts";
import { FROM_SCENARIO } from "./self-check.ts";
import { serveSimulation } from "./simulation-interfaces.ts";
import type { WorldEntry } from "./simulation-interfaces/worlds.ts";
import { Simulator } from "./simulator.ts";
import { WorldPublisher } from "./world-publisher.ts";

export interface BridgeOptions {
  readonly node: RosNode;
  readonly scenario: Scenario;
  readonly world: World;
  /** Worlds of the scenario that a client may ask for. */
  readonly worlds: readonly WorldEntry[];
  readonly openWorld: (entry: WorldEntry) => Promise<World>;
  /** Its live settings are read where they are used. */
  readonly config: SimulatorConfig;
  /** What is said of a world, by its name, for `custom_info`. */
  readonly about: (world: string) => Readonly<Record<string, string>>;
  /** The start that `#n` or `key=value,…` stands for. @throws SimgateError if it stands for none. */
  readonly parseStart: (text: string) => Start;
  /** How many starts `next` goes through. */
  readonly panelSize: number;
  readonly ended: (observation: Batch, start: Start) => boolean;
  /** More listeners: a judge, a recorder. */
  readonly listeners?: readonly EpisodeListener[];
  /** What has gone wrong in callbacks so far; shown on `/diagnostics`. */
  readonly problems?: () => readonly Problem[];
  /** More of it for `/diagnostics`. */
  readonly statuses?: () => readonly DiagnosticStatus[];
  readonly log: (level: "info" | "warn", text: string) => void;
}

/** What `~/outcome` says at the end of each episode. */
export interface EpisodeOutcome extends Outcome {
  readonly epoch: number;
  readonly start: number;
  readonly steps: number;
  readonly end: string;
}

const TICK_COLUMNS = ["step", "waited_ms", "command"];
/** The numbers of `~/tick`'s column `command`. */
const COMMAND_CODES: Readonly<Record<CommandSource, number>> = {
  "in-time": 0,
  held: 1,
  zero: 2,
  latest: 3,
  freewheel: 4,
  stepped: 5,
  thinking: 6,
  chunk: 7,
};
/** How long the answer to a request to quit may need to leave this process. */
const ANSWER_LEAVES_MS = 200;
/** Enough for the ear of a person, below what `/clock` listeners can bear: 100 a second. */
const FREE_RUNNING_CLOCK_SEC = 0.01;

/** Mode `replace`: the hosted world is the simulator. Commands come in, observations and `/clock` go out. */
export class Bridge implements Live {
  readonly simulator: Simulator;
  readonly #options: BridgeOptions;
  readonly #inbox: CommandInbox;
  readonly #publisher: WorldPublisher;
  readonly #handles: RosHandle[] = [];
  readonly #outcome: RosPublisher;
  readonly #tick: RosPublisher;
  readonly #diagnostics: Diagnostics;
  readonly #tickRow = new LabelledRow(TICK_COLUMNS);
  readonly #counts = new Map<CommandSource, number>();
  readonly #quit: Promise<void>;
  #halt = "";
  #closing: Promise<void> | undefined;

  /** Joins the network and begins the first episode, stopped at its first observation. */
  static async open(options: BridgeOptions): Promise<Bridge> {
    const bridge = new Bridge(options);
    await bridge.simulator.begin();
    const server = serveSimulation({
      node: options.node,
      simulator: bridge.simulator,
      entities: entitiesOf(options.scenario),
      poses: options.scenario.poses ?? {},
      worlds: {
        entries: options.worlds,
        current: () => bridge.world.spec.name,
        load: (entry) => bridge.simulator.load(() => options.openWorld(entry)),
      },
      about: () => aboutWorld(options, bridge.world),
      prefix: options.config.node.services,
    });
    bridge.#handles.push(server);
    if (server.missing.length > 0) {
      options.log(
        "warn",
        `not offered, for the installed simulation_interfaces lacks them: ${server.missing.join(", ")}; ` +
          "install ros-<distro>-simulation-interfaces",
      );
    }
    return bridge;
  }

  private constructor(options: BridgeOptions) {
    const { node, scenario, world, config } = options;
    this.#options = options;
    let quit = (): void => undefined;
    this.#quit = new Promise((resolve) => (quit = resolve));
    this.#inbox = new CommandInbox(node, scenario.action);
    this.#publisher = new WorldPublisher({
      node,
      channels: scenario,
      entities: entitiesOf(scenario),
      inbox: this.#inbox,
      clockPeriodSec: config.sync.mode === "lockstep" ? 0 : FREE_RUNNING_CLOCK_SEC,
    });
    this.#outcome = node.topics.advertise("~/outcome", STRING_TYPE, LATCHED);
    this.#tick = node.topics.advertise("~/tick", MULTI_ARRAY_TYPE, RELIABLE);
    const goesOn = (): boolean => config.atEnd === "continue";
    const episodes = new Episodes(
      {
        world,
        nextStart: () => this.#startOf(config.start),
        ended: (observation, at) => !goesOn() && options.ended(observation, at),
        get horizonSteps() {
          return goesOn() ? Infinity : scenario.horizonSteps;
        },
      },
      [...(options.listeners ?? []), this.#publisher],
    );
    this.simulator = new Simulator({
      episodes,
      inbox: this.#inbox,
      pace: paceOf(config, scenario, this.#publisher),
      onTick: (tick) => this.#onTick(tick),
      onHalt: (reason) => this.#onHalt(reason),
      onMoved: () => this.#publisher.show(episodes.observation, episodes.timeNs),
      onQuit: () => setTimeout(quit, ANSWER_LEAVES_MS),
    });
    this.#diagnostics = new Diagnostics({
      node,
      own: {
        sent: this.#publisher.layouts,
        heard: this.#inbox.layouts,
        hearsAll: false,
        typesFrom: FROM_SCENARIO,
        isClock: true,
      },
      problems: options.problems ?? (() => []),
      status: () => ({
        timeNs: this.simulator.episodes.timeNs,
        statuses: [this.#status(), ...(options.statuses?.() ?? [])],
      }),
      log: options.log,
    });
  }

  /** The hosted world: a client may have asked for another than the first. */
  get world(): World {
    return this.simulator.episodes.world;
  }

  /** Settles when a client has asked the simulator to quit. */
  get quit(): Promise<void> {
    return this.#quit;
  }

  /** Plays, if the configuration says so. */
  async activate(): Promise<void> {
    if (this.#options.config.play) await this.simulator.setState("playing");
  }

  async deactivate(): Promise<void> {
    if (this.simulator.state === "playing") await this.simulator.setState("paused");
  }

  /** Publishes how an episode came out. */
  announce(outcome: EpisodeOutcome): void {
    this.#outcome.publish(encodeMessage(STRING_TYPE, { data: JSON.stringify(outcome) }));
  }

  /** Ends the step under way and leaves the topics; the node and {@link world} are the caller's. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.simulator.close();
    for (const handle of [...this.#handles, this.#inbox, this.#publisher]) handle.close();
    for (const publisher of [this.#outcome, this.#tick, this.#diagnostics]) publisher.close();
  }

  #startOf(text: string): Start {
    const { parseStart, panelSize } = this.#options;
    return parseStart(text === "next" ? `#${this.simulator.episodes.epoch % panelSize}` : text);
  }

  #onTick({ step, waitedMs, command }: Tick): void {
    this.#counts.set(command, (this.#counts.get(command) ?? 0) + 1);
    this.#tick.publish(this.#tickRow.encode([step, waitedMs, COMMAND_CODES[command]]));
  }

  #onHalt(reason: string): void {
    this.#halt = reason;
    const { log, config } = this.#options;
    const { end } = this.simulator.episodes;
    const regular = end === "ends" || end === "horizon";
    if (!regular || config.atEnd !== "reset") {
      log(regular ? "info" : "warn", `paused: ${reason}`);
      return;
    }
    this.simulator
      .reset({ clockToZero: false })
      .then(() => this.simulator.setState("playing"))
      .catch((thrown: unknown) => log("warn", `the next episode did not begin: ${messageOf(thrown)}`));
  }

  #status(): DiagnosticStatus {
    const { node, scenario } = this.#options;
    const { episodes, state } = this.simulator;
    const counts = Object.fromEntries([...this.#counts].map(([source, n]) => [`steps ${source}`, `${n}`]));
    return {
      level: episodes.end === "fault" ? "error" : "ok",
      name: `${node.name}: simulation`,
      message: this.#halt === "" || state === "playing" ? state : `${state}: ${this.#halt}`,
      hardwareId: `${scenario.name}/${this.world.spec.name}`,
      values: {
        step: `${episodes.step}`,
        epoch: `${episodes.epoch}`,
        "late commands": `${this.#inbox.late}`,
        ...counts,
      },
    };
  }
}

/** What a client that drives the world needs to know of it, and of the bridge. */
function aboutWorld({ about, node, config }: BridgeOptions, { spec }: World): Record<string, string> {
  return {
    ...about(spec.name),
    world: spec.name,
    stochastic: `${spec.stochastic}`,
    responds_to_actions: `${spec.respondsToActions}`,
    node: node.name,
    at_end: config.atEnd,
  };
}

function paceOf({ sync }: SimulatorConfig, { action, controlPeriodSec }: Scenario, audience: Audience): Pace {
  const periodSec = controlPeriodSec;
  if (sync.mode === "free-running") return freeRunning(periodSec, sync);
  const thinkingMs = latencyModel(sync.latency);
  return lockstep({ action, sync, periodSec, thinkingMs, freewheel: sync.freewheel, audience });
}
