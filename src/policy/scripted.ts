import {
  type Batch,
  type ChannelSpec,
  columnOf,
  componentName,
  emptyBatch,
  isActive,
} from "../core/channels.ts";
import { componentOf } from "../core/component-key.ts";
import { type Expression, parseExpression } from "../core/expression.ts";
import { RandomStream } from "../core/random.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { PolicyConfig } from "../scenario/schema.ts";
import { Episode } from "./episode.ts";
import type { ActionChunk, Policy, PolicySpec } from "./policy.ts";
import { type Polyline, polylines, valueAt } from "./waypoints.ts";

export type ScriptedConfig = Extract<PolicyConfig, { kind: "scripted" }>;

export interface ScriptedOptions {
  readonly name: string;
  readonly scenario: Pick<Scenario, "name" | "file" | "observation" | "action" | "controlPeriodSec">;
  readonly config: Pick<ScriptedConfig, "action" | "waypoints" | "noise">;
}

interface Formula {
  readonly channel: ChannelSpec;
  readonly component: number;
  readonly expression: Expression;
}

interface Noise {
  readonly channel: ChannelSpec;
  readonly component: number;
  readonly std: number;
  /** One a lane. */
  streams: readonly RandomStream[];
}

/**
 * Actions written down in the scenario: expressions of observation channels and `t` (seconds since reset), plus
 * waypoints, plus Gaussian noise drawn from the lane's seed at the control step. What nothing sets stays 0.
 */
export class ScriptedPolicy implements Policy {
  readonly spec: PolicySpec;
  readonly #episode: Episode;
  readonly #formulas: readonly Formula[];
  readonly #polylines: readonly Polyline[];
  readonly #noise: readonly Noise[];
  #columns: Readonly<Record<string, Float64Array>> = {};
  #scratch = new Float64Array(0);

  private constructor({ name, scenario, config }: ScriptedOptions) {
    const where = `${scenario.file}, policy "${name}"`;
    this.#formulas = Object.entries(config.action ?? {}).map(([key, text]) => {
      const place = `${where}, action ${key}`;
      const symbols = { channels: scenario.observation, time: true };
      return {
        ...componentOf(scenario.action, key, place),
        expression: parseExpression(text, symbols, { units: "ignore", where: place }),
      };
    });
    this.#polylines = polylines(config.waypoints ?? [], scenario.action, where);
    this.#noise = Object.entries(config.noise ?? {}).map(([key, std]) => ({
      ...componentOf(scenario.action, key, `${where}, noise ${key}`),
      std,
      streams: [],
    }));
    const read = new Set(this.#formulas.flatMap(({ expression }) => expression.references));
    this.#episode = new Episode(name);
    this.spec = {
      name,
      observation: scenario.observation.filter((channel) => read.has(channel.name)),
      action: scenario.action,
      controlPeriodSec: scenario.controlPeriodSec,
      chunkLength: 1,
      stateful: this.#noise.length > 0,
      deterministic: true,
    };
  }

  /** @throws SimgateError `input` for an unknown channel or action, or an expression that does not parse. */
  static open(options: ScriptedOptions): Promise<ScriptedPolicy> {
    // The constructor's errors become rejections.
    return Promise.resolve().then(() => new ScriptedPolicy(options));
  }

  async reset(lanes: number, seeds: readonly bigint[]): Promise<void> {
    this.#episode.begin(lanes, seeds);
    this.#columns = emptyBatch(this.spec.action, lanes).columns;
    this.#scratch = new Float64Array(lanes);
    for (const noise of this.#noise) {
      const stream = componentName(noise.channel, noise.component);
      noise.streams = seeds.map((seed) => new RandomStream(seed, "policy noise", stream));
    }
  }

  async act(observation: Batch, signal?: AbortSignal): Promise<ActionChunk> {
    this.#episode.check(observation, signal);
    for (const channel of this.spec.observation) columnOf(observation, channel);
    const { lanes, step } = observation;
    const timeSec = step * this.spec.controlPeriodSec;
    const columns = this.#columns;
    for (const { name } of this.spec.action) columns[name]!.fill(0);
    for (const { channel, component, expression } of this.#formulas) {
      const values = expression.evaluate(observation.columns, lanes, { t: timeSec }, this.#scratch);
      const out = columns[channel.name]!;
      for (let lane = 0, i = component; lane < lanes; lane++, i += channel.size) out[i] = values[lane]!;
    }
    for (const polyline of this.#polylines) {
      const { channel, component } = polyline;
      const value = valueAt(polyline, timeSec);
      const out = columns[channel.name]!;
      for (let i = component; i < out.length; i += channel.size) out[i]! += value;
    }
    for (const { channel, component, std, streams } of this.#noise) {
      const out = columns[channel.name]!;
      for (let lane = 0, i = component; lane < lanes; lane++, i += channel.size) {
        if (isActive(observation, lane)) out[i]! += std * streams[lane]!.normal(step);
      }
    }
    return { actions: [{ lanes, step, columns }] };
  }

  async close(): Promise<void> {
    this.#episode.close();
  }
}
