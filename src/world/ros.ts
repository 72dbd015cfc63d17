import { type Batch, type ChannelSpec, emptyBatch } from "../core/channels.ts";
import { inputError, messageOf, runtimeError, SimgateError, throwIfAborted } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { LaneGuard } from "./guard.ts";
import type { Transition, World, WorldSpec } from "./world.ts";

/** The values of one lane: channel → a value a component. */
export type LaneValues = Readonly<Record<string, Float64Array>>;

/** A simulator that stands still until it is told to take a step: one lane. Somebody else's clock, network and process. */
export interface SteppedSimulator {
  /** What it says of itself, as far as it says anything. */
  readonly about: Readonly<Record<string, string>>;
  /** Begins an episode there. @returns the first observation. */
  begin(start: Start, signal?: AbortSignal): Promise<LaneValues>;
  /** One control period with this command. @returns the observation at its end. */
  step(action: LaneValues, signal?: AbortSignal): Promise<LaneValues>;
  close(): Promise<void>;
}

export interface RosWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  /** One a lane; the world's own from now on. */
  readonly simulators: readonly SteppedSimulator[];
}

/**
 * Simulators of a ROS 2 network as a world: each carries one lane, and all take their steps side by side. A simulator that
 * fails or does not answer breaks its lane; the next reset tries it again.
 */
export class RosWorld implements World {
  readonly spec: WorldSpec;
  readonly #simulators: readonly SteppedSimulator[];
  readonly #guard: LaneGuard;
  #closing: Promise<void> | undefined;

  constructor({ name, scenario, simulators }: RosWorldOptions) {
    const [first] = simulators;
    if (first === undefined) throw inputError(`world ${name} has no simulator to drive`);
    this.spec = {
      name,
      observation: scenario.observation,
      action: scenario.action,
      controlPeriodSec: scenario.controlPeriodSec,
      respondsToActions: first.about["responds_to_actions"] !== "false",
      stochastic: first.about["stochastic"] === "true",
      objects: scenario.objects.map((object) => object.name),
      restorable: false,
      lanes: simulators.length,
      peer: first.about,
    };
    this.#simulators = simulators;
    this.#guard = new LaneGuard(this.spec);
  }

  /** @throws SimgateError `runtime` if one of them does not begin: no lane has begun then. */
  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    this.#requireOpen();
    throwIfAborted(signal);
    this.#guard.interrupt();
    if (starts.length > this.#simulators.length) {
      throw inputError(`world ${this.spec.name} carries one lane a simulator`, {
        expected: `at most ${this.#simulators.length} at once`,
        got: `${starts.length} starts`,
      });
    }
    const values = await Promise.all(
      starts.map((start, lane) => this.#simulators[lane]!.begin(start, signal)),
    );
    const first = emptyBatch(this.spec.observation, starts.length);
    values.forEach((one, lane) => put(first, this.spec.observation, lane, one));
    return this.#guard.reset(first);
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    this.#requireOpen();
    throwIfAborted(signal);
    const { applied, runs } = this.#guard.begin(actions);
    const next = emptyBatch(this.spec.observation, runs.length);
    const stepOne = async (lane: number): Promise<void> => {
      try {
        const action = take(applied, this.spec.action, lane);
        put(next, this.spec.observation, lane, await this.#simulators[lane]!.step(action, signal));
      } catch (thrown) {
        if (thrown instanceof SimgateError && thrown.code === "aborted") throw thrown;
        this.#guard.fault(lane, "threw", messageOf(thrown));
      }
    };
    const running = [...runs.keys()].filter((lane) => runs[lane] === 1);
    const outcomes = await Promise.allSettled(running.map(stepOne));
    const stopped = outcomes.find((outcome) => outcome.status === "rejected");
    if (stopped !== undefined) {
      this.#guard.interrupt();
      throw stopped.reason;
    }
    return this.#guard.settle(next);
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all(this.#simulators.map((one) => one.close())).then(() => undefined);
    return this.#closing;
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw runtimeError(`world ${this.spec.name} is closed`);
  }
}

function put(batch: Batch, channels: readonly ChannelSpec[], lane: number, values: LaneValues): void {
  for (const { name, size } of channels) batch.columns[name]!.set(values[name]!, lane * size);
}

function take(batch: Batch, channels: readonly ChannelSpec[], lane: number): LaneValues {
  return Object.fromEntries(
    channels.map(({ name, size }) => [name, batch.columns[name]!.slice(lane * size, (lane + 1) * size)]),
  );
}
