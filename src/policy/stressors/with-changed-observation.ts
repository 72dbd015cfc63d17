import type { Batch } from "../../core/channels.ts";
import { Episode } from "../episode.ts";
import type { ActionChunk, Policy, PolicySpec } from "../policy.ts";
import { withChunks } from "../with-chunks.ts";

/** What the policy is shown instead of an observation; asked once a control step, in order. */
type Show = (observation: Batch) => Pick<Batch, "columns" | "images">;

/**
 * A policy that does not see what there is to see. A policy that answers with chunks has them executed here, because
 * what gets lost or late in between counts too.
 */
export function withChangedObservation(policy: Policy, begin: (seeds: readonly bigint[]) => Show): Policy {
  const { chunkLength } = policy.spec;
  const single = chunkLength === 1 ? policy : withChunks(policy, { length: chunkLength });
  return new ChangedObservation(single, begin);
}

class ChangedObservation implements Policy {
  readonly spec: PolicySpec;
  readonly #policy: Policy;
  readonly #begin: (seeds: readonly bigint[]) => Show;
  readonly #episode: Episode;
  #show: Show | undefined;

  constructor(policy: Policy, begin: (seeds: readonly bigint[]) => Show) {
    this.spec = { ...policy.spec, stateful: true };
    this.#policy = policy;
    this.#begin = begin;
    this.#episode = new Episode(policy.spec.name);
  }

  async reset(lanes: number, seeds: readonly bigint[]): Promise<void> {
    this.#episode.begin(lanes, seeds);
    await this.#policy.reset(lanes, seeds);
    this.#show = this.#begin(seeds);
  }

  async act(observation: Batch, signal?: AbortSignal): Promise<ActionChunk> {
    this.#episode.check(observation, signal);
    return this.#policy.act({ ...observation, ...this.#show!(observation) }, signal);
  }

  close(): Promise<void> {
    this.#episode.close();
    return this.#policy.close();
  }
}
