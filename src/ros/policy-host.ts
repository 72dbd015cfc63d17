import type { Batch } from "../core/channels.ts";
import { runtimeError } from "../core/errors.ts";
import type { TimeNs } from "../core/time.ts";
import type { Policy } from "../policy/policy.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { CommandPublisher } from "./command-publisher.ts";
import { ControlGrid } from "./control-grid.ts";
import { Diagnostics } from "./diagnostics.ts";
import type { Live } from "./live.ts";
import { messageDecoder, type DiagnosticStatus } from "./messages.ts";
import { LATCHED, type OnProblem, type RosHandle, type RosNode } from "./node.ts";
import { ObservationInbox } from "./observation-inbox.ts";
import type { PolicyConfig } from "./policy-config.ts";
import type { Problem } from "./problems.ts";
import { FROM_SCENARIO } from "./self-check.ts";
import { Silence } from "./silence.ts";
import { wallNs } from "./wall-clock.ts";

export interface PolicyHostOptions {
  readonly node: RosNode;
  readonly scenario: Pick<Scenario, "name" | "observation" | "action" | "controlPeriodSec">;
  /** One action a call. */
  readonly policy: Policy;
  /** Its live settings are read where they are used. */
  readonly config: PolicyConfig;
  readonly onProblem: OnProblem;
  readonly problems: () => readonly Problem[];
  readonly log: (level: "info" | "warn", text: string) => void;
}

interface Question {
  readonly observation: Batch;
  readonly stampNs: TimeNs;
}

/** Mode `policy`: observations of a simulator or robot come in, the policy's commands go out, stamped as what they answer. */
export class PolicyHost implements Live {
  /** No service asks it to. */
  readonly quit = new Promise<void>(() => undefined);
  readonly #options: PolicyHostOptions;
  readonly #commands: CommandPublisher;
  readonly #inbox: ObservationInbox;
  readonly #grid: ControlGrid;
  readonly #silence: Silence;
  readonly #diagnostics: Diagnostics;
  readonly #handles: RosHandle[] = [];
  readonly #counts = { observations: 0, commands: 0, missed: 0, overruns: 0, episodes: 0 };
  #timer: NodeJS.Timeout | undefined;
  #active = false;
  #begun = false;
  #stop = new AbortController();
  #answering: Promise<void> | undefined;
  #next: Question | undefined;
  #last: { readonly columns: Batch["columns"] } | undefined;
  #lastNs: TimeNs | undefined;
  #step = 0;

