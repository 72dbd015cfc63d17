import type { Batch, ChannelSpec } from "../../core/channels.ts";
import { runtimeError } from "../../core/errors.ts";
import type { Start } from "../../core/trace.ts";
import { type GuardState, LaneGuard } from "../guard.ts";
import { isRestorable, type RestorableWorld, type Snapshot, type Transition, type World } from "../world.ts";
import type { DefectLane, LaneValues, PlantedDefect } from "./defect-model.ts";

interface PlantedState {
  readonly world: Snapshot;
  readonly guard: GuardState;
  readonly starts: readonly Start[];
  /** By lane. */
  readonly memory: readonly (Float64Array | undefined)[];
}

/**
 * A world with a known fault between it and whoever uses it: commands are changed on the way in, observations on the
 * way out, and what is reported as applied is what was asked for, after limits. It says of itself what the world says:
 * a defect does not announce itself.
 */
export class PlantedWorld implements RestorableWorld {
  readonly spec: World["spec"];
  readonly #world: World;
  readonly #defect: PlantedDefect;
  readonly #guard: LaneGuard;
  #starts: readonly Start[] = [];
  #lanes: readonly DefectLane[] = [];
  /** What the world is commanded, and what it shows: changed in place, by lane. */
  #command = new LaneBuffer([], 0);
  #shown = new LaneBuffer([], 0);
  #begun = false;

  constructor(world: World, defect: PlantedDefect) {
    this.spec = world.spec;
    this.#world = world;
    this.#defect = defect;
    this.#guard = new LaneGuard(world.spec);
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    const before = this.#begun ? this.#shown : undefined;
    const lanes = starts.map((start, i) => this.#defect.begin(start, before?.views[i % before.views.length]));
    const first = await this.#world.reset(
      lanes.map((lane, i) => lane.start ?? starts[i]!),
      signal,
    );
    this.#enter(starts, lanes);
    this.#shown.take(first.columns);
    lanes.forEach((lane, i) => lane.show?.(this.#shown.views[i]!, 0));
    return this.#guard.reset(this.#shown.batch(0));
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    const { applied, runs } = this.#guard.begin(actions);
    const { step } = this.#guard;
    this.#command.take(applied.columns);
    for (const [i, lane] of this.#lanes.entries()) {
      if (runs[i] === 1) lane.command?.(this.#command.views[i]!, step);
    }
    let transition: Transition;
    try {
      transition = await this.#world.step({ ...this.#command.batch(step), active: runs }, signal);
    } catch (thrown) {
      this.#guard.interrupt();
      throw thrown;
    }
    for (const { lane, kind, reason } of transition.faults) this.#guard.fault(lane, kind, reason);
    for (const [i, lane] of this.#lanes.entries()) {
      if (runs[i] !== 1) continue;
      this.#shown.takeLane(transition.observation.columns, i);
      lane.show?.(this.#shown.views[i]!, step + 1);
    }
    const shown = this.#guard.settle(this.#shown.batch(step + 1), transition.uncertainty);
    return transition.handOvers === undefined ? shown : { ...shown, handOvers: transition.handOvers };
  }

  close(): Promise<void> {
    return this.#world.close();
  }

  async save(): Promise<Snapshot> {
    const world = await this.#restorable().save();
    const state: PlantedState = {
      world,
      guard: this.#guard.save(),
      starts: this.#starts,
      memory: this.#lanes.map(({ memory }) => memory?.slice()),
    };
    return { lanes: world.lanes, step: world.step, state };
  }

  async restore(snapshot: Snapshot): Promise<Batch> {
    const { world, guard, starts, memory } = snapshot.state as PlantedState;
    await this.#restorable().restore(world);
    const lanes = starts.map((start) => this.#defect.begin(start, undefined));
    lanes.forEach((lane, i) => lane.memory?.set(memory[i]!));
    this.#enter(starts, lanes);
    const observation = this.#guard.restore(guard);
    this.#shown.take(observation.columns);
    return observation;
  }

  #enter(starts: readonly Start[], lanes: readonly DefectLane[]): void {
    this.#starts = starts;
    this.#lanes = lanes;
    this.#command = new LaneBuffer(this.spec.action, starts.length);
    this.#shown = new LaneBuffer(this.spec.observation, starts.length);
    this.#begun = starts.length > 0;
  }

  #restorable(): RestorableWorld {
    if (isRestorable(this.#world)) return this.#world;
    throw runtimeError(`world ${this.spec.name} cannot be saved or restored`);
  }
}

/** Columns of all lanes, and each lane's part of them as a view. */
class LaneBuffer {
  readonly views: readonly LaneValues[];
  readonly #lanes: number;
  readonly #channels: readonly ChannelSpec[];
  readonly #columns: Record<string, Float64Array> = {};

  constructor(channels: readonly ChannelSpec[], lanes: number) {
    this.#lanes = lanes;
    this.#channels = channels;
    for (const { name, size } of channels) this.#columns[name] = new Float64Array(lanes * size);
    this.views = Array.from({ length: lanes }, (_, lane) =>
      Object.fromEntries(
        channels.map(({ name, size }) => [
          name,
          this.#columns[name]!.subarray(lane * size, (lane + 1) * size),
        ]),
      ),
    );
  }

  take(from: Readonly<Record<string, Float64Array>>): void {
    for (const { name } of this.#channels) this.#columns[name]!.set(from[name]!);
  }

  takeLane(from: Readonly<Record<string, Float64Array>>, lane: number): void {
    for (const { name, size } of this.#channels) {
      const [source, target] = [from[name]!, this.#columns[name]!];
      for (let i = lane * size; i < (lane + 1) * size; i++) target[i] = source[i]!;
    }
  }

  batch(step: number): Batch {
    return { lanes: this.#lanes, step, columns: this.#columns };
  }
}
