import type { Batch, ChannelSpec } from "../core/channels.ts";
import { inputError, messageOf, runtimeError, throwIfAborted } from "../core/errors.ts";
import type { HandOver } from "../core/hand-over.ts";
import type { Start } from "../core/trace.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { type GuardState, LaneGuard } from "./guard.ts";
import { LaneColumns } from "./lane-columns.ts";
import { PhysicsSetter } from "./switched/physics-setter.ts";
import { decide, type Driver, LEARNED_DRIVES, type SwitchingRule } from "./switched/switching-rule.ts";
import { leastCertain, statedWhereMade } from "./switched/uncertainty.ts";
import {
  type InformableWorld,
  isInformable,
  isRestorable,
  isSettable,
  type RestorableWorld,
  type SettableWorld,
  type Snapshot,
  type Transition,
  type World,
  type WorldSpec,
} from "./world.ts";

/** What physics takes over for: by lane, in tolerances, it holds where more than 0. */
export interface NamedCondition {
  readonly name: string;
  margins(observation: Batch, parameters: Batch["columns"]): Float64Array;
}

export interface SwitchedWorldOptions {
  readonly name: string;
  readonly scenario: Scenario;
  /** Both are closed with this world, and if it cannot be opened. */
  readonly learned: World;
  readonly physics: World;
  readonly conditions: readonly NamedCondition[];
  readonly rule: SwitchingRule;
  /** Channels whose stated uncertainty counts. Default: all. */
  readonly uncertain?: readonly string[];
}

interface Saved {
  readonly learned: Snapshot;
  readonly physics: Snapshot;
  readonly starts: readonly Start[];
  readonly guard: GuardState;
  readonly drivers: readonly Driver[];
}

/**
 * A learned world that hands a lane over to physics before a step that it should not make itself: where a condition on
 * the present observation holds, or where it says that it is not certain of the step. Physics begins where the
 * observation says that things are. Meanwhile the learned world is asked along, and shown what physics made, so that its
 * memory and its uncertainty are up to date when it drives again.
 *
 * A lane breaks when the world that drives it breaks, and when the learned one does that follows.
 */
export class SwitchedWorld implements RestorableWorld {
  readonly spec: WorldSpec;
  readonly #options: SwitchedWorldOptions;
  readonly #learned: InformableWorld;
  readonly #physics: SettableWorld;
  readonly #setter: PhysicsSetter;
  readonly #uncertain: readonly ChannelSpec[];
  readonly #guard: LaneGuard;
  #columns: LaneColumns | undefined;
  /** By lane. */
  #drivers: Driver[] = [];
  #closed = false;

  private constructor(options: SwitchedWorldOptions, learned: InformableWorld, physics: SettableWorld) {
    const { name, scenario, uncertain } = options;
    const { images: _images, informable: _informable, settable: _settable, ...spec } = learned.spec;
    this.#options = options;
    this.#learned = learned;
    this.#physics = physics;
    this.#setter = new PhysicsSetter(physics, scenario);
    this.#uncertain = spec.observation.filter((channel) => uncertain?.includes(channel.name) ?? true);
    const { bounds, onGpu } = physics.spec;
    this.spec = {
      ...spec,
      name,
      respondsToActions: spec.respondsToActions || physics.spec.respondsToActions,
      stochastic: spec.stochastic || physics.spec.stochastic,
      restorable: spec.restorable && physics.spec.restorable,
      ...(bounds === undefined ? {} : { bounds }),
      ...(onGpu === undefined ? {} : { onGpu }),
    };
    this.#guard = new LaneGuard(this.spec);
  }

