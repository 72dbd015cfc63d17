import { runtimeError } from "../core/errors.ts";
import { toNs, toSec, type TimeNs } from "../core/time.ts";
import type { Start } from "../core/trace.ts";
import { TopicEncoder } from "../record/topic-encoder.ts";
import { topicLayouts, type TopicLayout } from "../record/topic-layout.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { followClock } from "./clock.ts";
import type { ReadMessage } from "./command-reader.ts";
import { RELIABLE, type RosHandle, type RosNode, type RosPublisher } from "./node.ts";
import { SimulatorCalls } from "./remote-simulator/calls.ts";
import { ObservationInbox } from "./remote-simulator/observation-inbox.ts";
import { readFeatures, requireFeatures, type Features } from "./remote-simulator/features.ts";
import { entityStarter, parameterStarter, type Starter } from "./remote-simulator/starter.ts";
import { findTopics } from "./remote-simulator/topics.ts";
import { FEATURE, RESET_SCOPE, RESULT, STATE } from "./simulation-interfaces/codes.ts";

export interface RemoteSimulatorOptions {
  /** Its own from now on: closed with it. */
  readonly node: RosNode;
  readonly scenario: Scenario;
  /** Before the names of the simulator's services: `/simgate`, `/gzserver`; empty: none. */
  readonly namespace: string;
  /** Simulator steps in a control period. */
  readonly steps: number;
  /** Simulator steps from a reset to the first observation, for one that publishes nothing while it is paused. */
  readonly settleSteps: number;
  /** Longest wait for one answer. */
  readonly deadlineMs: number;
}

type LaneValues = Readonly<Record<string, Float64Array>>;

interface Opened {
  readonly options: RemoteSimulatorOptions;
  readonly calls: SimulatorCalls;
  readonly features: Features;
  readonly starter: Starter;
}

/**
 * Drives any simulator that speaks `simulation_interfaces`, paused and stepped: a command goes out on the scenario's action
 * topics, step_simulation is asked for a control period, and the observations stamped at its end are read.
 */
export class RemoteSimulator {
  readonly #options: RemoteSimulatorOptions;
  readonly #calls: SimulatorCalls;
  readonly #features: Features;
  readonly #starter: Starter;
  readonly #layouts: readonly TopicLayout[];
  readonly #observations: ObservationInbox;
  readonly #commands: readonly { readonly encoder: TopicEncoder; readonly publisher: RosPublisher }[];
  readonly #clock: RosHandle | undefined;
  readonly #periodNs: TimeNs;
  /** Half a simulator step: stamps that are closer are of the same time. */
  readonly #slackNs: TimeNs;
  /** Of the observation at hand. */
  #timeNs: TimeNs = 0n;

  /**
   * Looks for the simulator's services and topics, and what it can do.
   * @throws SimgateError `runtime` if they are not all there in time; `input` if it lacks what an exam needs.
   */
  static async open(options: RemoteSimulatorOptions): Promise<RemoteSimulator> {
    const { node, scenario, namespace, deadlineMs } = options;
    try {
      const calls = new SimulatorCalls({ node, namespace, deadlineMs });
      const features = await readFeatures(calls, namespace);
      requireFeatures(features, options);
      const starter =
        features.bridge === undefined
          ? entityStarter(calls, scenario, features)
          : parameterStarter(node, features.bridge, deadlineMs);
      await findTopics(node, scenario, deadlineMs);
      const simulator = new RemoteSimulator({ options, calls, features, starter });
      // Whoever answers this has heard of the subscriptions and publishers that were made before.
      await simulator.#pause();
      return simulator;
    } catch (thrown) {
      await node.close();
      throw thrown;
    }
  }

  private constructor({ options, calls, features, starter }: Opened) {
    const { node, scenario } = options;
    this.#options = options;
    this.#calls = calls;
    this.#features = features;
    this.#starter = starter;
    this.#periodNs = toNs(scenario.controlPeriodSec);
    this.#slackNs = this.#periodNs / BigInt(2 * options.steps);
    this.#layouts = topicLayouts({ observation: scenario.observation, action: [] });
    this.#observations = new ObservationInbox(node, this.#layouts);
    this.#commands = topicLayouts({ observation: [], action: scenario.action })
      .filter(({ role }) => role === "applied")
      .map((layout) => ({
        encoder: new TopicEncoder(layout),
        publisher: node.topics.advertise(layout.topic, layout.type.name, RELIABLE),
      }));
    const stamped = this.#observations.stamped;
    this.#clock = stamped ? undefined : followClock(node, ({ timeNs }) => (this.#timeNs = timeNs));
  }

