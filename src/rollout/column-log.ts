/** Rows allocated at once: few enough to waste little, enough to spare the garbage collector. */
const ROWS_PER_BLOCK = 32;

/** The columns of one channel over time, in blocks of rows. */
export class ColumnLog {
  readonly #blocks: Float64Array[] = [];
  #rows = 0;
  #width = 0;

  append(column: Float64Array): void {
    this.#width = column.length;
    const row = this.#rows++ % ROWS_PER_BLOCK;
    if (row === 0) this.#blocks.push(new Float64Array(ROWS_PER_BLOCK * this.#width));
    this.#blocks.at(-1)!.set(column, row * this.#width);
  }

  get rows(): number {
    return this.#rows;
  }

  get width(): number {
    return this.#width;
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