  /** @throws SimgateError `input` unless the learned world can follow along, and physics can be put where it is. */
  static async open(options: SwitchedWorldOptions): Promise<SwitchedWorld> {
    const { name, learned, physics } = options;
    try {
      const where = `world ${name}`;
      if (!isInformable(learned)) {
        throw inputError(
          `world ${learned.spec.name} cannot hand over: it cannot be shown what physics made of a step`,
          {
            where,
            expected: "learned: a world of a world card (simgate/world-card@1)",
          },
        );
      }
      if (!isSettable(physics)) {
        throw inputError(`world ${physics.spec.name} cannot take over: it cannot be set to an observation`, {
          where,
          expected: "physics: a world of kind mujoco, or a residual on one",
        });
      }
      return new SwitchedWorld(options, learned, physics);
    } catch (thrown) {
      await closeAll([learned, physics]);
      throw thrown;
    }
  }

  async reset(starts: readonly Start[], signal?: AbortSignal): Promise<Batch> {
    this.#assertOpen();
    throwIfAborted(signal);
    await this.#physics.reset(starts, signal);
    const first = await this.#learned.reset(starts, signal);
    this.#begin(starts, first);
    this.#drivers = starts.map(() => LEARNED_DRIVES);
    return this.#guard.reset(first);
  }

