import { type Batch, type ChannelSpec, componentName, emptyBatch } from "../core/channels.ts";
import { inputError, messageOf, runtimeError, throwIfAborted } from "../core/errors.ts";
import type { Start } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { whereItRuns } from "../tensor/card-file.ts";
import { OnnxSession } from "../tensor/session.ts";
import { type GuardState, LaneGuard } from "./guard.ts";
import { LaneColumns } from "./lane-columns.ts";
import { Episode, type EpisodeMemory } from "./onnx/episode.ts";
import { Uncertainty } from "./onnx/uncertainty.ts";
import { warmUp } from "./onnx/warm-up.ts";
import { loadResidualCard } from "./residual/card.ts";
import { corrected, correctionOf } from "./residual/correction.ts";
import { compileResidual, type ResidualPlan } from "./residual/plan.ts";
import {
  isRestorable,
  isSettable,
  type RestorableWorld,
  type SettableWorld,
  type Snapshot,
  type Transition,
  type World,
  type WorldSpec,
} from "./world.ts";

export interface ResidualWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  /** The physics that is corrected. It is closed with this world, and if this world cannot be opened. */
  readonly base: World;
  /** Path of the residual's card, `*.world.yaml`. */
  readonly cardPath: string;
}

/** What belongs to the lanes of one reset. */
interface Lanes {
  readonly columns: LaneColumns;
  readonly episode: Episode;
  readonly uncertainty: Uncertainty;
  /** What the residual says is to be added, by channel. */
  readonly correction: Batch["columns"];
}

interface Saved {
  readonly base: Snapshot;
  readonly starts: readonly Start[];
  readonly guard: GuardState;
  readonly memory: EpisodeMemory;
}

/**
 * Physics with a learned residual (Ajay et al. 2018): after each step of the base a network's answer to the observation
 * before it and the action is added to the channels that it names, and the base goes on from the sum.
 */
export class ResidualWorld implements RestorableWorld, SettableWorld {
  readonly spec: WorldSpec;
  readonly #scenario: Scenario;
  readonly #base: SettableWorld;
  readonly #session: OnnxSession;
  readonly #plan: ResidualPlan;
  readonly #guard: LaneGuard;
  #lanes: Lanes | undefined;
  #closed = false;

  private constructor(
    spec: WorldSpec,
    scenario: Scenario,
    base: SettableWorld,
    session: OnnxSession,
    plan: ResidualPlan,
  ) {
    this.spec = spec;
    this.#scenario = scenario;
    this.#base = base;
    this.#session = session;
    this.#plan = plan;
    this.#guard = new LaneGuard(spec);
  }

