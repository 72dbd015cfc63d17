import {
  type Batch,
  type ChannelSpec,
  columnOf,
  componentName,
  emptyBatch,
  isActive,
} from "../core/channels.ts";
import { inputError, messageOf, runtimeError, SimgateError } from "../core/errors.ts";
import type { FaultKind, LaneFault } from "../core/trace.ts";
import type { Transition, WorldSpec } from "./world.ts";

/** What {@link LaneGuard.save} keeps: plain data, copied. */
export interface GuardState {
  readonly step: number;
  readonly broken: Uint8Array;
  readonly observation: Readonly<Record<string, Float64Array>>;
  readonly applied: Readonly<Record<string, Float64Array>>;
}

/**
 * The rules that every world shares. Actions are clipped to their limits; a lane whose action or observation is not
 * finite, whose observation leaves its limits, or whose step threw, is broken from then on and keeps its last good
 * values. A step is: {@link begin}, compute the lanes that run, {@link fault} those that threw, {@link settle}.
 *
 * The batches it returns are its own and are overwritten by the next step.
 */
export class LaneGuard {
  readonly #spec: WorldSpec;
  #lanes = 0;
  #step = 0;
  /** Whether there was a reset or restore since construction, and no {@link interrupt} since. */
  #ready: "never" | "yes" | "interrupted" = "never";
  #broken = new Uint8Array(0);
  #runs = new Uint8Array(0);
  #observation: Record<string, Float64Array> = {};
  #applied: Record<string, Float64Array> = {};
  #faults: LaneFault[] = [];

  constructor(spec: WorldSpec) {
    this.#spec = spec;
  }

  get lanes(): number {
    return this.#lanes;
  }

  /** The control step of the last observation. */
  get step(): number {
    return this.#step;
  }

  /** Begins `first.lanes` lanes, none broken; copies their first observation and returns the copy. */
  reset(first: Batch): Batch {
    const observation: Record<string, Float64Array> = {};
    for (const channel of this.#spec.observation)
      observation[channel.name] = columnOf(first, channel).slice();
    this.#begin(first.lanes, 0, new Uint8Array(first.lanes), observation, {
      ...emptyBatch(this.#spec.action, first.lanes).columns,
    });
    return this.#batch(this.#observation);
  }

