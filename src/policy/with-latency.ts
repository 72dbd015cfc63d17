import { type Batch, copyBatch, emptyBatch } from "../core/channels.ts";
import { inputError } from "../core/errors.ts";
import type { ActionChunk, Policy, PolicySpec } from "./policy.ts";

/**
 * A policy whose answer comes late: the action computed from observation k takes effect at step k + `steps`. Until the
 * first one arrives, actions are 0. The policy must answer one action a call; wrap a chunked one in `withChunks` first.
 */
export function withLatency(policy: Policy, { steps }: { readonly steps: number }): Policy {
  const { chunkLength, name } = policy.spec;
  if (!Number.isInteger(steps) || steps < 1) {
    throw inputError(`policy "${name}": a latency is a whole number of control steps`, {
      expected: "1 or more",
      got: String(steps),
    });
  }
  if (chunkLength !== 1) {
    throw inputError(`policy "${name}": latency is counted in control steps, one action each`, {
      expected: "a policy that gives one action a call",
      got: `chunks of ${chunkLength}`,
      hint: "execute the chunks first: withLatency(withChunks(policy, …), …)",
    });
  }
  return new LatePolicy(policy, steps);
}

class LatePolicy implements Policy {
  readonly spec: PolicySpec;
  readonly #policy: Policy;
  readonly #steps: number;
  /** Actions on their way, oldest first. */
  #waiting: Batch[] = [];

  constructor(policy: Policy, steps: number) {
    this.spec = { ...policy.spec, stateful: true };
    this.#policy = policy;
    this.#steps = steps;
  }

  async reset(lanes: number, seeds: readonly bigint[]): Promise<void> {
    await this.#policy.reset(lanes, seeds);
    this.#waiting = Array.from({ length: this.#steps }, () => emptyBatch(this.spec.action, lanes));
  }

  async act(observation: Batch, signal?: AbortSignal): Promise<ActionChunk> {
    const { actions } = await this.#policy.act(observation, signal);
    this.#waiting.push(copyBatch(actions[0]!));
    const due = this.#waiting.shift()!;
    return { actions: [{ lanes: due.lanes, step: observation.step, columns: due.columns }] };
  }

  close(): Promise<void> {
    return this.#policy.close();
  }
}
