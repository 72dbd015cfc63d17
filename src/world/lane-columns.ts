import type { Batch } from "../core/channels.ts";
import type { Start } from "../core/trace.ts";

type Columns = Readonly<Record<string, Float64Array>>;

/**
 * The values of every lane since a reset, for worlds that compute the next observation from the last one. They are the
 * world's own: what it returns is the guard's copy, which a caller may change.
 */
export class LaneColumns {
  readonly starts: readonly Start[];
  readonly lanes: number;
  /** The present observation. */
  readonly observation: Columns;
  /** The coming one: a copy of the present, to be overwritten for the lanes in `rows`. */
  readonly next: Columns;
  /** Scenario parameters, one value a lane. */
  readonly parameters: Columns;
  /** Lanes to be computed in this step, ascending. */
  rows = new Int32Array(0);
  readonly #rows: Int32Array<ArrayBuffer>;

  /** @param first not copied: give it away. */
  constructor(starts: readonly Start[], first: Columns, parameters: readonly string[]) {
    this.starts = starts;
    this.lanes = starts.length;
    this.observation = first;
    this.next = Object.fromEntries(Object.entries(first).map(([name, column]) => [name, column.slice()]));
    this.parameters = Object.fromEntries(
      parameters.map((name) => [name, Float64Array.from(starts, (start) => start.parameters[name] ?? NaN)]),
    );
    this.#rows = new Int32Array(this.lanes);
  }

  /** Opens a step for the lanes with `runs` 1. */
  open(runs: Uint8Array): void {
    let count = 0;
    for (let lane = 0; lane < this.lanes; lane++) if (runs[lane] === 1) this.#rows[count++] = lane;
    this.rows = this.#rows.subarray(0, count);
    setColumns(this.next, this.observation);
  }

  /** Takes over what the guard let pass. */
  take(observation: Batch): void {
    setColumns(this.observation, observation.columns);
  }

  showNext(step: number): Batch {
    return { lanes: this.lanes, step, columns: this.next };
  }

  show(step: number): Batch {
    return { lanes: this.lanes, step, columns: this.observation };
  }
}

function setColumns(into: Columns, from: Columns): void {
  for (const name in into) into[name]!.set(from[name]!);
}