  /** @throws SimgateError `input` for a base that cannot be set to an observation, and a card, model or graph that does not fit. */
  static async open({ name, scenario, base, cardPath }: ResidualWorldOptions): Promise<ResidualWorld> {
    let session: OnnxSession | undefined;
    try {
      if (!isSettable(base)) {
        throw inputError(
          `world ${base.spec.name} cannot carry a residual: it cannot be set to an observation`,
          {
            where: `world ${name}`,
            expected: "a base whose state can be set between two steps: a world of kind mujoco",
          },
        );
      }
      const { card, document, model, modelFile } = await loadResidualCard(cardPath);
      session = await OnnxSession.open(model, modelFile, card.device);
      const plan = compileResidual(document, session, scenario, base.spec);
      const { informable: _informable, images: _images, ...physics } = base.spec;
      const spec: WorldSpec = {
        ...physics,
        name,
        respondsToActions:
          physics.respondsToActions || plan.inputs.some(({ features }) => features.usesActions),
        stochastic: physics.stochastic || plan.noise.length > 0,
        ...whereItRuns(card),
      };
      return new ResidualWorld(spec, scenario, base, session, plan);
    } catch (thrown) {
      await session?.close();
      await base.close();
      throw thrown;
    }
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    this.#assertOpen();
    throwIfAborted(signal);
    const first = await this.#base.reset(starts, signal);
    const lanes = this.#begin(starts, first);
    await warmUp(lanes.episode, starts, lanes.columns, this.spec, this.#plan.state.length > 0, signal);
    return this.#guard.reset(first);
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    this.#assertOpen();
    throwIfAborted(signal);
    const guard = this.#guard;
    const { applied, runs } = guard.begin(actions);
    const { columns, episode, uncertainty, correction } = this.#lanes!;
    const { observation, parameters, next } = columns;
    const step = guard.step + 1;
    let based: Transition | undefined;
    columns.open(runs);
    uncertainty.clear();
    await guard.compute(columns.rows, async () => {
      based = await this.#base.step({ ...applied, active: runs.slice() }, signal);
    });
    if (based !== undefined) {
      for (const { lane, kind, reason } of based.faults) guard.fault(lane, kind, reason);
      setAll(applied.columns, based.appliedAction.columns);
      columns.open(runs);
      setAll(next, based.observation.columns);
      episode.remember({ observation, action: applied.columns, parameters });
      const { variance } = uncertainty;
      const into = { previous: {}, next: correction, variance, memberOfLane: episode.memberOfLane };
      await guard.compute(columns.rows, () => episode.predict(guard.step, columns.rows, into, signal));
      for (const lane of columns.rows) if (runs[lane] === 1) await this.#correct(lane);
    }
    const transition = guard.settle(
      columns.showNext(step),
      this.#stated(step, based?.uncertainty, uncertainty.show(step)),
    );
    columns.take(transition.observation);
    return transition;
  }

  async set(lane: number, values: Readonly<Record<string, readonly number[]>>): Promise<Batch> {
    this.#assertOpen();
    this.#guard.requireReady();
    const observation = this.#guard.amend(lane, await this.#base.set(lane, values));
    this.#lanes!.columns.take(observation);
    return observation;
  }

  /** Only where `spec.restorable` says so: see `isRestorable`. */
  async save(): Promise<Snapshot> {
    this.#assertOpen();
    const guard = this.#guard.save();
    const { columns, episode } = this.#lanes!;
    const base = await this.#restorable().save();
    const state: Saved = { base, starts: columns.starts, guard, memory: episode.save() };
    return { lanes: columns.lanes, step: guard.step, state };
  }

  /** As {@link save}. */
  async restore(snapshot: Snapshot): Promise<Batch> {
    this.#assertOpen();
    const { base, starts, guard, memory } = snapshot.state as Saved;
    await this.#restorable().restore(base);
    const observation = this.#guard.restore(guard);
    this.#begin(starts, observation).episode.restore(memory);
    return observation;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#lanes = undefined;
    await this.#session.close();
    await this.#base.close();
  }

  /** Adds the residual to what the base shows of a lane, and sets the base to the sum. */
  async #correct(lane: number): Promise<void> {
    const { correction, columns } = this.#lanes!;
    const values: Record<string, readonly number[]> = {};
    for (const channel of this.#plan.corrected) {
      const added = laneOf(correction, correctionOf(channel), lane);
      const wrong = added.findIndex((value) => !Number.isFinite(value));
      if (wrong >= 0) {
        const where = componentName(correctionOf(channel), wrong);
        this.#guard.fault(lane, "not-finite", `the residual of ${where} is ${added[wrong]}`);
        return;
      }
      values[channel.name] = corrected(channel, laneOf(columns.next, channel, lane), added);
    }
    try {
      const now = await this.#base.set(lane, values);
      for (const channel of this.spec.observation) {
        laneOf(columns.next, channel, lane).set(laneOf(now.columns, channel, lane));
      }
    } catch (thrown) {
      this.#guard.fault(lane, "threw", messageOf(thrown));
    }
  }

  /** The residual's word counts where it has one: it knows of the base's error. */
  #stated(step: number, base: Batch | undefined, own: Batch): Batch | undefined {
    const columns: Record<string, Float64Array> = { ...base?.columns };
    for (const { name, size } of this.spec.observation) {
      const stated = own.columns[name];
      // Of an orientation it is about the three numbers of a turn.
      if (stated?.length === own.lanes * size) columns[name] = stated;
    }
    return Object.keys(columns).length === 0 ? undefined : { lanes: own.lanes, step, columns };
  }

  #begin(starts: readonly Start[], first: Batch): Lanes {
    const names = this.#scenario.parameters.map(({ name }) => name);
    const observation = Object.fromEntries(
      this.spec.observation.map(({ name }) => [name, first.columns[name]!.slice()]),
    );
    this.#lanes = {
      columns: new LaneColumns(starts, observation, names),
      episode: new Episode(this.#session, this.#plan, starts),
      uncertainty: new Uncertainty(this.#plan.uncertain, starts.length),
      correction: emptyBatch(this.#plan.corrected.map(correctionOf), starts.length).columns,
    };
    return this.#lanes;
  }

  #restorable(): RestorableWorld & SettableWorld {
    const base: World = this.#base;
    if (isRestorable(base)) return base as RestorableWorld & SettableWorld;
    throw runtimeError(`world ${this.spec.name} cannot be saved: its base ${base.spec.name} cannot`);
  }

  #assertOpen(): void {
    if (this.#closed) throw runtimeError(`world ${this.spec.name} is closed`, { hint: "open it again" });
  }
}

function laneOf(columns: Batch["columns"], { name, size }: ChannelSpec, lane: number): Float64Array {
  return columns[name]!.subarray(lane * size, (lane + 1) * size);
}

function setAll(into: Batch["columns"], from: Batch["columns"]): void {
  for (const name in into) into[name]!.set(from[name]!);
}