  async step(actions: Batch, signal?: AbortSignal): Promise<Transition> {
    this.#assertOpen();
    throwIfAborted(signal);
    const guard = this.#guard;
    const { applied, runs } = guard.begin(actions);
    const columns = this.#columns!;
    columns.open(runs);
    const predicted = await this.#stepOf(this.#learned, applied, runs, signal);
    const handOvers = await this.#decide(predicted, runs);
    const byPhysics = Uint8Array.from(runs, (runs, lane) => (runs === 1 && this.#isPhysics(lane) ? 1 : 0));
    const made = await this.#stepOf(this.#physics, applied, byPhysics, signal);
    for (const lane of columns.rows) {
      const physics = byPhysics[lane] === 1;
      const own = physics ? made : predicted;
      if (runs[lane] !== 1 || own === undefined) continue;
      for (const channel of this.spec.action) copyLane(channel, lane, own.appliedAction, applied);
      for (const channel of this.spec.observation)
        copyLane(channel, lane, own.observation, { columns: columns.next });
      if (physics) await this.#inform(lane, own.observation);
    }
    const step = guard.step + 1;
    const transition = guard.settle(
      columns.showNext(step),
      statedWhereMade(predicted?.uncertainty, byPhysics, step, this.spec),
    );
    columns.take(transition.observation);
    return handOvers.length === 0 ? transition : { ...transition, handOvers };
  }

  /** Only where `spec.restorable` says so: see `isRestorable`. */
  async save(): Promise<Snapshot> {
    this.#assertOpen();
    const guard = this.#guard.save();
    const [learned, physics] = [
      await restorable(this.#learned).save(),
      await restorable(this.#physics).save(),
    ];
    const { starts, lanes } = this.#columns!;
    const state: Saved = { learned, physics, starts, guard, drivers: this.#drivers.slice() };
    return { lanes, step: guard.step, state };
  }

  /** As {@link save}. */
  async restore(snapshot: Snapshot): Promise<Batch> {
    this.#assertOpen();
    const { learned, physics, starts, guard, drivers } = snapshot.state as Saved;
    await restorable(this.#learned).restore(learned);
    await restorable(this.#physics).restore(physics);
    const observation = this.#guard.restore(guard);
    this.#begin(starts, observation);
    this.#drivers = drivers.slice();
    return observation;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#columns = undefined;
    await closeAll([this.#learned, this.#physics]);
  }

  #begin(starts: readonly Start[], first: Batch): void {
    const names = this.#options.scenario.parameters.map(({ name }) => name);
    const own = this.spec.observation.map(({ name }) => [name, first.columns[name]!.slice()] as const);
    this.#columns = new LaneColumns(starts, Object.fromEntries(own), names);
  }

  /** Asks one of the two for the lanes with `runs` 1; those that break in it are broken. */
  async #stepOf(
    world: World,
    applied: Batch,
    runs: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<Transition | undefined> {
    const rows = Int32Array.from(runs.keys()).filter((lane) => runs[lane] === 1);
    let transition: Transition | undefined;
    await this.#guard.compute(rows, async () => {
      transition = await world.step({ ...applied, active: runs.slice() }, signal);
    });
    for (const { lane, kind, reason } of transition?.faults ?? []) {
      this.#guard.fault(lane, kind, `world ${world.spec.name}: ${reason}`);
    }
    return transition;
  }

  /** Who makes this step of every lane that runs. A hand-over to physics that cannot be told where things are waits. */
  async #decide(predicted: Transition | undefined, runs: Uint8Array): Promise<HandOver[]> {
    const { conditions, rule, learned, physics } = this.#options;
    const { observation, parameters, rows, ...columns } = this.#columns!;
    const present: Batch = { lanes: columns.lanes, step: this.#guard.step, columns: observation };
    const margins = conditions.map((condition) => condition.margins(present, parameters));
    if (rule.uncertainty !== undefined && predicted !== undefined && predicted.uncertainty === undefined) {
      this.#guard.interrupt();
      throw inputError(
        `world ${learned.spec.name} says nothing of its own error: it cannot decide who drives`,
        {
          where: `world ${this.spec.name}`,
          hint: "leave uncertainty out, and say when physics takes over with when; or use an ensemble",
        },
      );
    }
    const handOvers: HandOver[] = [];
    for (const lane of rows) {
      if (runs[lane] !== 1) continue;
      const driver = this.#drivers[lane]!;
      const own = conditions.map(({ name }, i) => [name, margins[i]![lane]!] as const);
      const blank = own.find(([, margin]) => Number.isNaN(margin));
      if (blank !== undefined) {
        this.#guard.fault(lane, "not-finite", `the condition ${blank[0]} has no value`);
        continue;
      }
      const uncertainty =
        predicted?.uncertainty && leastCertain(predicted.uncertainty, this.#uncertain, lane);
      const evidence = { margins: Object.fromEntries(own), ...(uncertainty && { uncertainty }) };
      const decision = decide(driver, evidence, rule);
      if (decision !== undefined && (!decision.holds || (await this.#tell(lane)))) {
        const [from, to] = decision.holds ? [learned, physics] : [physics, learned];
        handOvers.push({ lane, step: this.#guard.step, from: from.spec.name, to: to.spec.name, ...decision });
        this.#drivers[lane] = decision.holds ? { physicsFor: decision.cause, steps: 0 } : LEARNED_DRIVES;
      }
      const { physicsFor, steps } = this.#drivers[lane]!;
      if (physicsFor !== undefined) this.#drivers[lane] = { physicsFor, steps: steps + 1 };
    }
    return handOvers;
  }

  async #tell(lane: number): Promise<boolean> {
    try {
      return await this.#setter.set(lane, this.#columns!.observation);
    } catch (thrown) {
      this.#guard.fault(lane, "threw", messageOf(thrown));
      return false;
    }
  }

  async #inform(lane: number, { columns }: Batch): Promise<void> {
    const observed = this.spec.observation.map(
      ({ name, size }) =>
        [name, Array.from(columns[name]!.subarray(lane * size, (lane + 1) * size))] as const,
    );
    try {
      await this.#learned.inform(lane, Object.fromEntries(observed));
    } catch (thrown) {
      this.#guard.fault(lane, "threw", messageOf(thrown));
    }
  }

  #isPhysics(lane: number): boolean {
    return this.#drivers[lane]!.physicsFor !== undefined;
  }

  #assertOpen(): void {
    if (this.#closed) throw runtimeError(`world ${this.spec.name} is closed`, { hint: "open it again" });
  }
}

function copyLane({ name, size }: ChannelSpec, lane: number, from: Batch, to: Pick<Batch, "columns">): void {
  const [at, end] = [lane * size, (lane + 1) * size];
  to.columns[name]!.set(from.columns[name]!.subarray(at, end), at);
}

function restorable(world: World): RestorableWorld {
  if (isRestorable(world)) return world;
  throw runtimeError(`world ${world.spec.name} cannot be saved or restored`);
}

async function closeAll(worlds: readonly World[]): Promise<void> {
  for (const world of worlds) await world.close();
}