  /**
   * Opens a step. `runs[lane]` is 1 for the lanes to compute; `applied` is what to compute them with (a world that
   * clamps further may write into it).
   * @throws SimgateError before the first reset, or when the batch does not fit the world.
   */
  begin(actions: Batch): { readonly applied: Batch; readonly runs: Uint8Array } {
    this.requireReady();
    if (actions.lanes !== this.#lanes) {
      throw inputError(`world ${this.#spec.name}: the actions are for another number of lanes`, {
        expected: `${this.#lanes} lanes, as reset was given`,
        got: `${actions.lanes}`,
      });
    }
    this.#faults = [];
    for (let lane = 0; lane < this.#lanes; lane++) {
      this.#runs[lane] = this.#broken[lane] === 0 && isActive(actions, lane) ? 1 : 0;
    }
    for (const channel of this.#spec.action) this.#checkAction(channel, columnOf(actions, channel));
    for (const channel of this.#spec.action) this.#clip(channel, actions.columns[channel.name]!);
    return { applied: this.#batch(this.#applied), runs: this.#runs };
  }

  /** The lane broke while it was computed. The first fault of a lane is the one that counts. */
  fault(lane: number, kind: FaultKind, reason: string): void {
    if (this.#runs[lane] !== 1) return;
    this.#runs[lane] = 0;
    this.#broken[lane] = 1;
    this.#faults.push({ lane, step: this.#step, kind, reason });
  }

  /**
   * Computes lanes of the open step together: if that fails all of them break, and if it is aborted no lane can go on.
   * @throws SimgateError `aborted`
   */
  async compute(rows: Int32Array, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      if (thrown instanceof SimgateError && thrown.code === "aborted") {
        this.interrupt();
        throw thrown;
      }
      for (const lane of rows) this.fault(lane, "threw", messageOf(thrown));
    }
  }

  /** Closes the step: takes over the values of the lanes that ran and are good, and counts it. */
  settle(next: Batch, uncertainty?: Batch): Transition {
    for (const channel of this.#spec.observation) this.#checkObservation(channel, columnOf(next, channel));
    for (const { name, size } of this.#spec.observation) {
      const from = next.columns[name]!;
      const to = this.#observation[name]!;
      const runs = this.#runs;
      for (let lane = 0, i = 0; lane < runs.length; lane++, i += size) {
        if (runs[lane] !== 1) continue;
        for (let c = i; c < i + size; c++) to[c] = from[c]!;
      }
    }
    this.#step++;
    const transition = {
      observation: this.#batch(this.#observation),
      appliedAction: this.#batch(this.#applied),
      faults: this.#faults.sort((a, b) => a.lane - b.lane),
    };
    return uncertainty === undefined ? transition : { ...transition, uncertainty };
  }

  /**
   * Somebody changed a lane between two steps: takes over what it shows now.
   * @throws SimgateError `input` for a lane that is not there or is broken.
   */
  amend(lane: number, now: Batch): Batch {
    this.requireReady();
    if (!(lane >= 0 && lane < this.#lanes) || this.#broken[lane] === 1) {
      throw inputError(`world ${this.#spec.name} has no lane ${lane} that goes on`);
    }
    for (const { name, size } of this.#spec.observation) {
      this.#observation[name]!.set(columnSlice(now, name, lane, size), lane * size);
    }
    return this.#batch(this.#observation);
  }

  /** Lane `to` stands where lane `from` does, broken or not. */
  copyLane(from: number, to: number): Batch {
    this.requireReady();
    for (const lane of [from, to]) {
      if (!(lane >= 0 && lane < this.#lanes))
        throw inputError(`world ${this.#spec.name} has no lane ${lane}`);
    }
    this.#broken[to] = this.#broken[from]!;
    for (const [channels, columns] of [
      [this.#spec.observation, this.#observation],
      [this.#spec.action, this.#applied],
    ] as const) {
      for (const { name, size } of channels) {
        columns[name]!.copyWithin(to * size, from * size, (from + 1) * size);
      }
    }
    return this.#batch(this.#observation);
  }

  /** A step was given up half way: the lanes no longer stand at one time. */
  interrupt(): void {
    this.#ready = "interrupted";
  }

  /** @throws SimgateError where there is nothing to step or save. */
  requireReady(): void {
    if (this.#ready === "yes") return;
    throw this.#ready === "never"
      ? inputError(`world ${this.#spec.name} has not been reset`, { hint: "call reset(starts) first" })
      : runtimeError(`the last step of world ${this.#spec.name} was interrupted`, {
          hint: "call reset(starts) or restore(snapshot) first",
        });
  }

  save(): GuardState {
    this.requireReady();
    return {
      step: this.#step,
      broken: this.#broken.slice(),
      observation: copyColumns(this.#observation),
      applied: copyColumns(this.#applied),
    };
  }

  /** Continues from what {@link save} returned; the observation at that moment. */
  restore(state: GuardState): Batch {
    this.#begin(
      state.broken.length,
      state.step,
      state.broken.slice(),
      copyColumns(state.observation),
      copyColumns(state.applied),
    );
    return this.#batch(this.#observation);
  }

  #begin(
    lanes: number,
    step: number,
    broken: Uint8Array<ArrayBuffer>,
    observation: Record<string, Float64Array>,
    applied: Record<string, Float64Array>,
  ): void {
    this.#lanes = lanes;
    this.#step = step;
    this.#ready = "yes";
    this.#broken = broken;
    this.#runs = new Uint8Array(lanes);
    this.#observation = observation;
    this.#applied = applied;
    this.#faults = [];
  }

  #batch(columns: Record<string, Float64Array>): Batch {
    return { lanes: this.#lanes, step: this.#step, columns };
  }

  #checkAction(channel: ChannelSpec, column: Float64Array): void {
    for (let lane = 0, i = 0; lane < this.#lanes; lane++) {
      for (let c = 0; c < channel.size; c++, i++) {
        if (this.#runs[lane] === 1 && !Number.isFinite(column[i]!)) {
          this.fault(lane, "not-finite", `action ${componentName(channel, c)} is ${column[i]}`);
        }
      }
    }
  }

  #clip({ name, size, limits }: ChannelSpec, column: Float64Array): void {
    const [lower, upper] = limits ?? [-Infinity, Infinity];
    const applied = this.#applied[name]!;
    for (let lane = 0, i = 0; lane < this.#lanes; lane++) {
      for (let c = 0; c < size; c++, i++) {
        if (this.#runs[lane] === 1) applied[i] = Math.min(Math.max(column[i]!, lower), upper);
      }
    }
  }

  #checkObservation(channel: ChannelSpec, column: Float64Array): void {
    const [lower, upper] = channel.limits ?? [-Infinity, Infinity];
    for (let i = 0; i < column.length; i++) {
      const value = column[i]!;
      // Nearly always: the difference is 0 for finite values only.
      if (value - value === 0 && value >= lower && value <= upper) continue;
      const lane = Math.floor(i / channel.size);
      const name = componentName(channel, i - lane * channel.size);
      if (!Number.isFinite(value)) this.fault(lane, "not-finite", `${name} is ${value}`);
      else {
        const reason = `${name} = ${value} ${channel.unit} is outside [${lower}, ${upper}]`;
        this.fault(lane, "out-of-limits", reason);
      }
    }
  }
}

function columnSlice({ columns }: Batch, name: string, lane: number, size: number): Float64Array {
  return columns[name]!.subarray(lane * size, (lane + 1) * size);
}

function copyColumns(columns: Readonly<Record<string, Float64Array>>): Record<string, Float64Array> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.slice()]));
}
