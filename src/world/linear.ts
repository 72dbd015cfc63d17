import { emptyBatch, type Batch } from "../core/channels.ts";
import { runtimeError, throwIfAborted } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import type { YamlDocument } from "../core/yaml-document.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { firstObservation } from "./first-observation.ts";
import { LaneGuard, type GuardState } from "./guard.ts";
import { LaneColumns } from "./lane-columns.ts";
import { linearModelDocument, linearModelText, readLinearModel, type LinearModel } from "./linear-model.ts";
import { compileLinear, type LinearPlan } from "./linear-plan.ts";
import type { RestorableWorld, Snapshot, Transition, WorldSpec } from "./world.ts";

export interface LinearWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  /** Path of the model, JSON. */
  readonly modelPath: string;
}

interface Saved {
  readonly columns: LaneColumns;
  readonly guard: GuardState;
}

/**
 * A linear model of one control step as a world: the baseline that every learned model must beat. Its uncertainty is
 * the root mean square error of one step on the data it was fitted on.
 */
export class LinearWorld implements RestorableWorld {
  readonly spec: WorldSpec;
  readonly #scenario: Scenario;
  readonly #plan: LinearPlan;
  readonly #guard: LaneGuard;
  #columns: LaneColumns | undefined;
  #features = new Float64Array(0);
  #uncertainty: Batch | undefined;
  #closed = false;

  private constructor(name: string, scenario: Scenario, plan: LinearPlan) {
    this.spec = {
      name,
      observation: scenario.observation,
      action: scenario.action,
      controlPeriodSec: scenario.controlPeriodSec,
      respondsToActions: plan.features.usesActions,
      stochastic: false,
      objects: [],
      restorable: true,
    };
    this.#scenario = scenario;
    this.#plan = plan;
    this.#guard = new LaneGuard(this.spec);
  }

  /** @throws SimgateError `input` for a model that cannot be read or does not fit the scenario. */
  static async open({ name, scenario, modelPath }: LinearWorldOptions): Promise<LinearWorld> {
    return LinearWorld.#of(name, scenario, await readLinearModel(modelPath));
  }

  /** A model that is not in a file, fresh from a fit say. */
  static from(name: string, scenario: Scenario, model: LinearModel): LinearWorld {
    return LinearWorld.#of(
      name,
      scenario,
      linearModelDocument(linearModelText(model), `linear model of ${name}`),
    );
  }

  static #of(name: string, scenario: Scenario, document: YamlDocument<LinearModel>): LinearWorld {
    return new LinearWorld(name, scenario, compileLinear(document, scenario));
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    this.#assertOpen();
    throwIfAborted(signal);
    const parameters = this.#scenario.parameters.map((parameter) => parameter.name);
    const columns = new LaneColumns(starts, firstObservation(this.#scenario, starts), parameters);
    this.#adopt(columns);
    return this.#guard.reset(columns.show(0));
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    this.#assertOpen();
    throwIfAborted(signal);
    const { applied, runs } = this.#guard.begin(actions);
    const columns = this.#columns!;
    const { observation, parameters, lanes } = columns;
    columns.open(runs);
    this.#plan.features.fill({ observation, action: applied.columns, parameters }, lanes, this.#features);
    this.#predict(columns);
    const step = this.#guard.step + 1;
    const transition = this.#guard.settle(columns.showNext(step), { ...this.#uncertainty!, step });
    columns.take(transition.observation);
    return transition;
  }

  async save(): Promise<Snapshot> {
    this.#assertOpen();
    const guard = this.#guard.save();
    const state: Saved = { columns: this.#columns!, guard };
    return { lanes: state.columns.lanes, step: guard.step, state };
  }

  async restore(snapshot: Snapshot): Promise<Batch> {
    this.#assertOpen();
    const { columns, guard } = snapshot.state as Saved;
    const observation = this.#guard.restore(guard);
    columns.take(observation);
    this.#adopt(columns);
    return observation;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#columns = undefined;
  }

  #adopt(columns: LaneColumns): void {
    const { lanes } = columns;
    this.#columns = columns;
    this.#features = new Float64Array(lanes * this.#plan.features.width);
    const uncertainty = emptyBatch(this.spec.observation, lanes);
    for (const { channel, component, residualStd } of this.#plan.outputs) {
      const column = uncertainty.columns[channel.name]!;
      for (let lane = 0; lane < lanes; lane++) column[lane * channel.size + component] = residualStd;
    }
    this.#uncertainty = uncertainty;
  }

  #predict({ rows, observation, next }: LaneColumns): void {
    const { width } = this.#plan.features;
    for (const { channel, component, bias, weights } of this.#plan.outputs) {
      const from = observation[channel.name]!;
      const to = next[channel.name]!;
      for (const lane of rows) {
        let change = bias;
        for (let j = 0; j < width; j++) change += weights[j]! * this.#features[lane * width + j]!;
        const at = lane * channel.size + component;
        to[at] = from[at]! + change;
      }
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw runtimeError(`world ${this.spec.name} is closed`, { hint: "open it again" });
  }
}