  /** What it says of itself, as far as it says anything. */
  get about(): Readonly<Record<string, string>> {
    return this.#features.about;
  }

  async begin(start: Start, signal?: AbortSignal): Promise<LaneValues> {
    const { settleSteps } = this.#options;
    await this.#pause(signal);
    await this.#starter.announce(start, signal);
    this.#observations.clear();
    const scope = this.#features.has(FEATURE.simulationResetState) ? RESET_SCOPE.state : RESET_SCOPE.default;
    await this.#calls.demand("reset_simulation", "ResetSimulation", { scope }, { signal });
    if (await this.#starter.place(start, signal)) this.#observations.clear();
    let messages = settleSteps > 0 ? [] : await this.#first(signal);
    for (let settled = 0; settled < settleSteps; settled++) {
      this.#observations.clear();
      await this.#advance(1, signal);
      messages = await this.#first(signal);
    }
    this.#look(messages);
    const first = valuesOf(messages);
    this.#starter.check(start, first);
    return first;
  }

  async step(action: LaneValues, signal?: AbortSignal): Promise<LaneValues> {
    this.#observations.clear();
    for (const { encoder, publisher } of this.#commands) {
      publisher.publish(encoder.encode(action, 0, this.#timeNs));
    }
    const due = this.#timeNs + this.#periodNs;
    await this.#advance(this.#options.steps, signal);
    const slack = this.#slackNs;
    const messages = await this.#observations
      .collect(
        (stamps) => {
          const latest = latestOf(stamps);
          if (latest > due + slack) throw this.#wrongPace(latest);
          return stamps.every((stamp) => stamp === undefined || stamp > due - slack);
        },
        this.#options.deadlineMs,
        signal,
      )
      .catch((thrown: unknown) => {
        const shown = this.#observations.latestNs;
        throw shown !== undefined && shown > this.#timeNs && shown < due - slack
          ? this.#wrongPace(shown)
          : thrown;
      });
    this.#look(messages);
    return valuesOf(messages);
  }

  async close(): Promise<void> {
    this.#clock?.close();
    this.#observations.close();
    for (const { publisher } of this.#commands) publisher.close();
    await this.#options.node.close();
  }

  async #pause(signal?: AbortSignal): Promise<void> {
    if (!this.#features.has(FEATURE.simulationStatePause)) return;
    await this.#calls.demand(
      "set_simulation_state",
      "SetSimulationState",
      { state: { state: STATE.paused } },
      { signal, also: [RESULT.alreadyInTargetState] },
    );
  }

  async #advance(steps: number, signal?: AbortSignal): Promise<void> {
    await this.#calls.demand("step_simulation", "StepSimulation", { steps: BigInt(steps) }, { signal });
  }

  /** Observations on all topics, of the same time: which, is not known. */
  #first(signal: AbortSignal | undefined): Promise<readonly ReadMessage[]> {
    return this.#observations.collect(
      (stamps) => {
        const latest = latestOf(stamps);
        return stamps.every((stamp) => stamp === undefined || latest - stamp < this.#slackNs);
      },
      this.#options.deadlineMs,
      signal,
    );
  }

  /** Takes over the time that the messages are of. */
  #look(messages: readonly ReadMessage[]): void {
    if (this.#clock === undefined) this.#timeNs = latestOf(messages.map(({ stampNs }) => stampNs));
  }

  #wrongPace(latest: TimeNs): Error {
    const { steps, namespace, scenario } = this.#options;
    const movedSec = toSec(latest - this.#timeNs);
    const fitting = Math.round((scenario.controlPeriodSec * steps) / movedSec);
    return runtimeError(`simulator ${namespace} does not keep the scenario's control period`, {
      expected: `${scenario.controlPeriodSec} s`,
      got: `${movedSec} s in ${steps} step${steps === 1 ? "" : "s"}`,
      ...(fitting >= 1 && fitting !== steps ? { hint: `set steps: ${fitting} in the world's recipe` } : {}),
    });
  }
}

function latestOf(stamps: readonly (TimeNs | undefined)[]): TimeNs {
  return stamps.reduce<TimeNs>(
    (latest, stamp) => (stamp !== undefined && stamp > latest ? stamp : latest),
    0n,
  );
}

function valuesOf(messages: readonly ReadMessage[]): LaneValues {
  const values: Record<string, Float64Array> = {};
  for (const message of messages) {
    for (const [name, numbers] of Object.entries(message.values)) values[name] = Float64Array.from(numbers);
  }
  return values;
}
