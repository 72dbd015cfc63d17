import { type Batch, emptyBatch, isActive } from "../core/channels.ts";
import { type PromptDrift, saidAt } from "../core/prompt-drift.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { RemotePolicyConfig } from "../scenario/schema.ts";
import { Episode } from "./episode.ts";
import type { ActionChunk, Policy, PolicySpec } from "./policy.ts";
import { ActionMap } from "./remote/action-map.ts";
import { ObservationMap } from "./remote/observation-map.ts";
import { openPeer } from "./remote/open-peer.ts";
import type { PolicyPeer } from "./remote/peer.ts";

export interface RemotePolicyOptions {
  readonly name: string;
  readonly scenario: Pick<Scenario, "observation" | "images" | "action" | "controlPeriodSec" | "promptDrift">;
  readonly config: RemotePolicyConfig;
}

/**
 * A policy behind a server. Lanes are spread over a few connections (with vla-eval one each, because its episodes are
 * one a connection) and ask one after the other on each. No protocol of these can be seeded, so it counts as not
 * deterministic.
 */
export class RemotePolicy implements Policy {
  readonly spec: PolicySpec;
  readonly #config: RemotePolicyConfig;
  readonly #episode: Episode;
  readonly #observation: ObservationMap;
  readonly #action: ActionMap;
  readonly #drift: PromptDrift | undefined;
  #peers: PolicyPeer[];
  #seeds: readonly bigint[] = [];
  #actions: readonly Batch[] = [];

  private constructor(
    spec: PolicySpec,
    { config, scenario: { promptDrift } }: RemotePolicyOptions,
    observation: ObservationMap,
    action: ActionMap,
    first: PolicyPeer,
  ) {
    this.spec = spec;
    this.#config = config;
    this.#episode = new Episode(spec.name);
    this.#observation = observation;
    this.#action = action;
    this.#drift = promptDrift?.of === "policy" ? promptDrift : undefined;
    this.#peers = [first];
  }

  /** @throws SimgateError `input` for a mapping that does not fit the scenario, `runtime` if nobody answers. */
  static async open(options: RemotePolicyOptions): Promise<RemotePolicy> {
    const { name, scenario, config } = options;
    const observation = new ObservationMap(config, scenario, name);
    const action = new ActionMap(config, scenario.action, name);
    const first = await openPeer(config);
    const spec: PolicySpec = {
      name,
      observation: observation.channels,
      ...(observation.images.length === 0 ? {} : { images: observation.images }),
      action: scenario.action,
      controlPeriodSec: scenario.controlPeriodSec,
      chunkLength: config.horizon,
      stateful: true,
      deterministic: false,
      peer: first.about,
    };
    return new RemotePolicy(spec, options, observation, action, first);
  }

  async reset(lanes: number, seeds: readonly bigint[]): Promise<void> {
    this.#episode.begin(lanes, seeds);
    this.#seeds = seeds;
    this.#actions = Array.from({ length: this.spec.chunkLength }, () => emptyBatch(this.spec.action, lanes));
    const most = this.spec.peer?.["protocol"] === "vla-eval" ? lanes : this.#config.connections;
    const count = Math.max(Math.min(lanes, most), 1);
    this.#peers = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const peer = this.#peers[i];
        if (peer?.isOpen === true) return peer;
        await peer?.close();
        return openPeer(this.#config);
      }),
    );
    await this.#eachLane(lanes, (peer, lane) => peer.begin(lane));
  }

  async act(observation: Batch, signal?: AbortSignal): Promise<ActionChunk> {
    this.#episode.check(observation, signal);
    await this.#eachLane(observation.lanes, async (peer, lane) => {
      if (!isActive(observation, lane)) return;
      const said = this.#said(lane, observation.step);
      const answer = await peer.infer(this.#observation.ofLane(observation, lane, said), lane, signal);
      this.#action.rows(answer, this.#config.url).forEach((row, step) => this.#put(lane, step, row));
    });
    return { actions: this.#actions.map((action, i) => ({ ...action, step: observation.step + i })) };
  }

  async close(): Promise<void> {
    this.#episode.close();
    await Promise.all(this.#peers.map((peer) => peer.close()));
  }

  /** The lanes of a connection one after the other, the connections side by side. */
  async #eachLane(lanes: number, work: (peer: PolicyPeer, lane: number) => Promise<void>): Promise<void> {
    await Promise.all(
      this.#peers.map(async (peer, first) => {
        for (let lane = first; lane < lanes; lane += this.#peers.length) await work(peer, lane);
      }),
    );
  }

  #said(lane: number, step: number): string | undefined {
    const { prompt } = this.#observation;
    return prompt === undefined ? undefined : saidAt(prompt, this.#drift, this.#seeds[lane]!, step);
  }

  #put(lane: number, step: number, row: readonly number[]): void {
    let from = 0;
    for (const { name, size } of this.spec.action) {
      this.#actions[step]!.columns[name]!.set(row.slice(from, from + size), lane * size);
      from += size;
    }
  }
}
