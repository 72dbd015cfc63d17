import type { Batch, ChannelSpec } from "../core/channels.ts";
import type { EndReason, LaneFault, Start, Trace } from "../core/trace.ts";
import type { WorldSpec } from "../world/world.ts";

/**
 * Every step of every lane of one rollout, kept the way it is produced: one column a channel and step. Appending is a
 * copy of whole columns; {@link Tape.trace} cuts one lane out.
 */
export class Tape {
  readonly starts: readonly Start[];
  readonly spec: WorldSpec;
  readonly #observation: Record<string, Float64Array[]>;
  readonly #requested: Record<string, Float64Array[]>;
  readonly #applied: Record<string, Float64Array[]>;
  readonly #steps: Uint32Array;
  readonly #ends: EndReason[];
  readonly #faults = new Map<number, LaneFault>();

  constructor(spec: WorldSpec, starts: readonly Start[]) {
    this.spec = spec;
    this.starts = starts;
    this.#observation = emptyColumns(spec.observation);
    this.#requested = emptyColumns(spec.action);
    this.#applied = emptyColumns(spec.action);
    this.#steps = new Uint32Array(starts.length);
    this.#ends = starts.map(() => "horizon");
  }

  get lanes(): number {
    return this.starts.length;
  }

  begin(observation: Batch): void {
    append(this.#observation, observation);
  }

  /** Records one step. A lane that is not active keeps the length it had. */
  append(observation: Batch, requested: Batch, applied: Batch, active: Uint8Array): void {
    append(this.#observation, observation);
    append(this.#requested, requested);
    append(this.#applied, applied);
    for (let lane = 0; lane < active.length; lane++) this.#steps[lane]! += active[lane]!;
  }

  /** Says why a lane stopped. The steps recorded so far are its trace. */
  end(lane: number, reason: EndReason): void {
    this.#ends[lane] = reason;
  }

  /** A lane broke in `fault.step`: that step is not part of its trace. */
  fault(fault: LaneFault): void {
    this.#ends[fault.lane] = "fault";
    this.#faults.set(fault.lane, fault);
  }

  faults(): readonly LaneFault[] {
    return [...this.#faults.values()].sort((a, b) => a.lane - b.lane);
  }

  trace(lane: number): Trace {
    const steps = this.#steps[lane]!;
    const fault = this.#faults.get(lane);
    return {
      start: this.starts[lane]!,
      steps,
      controlPeriodSec: this.spec.controlPeriodSec,
      end: this.#ends[lane]!,
      observation: cut(this.spec.observation, this.#observation, lane, steps + 1),
      requestedAction: cut(this.spec.action, this.#requested, lane, steps),
      appliedAction: cut(this.spec.action, this.#applied, lane, steps),
      ...(fault === undefined ? {} : { fault: { step: fault.step, kind: fault.kind, reason: fault.reason } }),
    };
  }

  traces(): Trace[] {
    return this.starts.map((_, lane) => this.trace(lane));
  }
}

function emptyColumns(channels: readonly ChannelSpec[]): Record<string, Float64Array[]> {
  return Object.fromEntries(channels.map((channel) => [channel.name, []]));
}

function append(columns: Record<string, Float64Array[]>, batch: Batch): void {
  for (const name in columns) columns[name]!.push(batch.columns[name]!.slice());
}

function cut(
  channels: readonly ChannelSpec[],
  columns: Record<string, Float64Array[]>,
  lane: number,
  rows: number,
): Record<string, Float64Array> {
  const result: Record<string, Float64Array> = {};
  for (const { name, size } of channels) {
    const values = new Float64Array(rows * size);
    const column = columns[name]!;
    for (let row = 0; row < rows; row++) {
      const from = column[row]!;
      for (let i = 0; i < size; i++) values[row * size + i] = from[lane * size + i]!;
    }
    result[name] = values;
  }
  return result;
}
