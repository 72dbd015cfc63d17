import { emptyBatch } from "../core/channels.ts";
import { inputError } from "../core/errors.ts";
import type { TimeNs } from "../core/time.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { followClock } from "./clock.ts";
import { CommandPublisher } from "./command-publisher.ts";
import { Diagnostics } from "./diagnostics.ts";
import type { Live } from "./live.ts";
import { knownType, messageDecoder, type DiagnosticStatus } from "./messages.ts";
import type { RosHandle, RosNode } from "./node.ts";
import type { Problem } from "./problems.ts";
import { subscribeAsOffered } from "./subscribe-as-offered.ts";
import type { TeleopConfig } from "./teleop-config.ts";
import {
  joyMapping,
  twistMapping,
  type Columns,
  type JoyMessage,
  type Mapping,
  type TwistMessage,
} from "./teleop-inputs.ts";
import { wallNs } from "./wall-clock.ts";

export interface TeleopOptions {
  readonly node: RosNode;
  readonly scenario: Pick<Scenario, "name" | "action" | "controlPeriodSec">;
  /** Its live settings are read where they are used. */
  readonly config: TeleopConfig;
  readonly problems: () => readonly Problem[];
  readonly log: (level: "info" | "warn", text: string) => void;
}

/** What a person moves: the last that came of it, and when. */
interface Input {
  readonly topic: string;
  readonly type: string;
  apply: ((into: Columns) => boolean) | undefined;
  atMs: number;
}

const JOY_TYPE = "sensor_msgs/msg/Joy";

/** Mode `teleop`: a person's inputs become commands, once a control period; zero once when they stop. */
export class Teleop implements Live {
  /** No service asks it to. */
  readonly quit = new Promise<void>(() => undefined);
  readonly #options: TeleopOptions;
  readonly #commands: CommandPublisher;
  readonly #inputs: Input[] = [];
  readonly #handles: RosHandle[] = [];
  readonly #diagnostics: Diagnostics;
  #timer: NodeJS.Timeout | undefined;
  #clockNs: TimeNs | undefined;
  #commanding = false;
  #sent = 0;

  /** @throws SimgateError `input` if the mapping does not fit the scenario. */
  constructor(options: TeleopOptions) {
    const { node, scenario, config } = options;
    this.#options = options;
    const { twist, joy } = config;
    if (twist === undefined && joy === undefined) {
      throw inputError("there is nothing to listen to", { hint: "configure twist, joy, or both" });
    }
    const twistInto = twist === undefined ? undefined : twistMapping(twist, scenario.action);
    const joyInto = joy === undefined ? undefined : joyMapping(joy, scenario.action);
    this.#commands = new CommandPublisher(node, scenario.action);
    if (twist !== undefined && twistInto !== undefined) {
      const stamped = twist.type === "geometry_msgs/msg/TwistStamped";
      this.#listen<TwistMessage | { readonly twist: TwistMessage }>(
        twist.topic,
        twist.type,
        (message, into) =>
          twistInto(stamped ? (message as { twist: TwistMessage }).twist : (message as TwistMessage), into),
      );
    }
    if (joy !== undefined && joyInto !== undefined) this.#listen<JoyMessage>(joy.topic, JOY_TYPE, joyInto);
    this.#handles.push(followClock(node, ({ timeNs }) => (this.#clockNs = timeNs)));
    this.#diagnostics = new Diagnostics({
      node,
      own: {
        sent: this.#commands.layouts,
        heard: this.#inputs.map(({ topic, type }) => ({ topic, type: knownType(type) })),
        hearsAll: true,
        typesFrom: "twist.type in the configuration",
        isClock: false,
      },
      problems: options.problems,
      status: () => ({ timeNs: this.#timeNs(), statuses: [this.#status()] }),
      log: options.log,
    });
  }

  async activate(): Promise<void> {
    const periodMs = this.#options.scenario.controlPeriodSec * 1000;
    this.#timer = setInterval(() => this.#onPeriod(), periodMs);
  }

  async deactivate(): Promise<void> {
    clearInterval(this.#timer);
    for (const input of this.#inputs) input.apply = undefined;
    this.#onPeriod();
  }

  async close(): Promise<void> {
    await this.deactivate();
    for (const handle of [...this.#handles, this.#diagnostics, this.#commands]) handle.close();
  }

  #listen<T>(topic: string, type: string, mapping: Mapping<T>): void {
    const { node } = this.#options;
    if (this.#commands.layouts.some((layout) => layout.topic === topic)) {
      throw inputError("teleop would hear its own commands", {
        where: `topic ${topic}`,
        hint: "the scenario is commanded there itself: publish there directly, or listen on another topic",
      });
    }
    const decode = messageDecoder<T>(type);
    const input: Input = { topic, type, apply: undefined, atMs: 0 };
    this.#inputs.push(input);
    this.#handles.push(
      subscribeAsOffered(node, topic, type, (bytes) => {
        const message = decode(bytes);
        input.apply = (into) => mapping(message, into);
        input.atMs = performance.now();
      }),
    );
  }

  #onPeriod(): void {
    const { scenario, config } = this.#options;
    const oldest = performance.now() - config.timeoutMs;
    const { columns } = emptyBatch(scenario.action, 1);
    const applied = this.#inputs.map(({ apply, atMs }) => atMs >= oldest && apply?.(columns) === true);
    const commanding = applied.some((one) => one);
    // Zero once: whoever commands next must not be talked over.
    if (commanding || this.#commanding) {
      this.#commands.publish(columns, this.#timeNs());
      this.#sent++;
    }
    this.#commanding = commanding;
  }

  /** Simulated, where somebody publishes `/clock`. */
  #timeNs(): TimeNs {
    return this.#clockNs ?? wallNs();
  }

  #status(): DiagnosticStatus {
    const { node, scenario } = this.#options;
    const topics = this.#inputs.map(({ topic }) => topic).join(" and ");
    return {
      level: "ok",
      name: `${node.name}: teleop`,
      message: this.#commanding ? "commands" : `waits for input on ${topics}`,
      hardwareId: scenario.name,
      values: { commands: `${this.#sent}` },
    };
  }
}
