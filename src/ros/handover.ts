import type { Batch } from "../core/channels.ts";
import { messageOf, runtimeError } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import { Past } from "../rollout/past.ts";
import type { Transition, World, WorldSpec } from "../world/world.ts";
import type { HandoverConfig } from "./bridge-config.ts";

export interface HandoverOptions {
  readonly truth: World;
  readonly candidate: World;
  /** When the candidate takes over; read anew for each step. */
  readonly mark: HandoverConfig["mark"];
  /** Steps of the past that a candidate with a memory is shown. */
  readonly contextSteps: number;
  /** Told when the candidate has taken over, with the control step of the first observation that is its own. */
  readonly onHandover: (step: number) => void;
}

/**
 * One lane that begins in truth and goes on in the candidate from a mark: to whoever commands it is one simulator all
 * along. Each reset begins in truth again.
 */
export class HandoverWorld implements World {
  readonly spec: WorldSpec;
  readonly #options: HandoverOptions;
  #past: Past | undefined;
  #wanted = false;
  /** Control step at which the candidate took over. */
  #from: number | undefined;

  constructor(options: HandoverOptions) {
    const { truth, candidate } = options;
    this.spec = { ...truth.spec, name: `${truth.spec.name} then ${candidate.spec.name}`, restorable: false };
    this.#options = options;
  }

  /** The control step at which the candidate took over; undefined: truth goes on. */
  get from(): number | undefined {
    return this.#from;
  }

  /** Makes this the mark. */
  handOver(): void {
    this.#wanted = true;
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    const { truth, contextSteps } = this.#options;
    this.#from = undefined;
    this.#wanted = false;
    const first = await truth.reset(starts, signal);
    this.#past = new Past(truth.spec, starts, first, contextSteps);
    return first;
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    const past = this.#past;
    if (past === undefined) throw runtimeError(`world ${this.spec.name} has not been reset`);
    const { truth, candidate } = this.#options;
    if (this.#from === undefined && this.#isDue(past.step)) await this.#handOver(past, signal);
    const from = this.#from;
    if (from === undefined) {
      const transition = await truth.step(actions, signal);
      past.push(transition.observation, transition.appliedAction);
      return transition;
    }
    const transition = await candidate.step({ ...actions, step: actions.step - from }, signal);
    const { observation, appliedAction, faults } = transition;
    return {
      ...transition,
      observation: { ...observation, step: observation.step + from },
      appliedAction: { ...appliedAction, step: appliedAction.step + from },
      faults: faults.map((fault) => ({ ...fault, step: fault.step + from })),
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#options.truth.close(), this.#options.candidate.close()]);
  }

  #isDue(step: number): boolean {
    const { mark, truth } = this.#options;
    if (this.#wanted) return true;
    if (mark.at === "step") return step >= mark.step;
    return mark.at === "time" && step * truth.spec.controlPeriodSec >= mark.sec - 1e-9;
  }

  async #handOver(past: Past, signal: AbortSignal | undefined): Promise<void> {
    const { candidate, onHandover } = this.#options;
    try {
      await candidate.reset(past.starts(), signal);
    } catch (cause) {
      throw runtimeError(`world ${candidate.spec.name} cannot take over at step ${past.step}`, {
        got: messageOf(cause),
        cause,
      });
    }
    this.#from = past.step;
    onHandover(past.step + 1);
  }
}
