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
  readonly #observation: Record<string, ColumnLog>;
  readonly #requested: Record<string, ColumnLog>;
  readonly #applied: Record<string, ColumnLog>;
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

/** Rows allocated at once: few enough to waste little, enough to spare the garbage collector. */
const ROWS_PER_BLOCK = 32;

/** The columns of one channel over time, in blocks of rows. */
class ColumnLog {
  readonly #blocks: Float64Array[] = [];
  #rows = 0;
  #width = 0;

  append(column: Float64Array): void {
    this.#width = column.length;
    const row = this.#rows++ % ROWS_PER_BLOCK;
    if (row === 0) this.#blocks.push(new Float64Array(ROWS_PER_BLOCK * this.#width));
    this.#blocks.at(-1)!.set(column, row * this.#width);
  }

  /** `size` values from `offset` on, of each of the first `rows` columns. */
  cut(offset: number, size: number, rows: number): Float64Array {
    const values = new Float64Array(rows * size);
    for (let row = 0; row < rows; row++) {
      const block = this.#blocks[Math.floor(row / ROWS_PER_BLOCK)]!;
      const from = (row % ROWS_PER_BLOCK) * this.#width + offset;
      for (let i = 0; i < size; i++) values[row * size + i] = block[from + i]!;
    }
    return values;
  }
}

function emptyColumns(channels: readonly ChannelSpec[]): Record<string, ColumnLog> {
  return Object.fromEntries(channels.map((channel) => [channel.name, new ColumnLog()]));
}

function append(columns: Record<string, ColumnLog>, batch: Batch): void {
  for (const name in columns) columns[name]!.append(batch.columns[name]!);
}

function cut(
  channels: readonly ChannelSpec[],
  columns: Record<string, ColumnLog>,
  lane: number,
  rows: number,
): Record<string, Float64Array> {
  return Object.fromEntries(
    channels.map(({ name, size }) => [name, columns[name]!.cut(lane * size, size, rows)]),
  );
}