  constructor(options: PolicyHostOptions) {
    const { node, scenario, policy, config } = options;
    this.#options = options;
    this.#grid = new ControlGrid(scenario.controlPeriodSec);
    this.#commands = new CommandPublisher(node, scenario.action);
    this.#silence = new Silence(config.silence, () => this.#onSilence());
    // Before the observations: where both have come, the episode's number is read first.
    if (config.epoch !== undefined) this.#handles.push(this.#followEpoch(config.epoch));
    const reads = policy.spec.observation.map(({ name }) => name);
    this.#inbox = new ObservationInbox(
      node,
      // A policy that reads nothing acts on each observation all the same.
      scenario.observation.filter(({ name }) => reads.length === 0 || reads.includes(name)),
      (stampNs) => this.#onObservation(stampNs),
    );
    this.#diagnostics = new Diagnostics({
      node,
      own: {
        sent: this.#commands.layouts,
        heard: this.#inbox.layouts,
        hearsAll: true,
        typesFrom: FROM_SCENARIO,
        isClock: false,
      },
      problems: options.problems,
      status: () => ({ timeNs: this.#lastNs ?? wallNs(), statuses: [this.#status()] }),
      log: options.log,
    });
  }

  async activate(): Promise<void> {
    this.#active = true;
    this.#stop = new AbortController();
    this.#restart();
    const { config, scenario } = this.#options;
    if (config.trigger === "period") {
      this.#timer = setInterval(() => this.#onPeriod(), scenario.controlPeriodSec * 1000);
    }
  }

  /** What is commanded must not go on by itself: zero is the last command. */
  async deactivate(): Promise<void> {
    if (!this.#active) return;
    this.#active = false;
    clearInterval(this.#timer);
    this.#silence.rest();
    this.#stop.abort();
    this.#next = undefined;
    await this.#answering;
    if (this.#options.config.silence.command === "zero") this.#commandZero();
  }

  async close(): Promise<void> {
    await this.deactivate();
    this.#silence.close();
    for (const handle of [...this.#handles, this.#inbox, this.#diagnostics, this.#commands]) handle.close();
  }

  #onObservation(stamp: TimeNs | undefined): void {
    this.#counts.observations++;
    if (!this.#active) return;
    if (this.#silence.heard()) {
      this.#options.log("info", "observations are back");
      this.#diagnostics.publish();
    }
    // Zero is when simulated time begins; without a /clock it is a stamp that nobody filled in.
    const simulated = this.#options.node.topics.publishersOf("/clock").length > 0;
    const stampNs = stamp ?? (simulated && this.#inbox.stamped ? 0n : wallNs());
    if (this.#options.config.trigger === "period") {
      this.#lastNs = stampNs;
      return;
    }
    if (!this.#inbox.stamped) {
      this.#lastNs = stampNs;
      this.#ask({ observation: this.#inbox.observation(this.#step++), stampNs });
      return;
    }
    let place = this.#grid.place(stampNs);
    if (place.kind === "back") {
      this.#options.log("info", "time has jumped back: a new episode");
      this.#restart();
      place = this.#grid.place(stampNs);
    }
    if (place.kind === "repeated" && this.#last !== undefined)
      this.#commands.publish(this.#last.columns, stampNs);
    if (place.kind !== "step") return;
    if (this.#begun) this.#counts.missed += place.missed;
    this.#lastNs = stampNs;
    this.#ask({ observation: this.#inbox.observation(place.step), stampNs });
  }

  /** By the wall clock: on whatever was observed last, unless that is long ago. */
  #onPeriod(): void {
    if (this.#lastNs === undefined || this.#silence.silent || this.#inbox.missing.length > 0) return;
    this.#ask({ observation: this.#inbox.observation(this.#step++), stampNs: this.#lastNs });
  }

  #ask(question: Question): void {
    if (this.#answering !== undefined) {
      if (this.#next !== undefined) this.#counts.overruns++;
      this.#next = question; // it is asked about the latest only
      return;
    }
    this.#answering = this.#answer(question).finally(() => {
      this.#answering = undefined;
      const next = this.#next;
      this.#next = undefined;
      if (next !== undefined && this.#active) this.#ask(next);
    });
  }

  async #answer({ observation, stampNs }: Question): Promise<void> {
    const { policy, config, onProblem } = this.#options;
    const { signal } = this.#stop;
    try {
      if (!this.#begun) {
        this.#begun = true;
        await policy.reset(1, [BigInt(config.seed + this.#counts.episodes++)]);
      }
      const { columns } = (await policy.act(observation, signal)).actions[0]!;
      if (signal.aborted) return;
      const broken = Object.keys(columns).find((name) => !columns[name]!.every(Number.isFinite));
      if (broken !== undefined)
        throw runtimeError(`policy ${policy.spec.name} commands no number`, { got: broken });
      this.#last = { columns: structuredClone(columns) };
      this.#commands.publish(columns, stampNs);
      this.#counts.commands++;
    } catch (thrown) {
      if (signal.aborted) return;
      onProblem(`policy ${policy.spec.name}`, thrown);
      this.#commandZero();
    }
  }

  #onSilence(): void {
    const { log, config } = this.#options;
    const zero = config.silence.command === "zero";
    log("warn", `no observation for ${config.silence.afterMs} ms${zero ? ": commanding zero" : ""}`);
    if (zero) this.#commandZero();
    this.#diagnostics.publish();
  }

  #commandZero(): void {
    if (this.#last === undefined) return; // who has commanded nothing has nothing to take back
    this.#commands.publishZero(this.#lastNs ?? wallNs());
  }

  /** The next observation is the first of an episode. */
  #restart(): void {
    this.#grid.restart();
    this.#begun = false;
    this.#last = undefined;
    this.#step = 0;
  }

  #followEpoch(topic: string): RosHandle {
    const type = "std_msgs/msg/UInt64";
    const decode = messageDecoder<{ data: bigint }>(type);
    let epoch: bigint | undefined;
    return this.#options.node.topics.subscribe(topic, type, LATCHED, (bytes) => {
      const { data } = decode(bytes);
      if (epoch !== undefined && data !== epoch) this.#restart();
      epoch = data;
    });
  }

  #status(): DiagnosticStatus {
    const { node, policy, scenario } = this.#options;
    const { missing } = this.#inbox;
    const values = Object.fromEntries(Object.entries(this.#counts).map(([key, n]) => [key, `${n}`]));
    const [level, message] = !this.#active
      ? (["ok", "inactive"] as const)
      : missing.length > 0
        ? (["warn", `waits for observations on ${missing.join(", ")}`] as const)
        : this.#silence.silent
          ? (["error", "observations have stopped"] as const)
          : (["ok", "commands"] as const);
    return {
      level,
      name: `${node.name}: policy`,
      message,
      hardwareId: `${scenario.name}/${policy.spec.name}`,
      values,
    };
  }
}
