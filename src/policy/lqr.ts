import { type Batch, type ChannelSpec, columnOf, emptyBatch, wrapAngle } from "../core/channels.ts";
import { type Component, componentOf } from "../core/component-key.ts";
import { didYouMean, inputError } from "../core/errors.ts";
import type { LinearModel } from "../core/linearisation.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { PolicyConfig } from "../scenario/schema.ts";
import { Episode } from "./episode.ts";
import type { ActionChunk, Policy, PolicySpec } from "./policy.ts";
import { regulatorGain } from "./riccati.ts";

export type LqrConfig = Extract<PolicyConfig, { kind: "lqr" }>;

export interface LqrOptions {
  readonly name: string;
  readonly scenario: Pick<Scenario, "name" | "file" | "observation" | "action" | "controlPeriodSec">;
  /** Weights by channel, or by component where they differ: `joint_pos[elbow]`. */
  readonly config: Pick<LqrConfig, "state" | "effort">;
  /** About the equilibrium that the policy holds. */
  readonly model: LinearModel;
}

/**
 * Linear-quadratic regulator: u = u* − k (x − x*), with the infinite-horizon discrete-time gain at the control period.
 * Angles are taken as the shorter way round from the equilibrium. Actions without an effort weight stay 0.
 */
export class LqrPolicy implements Policy {
  readonly spec: PolicySpec;
  /** actions with effort × states. */
  readonly gain: readonly (readonly number[])[];
  readonly #episode: Episode;
  readonly #state: readonly (Component & { readonly at: number })[];
  readonly #action: readonly (Component & { readonly at: number })[];
  #columns: Readonly<Record<string, Float64Array>> = {};

  private constructor({ name, scenario, config, model }: LqrOptions) {
    const where = `${scenario.file}, policy "${name}"`;
    checkPeriod(model, scenario.controlPeriodSec, where);
    const states = weigh(model.state, config.state, scenario.observation, `${where}, state`);
    const missing = model.state.filter((_, i) => states[i]!.weight === undefined);
    if (missing.length > 0) {
      throw inputError("a regulator needs a weight for every state", {
        where: `${where}, state`,
        expected: model.state.join(", "),
        got: `none for ${missing.join(", ")}`,
        hint: "give a small weight to what may wander",
      });
    }
    const actions = weigh(model.action, config.effort, scenario.action, `${where}, effort`);
    const used = actions.flatMap(({ weight }, i) => (weight === undefined ? [] : [i]));
    this.gain = regulatorGain({
      a: model.a,
      b: model.b.map((row) => used.map((i) => row[i]!)),
      q: diagonal(states.map(({ weight }) => weight!)),
      r: diagonal(used.map((i) => actions[i]!.weight!)),
    });
    this.#state = states.map((one, i) => ({ ...one, at: model.stateAt[i]! }));
    this.#action = used.map((i) => ({ ...actions[i]!, at: model.actionAt[i]! }));
    this.#episode = new Episode(name);
    const read = new Set(states.map(({ channel }) => channel.name));
    this.spec = {
      name,
      observation: scenario.observation.filter((channel) => read.has(channel.name)),
      action: scenario.action,
      controlPeriodSec: scenario.controlPeriodSec,
      chunkLength: 1,
      stateful: false,
      deterministic: true,
    };
  }

  /** @throws SimgateError `input` for weights that name no state or action, or a model that cannot be stabilised. */
  static create(options: LqrOptions): LqrPolicy {
    return new LqrPolicy(options);
  }

  async reset(lanes: number, seeds: readonly bigint[]): Promise<void> {
    this.#episode.begin(lanes, seeds);
    this.#columns = emptyBatch(this.spec.action, lanes).columns;
  }

  async act(observation: Batch, signal?: AbortSignal): Promise<ActionChunk> {
    this.#episode.check(observation, signal);
    for (const channel of this.spec.observation) columnOf(observation, channel);
    const { lanes, step } = observation;
    this.#action.forEach(({ channel, component, at }, i) => {
      const out = this.#columns[channel.name]!;
      for (let lane = 0; lane < lanes; lane++) out[lane * channel.size + component] = at;
      this.#state.forEach((state, j) => {
        const gain = this.gain[i]![j]!;
        const values = observation.columns[state.channel.name]!;
        const { size, kind } = state.channel;
        for (let lane = 0; lane < lanes; lane++) {
          const away = values[lane * size + state.component]! - state.at;
          out[lane * channel.size + component]! -= gain * (kind === "angle" ? wrapAngle(away) : away);
        }
      });
    });
    return { actions: [{ lanes, step, columns: this.#columns }] };
  }

  async close(): Promise<void> {
    this.#episode.close();
  }
}

/** The weight of each component: its own, else its channel's. @throws for a weight that no component takes. */
function weigh(
  components: readonly string[],
  weights: Readonly<Record<string, number>>,
  channels: readonly ChannelSpec[],
  where: string,
): (Component & { readonly weight: number | undefined })[] {
  const found = components.map((key) => {
    const component = componentOf(channels, key, where);
    return { ...component, weight: weights[key] ?? weights[component.channel.name] };
  });
  const known = [...new Set([...components, ...found.map(({ channel }) => channel.name)])];
  for (const key of Object.keys(weights)) {
    if (!known.includes(key)) {
      throw inputError(`the linear model has no "${key}"`, { where, hint: didYouMean(key, known) });
    }
  }
  if (Object.keys(weights).length === 0)
    throw inputError("no weight is given", { where, hint: didYouMean("", known) });
  return found;
}

function checkPeriod(model: LinearModel, controlPeriodSec: number, where: string): void {
  if (Math.abs(model.controlPeriodSec - controlPeriodSec) <= 1e-9 * controlPeriodSec) return;
  throw inputError("the linear model was made for another control period", {
    where,
    expected: `${controlPeriodSec} s`,
    got: `${model.controlPeriodSec} s`,
  });
}

function diagonal(values: readonly number[]): number[][] {
  return values.map((value, i) => values.map((_, j) => (i === j ? value : 0)));
}
