import type { Batch, ChannelSpec } from "../core/channels.ts";
import type { HandOver } from "../core/hand-over.ts";
import type { Images } from "../core/picture.ts";
import type { EndReason, LaneFault, Start, Trace, TraceExtra } from "../core/trace.ts";
import type { WorldSpec } from "../world/world.ts";
import { ColumnLog } from "./column-log.ts";

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
  readonly #uncertainty: Record<string, ColumnLog> = {};
  readonly #latent: Record<string, ColumnLog> = {};
  /** One a step, where they are kept. */
  readonly #images: Images[] = [];
  readonly #handOvers: HandOver[] = [];
  readonly #steps: Uint32Array;
  readonly #ends: EndReason[];
  /** Steps recorded so far. */
  #rows = 0;
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

  begin(observation: Batch, { latent, images }: Pick<TapeExtras, "latent" | "images"> = {}): void {
    append(this.#observation, observation);
    if (latent !== undefined) appendAll(this.#latent, latent, 0);
    if (images !== undefined) this.#images.push(images);
  }

  /** Records one step. A lane that is not active keeps the length it had. */
  append(
    observation: Batch,
    requested: Batch,
    applied: Batch,
    active: Uint8Array,
    { uncertainty, latent, images, handOvers = [] }: TapeExtras = {},
  ): void {
    append(this.#observation, observation);
    append(this.#requested, requested);
    append(this.#applied, applied);
    if (uncertainty !== undefined) appendAll(this.#uncertainty, uncertainty, this.#rows);
    if (latent !== undefined) appendAll(this.#latent, latent, this.#rows + 1);
    if (images !== undefined) this.#images.push(images);
    this.#handOvers.push(...handOvers);
    this.#rows++;
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
    const handOvers = this.#handOvers.filter((one) => one.lane === lane);
    return {
      start: this.starts[lane]!,
      steps,
      controlPeriodSec: this.spec.controlPeriodSec,
      end: this.#ends[lane]!,
      observation: cut(this.spec.observation, this.#observation, lane, steps + 1),
      requestedAction: cut(this.spec.action, this.#requested, lane, steps),
      appliedAction: cut(this.spec.action, this.#applied, lane, steps),
      ...optional("uncertainty", this.#uncertainty, this.lanes, lane, steps),
      ...optional("latent", this.#latent, this.lanes, lane, steps + 1),
      ...(this.#images.length === 0 ? {} : { images: cutImages(this.#images, this.lanes, lane, steps + 1) }),
      ...(handOvers.length === 0 ? {} : { handOvers: handOvers.map(({ lane: _lane, ...rest }) => rest) }),
      ...(fault === undefined ? {} : { fault: { step: fault.step, kind: fault.kind, reason: fault.reason } }),
    };
  }

  traces(): Trace[] {
    return this.starts.map((_, lane) => this.trace(lane));
  }
}

/** What a step has besides, where the rollout was asked to keep it. */
export interface TapeExtras {
  readonly uncertainty?: Batch | undefined;
  readonly latent?: Batch | undefined;
  /** Not to be written again by whoever drew them: they are kept as they are. */
  readonly images?: Images | undefined;
  readonly handOvers?: readonly HandOver[] | undefined;
}

function emptyColumns(channels: readonly ChannelSpec[]): Record<string, ColumnLog> {
  return Object.fromEntries(channels.map((channel) => [channel.name, new ColumnLog()]));
}

function append(columns: Record<string, ColumnLog>, batch: Batch): void {
  for (const name in columns) columns[name]!.append(batch.columns[name]!);
}

/** All columns of the batch, of whatever width; what a channel did not have in the rows before is not a number. */
function appendAll(columns: Record<string, ColumnLog>, batch: Batch, row: number): void {
  for (const [name, column] of Object.entries(batch.columns)) {
    const log = (columns[name] ??= new ColumnLog());
    while (log.rows < row) log.append(new Float64Array(column.length).fill(NaN));
    log.append(column);
  }
}

function optional(
  key: Exclude<TraceExtra, "images">,
  columns: Record<string, ColumnLog>,
  lanes: number,
  lane: number,
  rows: number,
): Partial<Record<Exclude<TraceExtra, "images">, Record<string, Float64Array>>> {
  const names = Object.keys(columns);
  if (names.length === 0) return {};
  const part = names.map((name): [string, Float64Array] => {
    const log = columns[name]!;
    const size = log.width / lanes;
    const values = new Float64Array(rows * size).fill(NaN);
    values.set(log.cut(lane * size, size, Math.min(rows, log.rows)));
    return [name, values];
  });
  return { [key]: Object.fromEntries(part) };
}

/** One lane's part of the first `rows` steps. */
function cutImages(all: readonly Images[], lanes: number, lane: number, rows: number): Images {
  return Object.fromEntries(
    Object.entries(all[0]!).map(([name, first]): [string, Uint8Array] => {
      const size = first.length / lanes;
      const own = new Uint8Array(rows * size);
      for (let row = 0; row < rows; row++) {
        own.set(all[row]![name]!.subarray(lane * size, (lane + 1) * size), row * size);
      }
      return [name, own];
    }),
  );
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
