import type { Batch } from "../core/channels.ts";
import { inputError, throwIfAborted } from "../core/errors.ts";
import type { ActionChunk, Policy, PolicySpec } from "./policy.ts";

export interface ChunkOptions {
  /** Actions taken from each answer. A policy that gives one a call holds it for that long. */
  readonly length: number;
  /** How many of them are executed before it is asked again; default: all. */
  readonly execute?: number | undefined;
}

/** A policy asked only every `execute` steps, whose chunk is executed open-loop in between; it answers one action a call. */
export function withChunks(policy: Policy, { length, execute = length }: ChunkOptions): Policy {
  const { name, chunkLength } = policy.spec;
  const most = chunkLength === 1 ? Infinity : chunkLength;
  if (!Number.isInteger(length) || length < 1 || length > most) {
    throw inputError(`policy "${name}": chunk.length does not fit the policy`, {
      expected: chunkLength === 1 ? "1 or more" : `1 to ${chunkLength}, the actions it gives a call`,
      got: String(length),
    });
  }
  if (!Number.isInteger(execute) || execute < 1 || execute > length) {
    throw inputError(`policy "${name}": chunk.execute does not fit chunk.length`, {
      expected: `1 to ${length}`,
      got: String(execute),
    });
  }
  return new ChunkedPolicy(policy, execute);
}

class ChunkedPolicy implements Policy {
  readonly spec: PolicySpec;
  readonly #policy: Policy;
  readonly #execute: number;
  /** The chunk in execution. The policy keeps it valid until it is asked again. */
  #chunk: readonly Batch[] = [];
  #executed = 0;

  constructor(policy: Policy, execute: number) {
    this.spec = { ...policy.spec, chunkLength: 1, stateful: true };
    this.#policy = policy;
    this.#execute = execute;
  }

  async reset(lanes: number, seeds: readonly bigint[]): Promise<void> {
    await this.#policy.reset(lanes, seeds);
    this.#chunk = [];
    this.#executed = 0;
  }

  async act(observation: Batch, signal?: AbortSignal): Promise<ActionChunk> {
    throwIfAborted(signal);
    if (this.#chunk.length === 0 || this.#executed === this.#execute) {
      this.#chunk = (await this.#policy.act(observation, signal)).actions;
      this.#executed = 0;
    }
    // A policy that gives one action a call has it held.
    const action = this.#chunk[Math.min(this.#executed, this.#chunk.length - 1)]!;
    this.#executed += 1;
    return { actions: [{ lanes: action.lanes, step: observation.step, columns: action.columns }] };
  }

  async close(): Promise<void> {
    this.#chunk = [];
    await this.#policy.close();
  }
}
