/**
 * The assignment of rows to columns with the least total cost (Kuhn 1955; shortest augmenting paths with potentials,
 * Jonker & Volgenant 1987). `cost[row][column]`; Infinity forbids a pair. As many rows as possible are assigned, at
 * the least cost for that many.
 * @returns the column of each row, −1 for a row that is left over.
 */
export function hungarian(cost: readonly (readonly number[])[]): number[] {
  const rows = cost.length;
  const columns = cost[0]?.length ?? 0;
  if (columns === 0) return cost.map(() => -1);
  if (rows > columns) {
    const found = new Array<number>(rows).fill(-1);
    const flipped = Array.from({ length: columns }, (_, c) => cost.map((row) => row[c]!));
    hungarian(flipped).forEach((row, column) => {
      if (row >= 0) found[row] = column;
    });
    return found;
  }
  const forbidden = forbiddenCost(cost);
  const priced = (row: number, column: number): number => {
    const one = cost[row]![column]!;
    return one === Infinity ? forbidden : one;
  };

  // 1-based, 0 is the virtual column from which each augmenting path starts.
  const rowPotential = new Float64Array(rows + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  const previous = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    rowOf[0] = row;
    const least = new Float64Array(columns + 1).fill(Infinity);
    const used = new Uint8Array(columns + 1);
    let column = 0;
    do {
      used[column] = 1;
      const from = rowOf[column]!;
      let step = Infinity;
      let next = 0;
      for (let c = 1; c <= columns; c++) {
        if (used[c] === 1) continue;
        const reduced = priced(from - 1, c - 1) - rowPotential[from]! - columnPotential[c]!;
        if (reduced < least[c]!) {
          least[c] = reduced;
          previous[c] = column;
        }
        if (least[c]! < step) {
          step = least[c]!;
          next = c;
        }
      }
      for (let c = 0; c <= columns; c++) {
        if (used[c] === 1) {
          rowPotential[rowOf[c]!]! += step;
          columnPotential[c]! -= step;
        } else {
          least[c]! -= step;
        }
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      const from = previous[column]!;
      rowOf[column] = rowOf[from]!;
      column = from;
    }
  }
  const found = new Array<number>(rows).fill(-1);
  for (let c = 1; c <= columns; c++) {
    const row = rowOf[c]! - 1;
    if (row >= 0 && cost[row]![c - 1] !== Infinity) found[row] = c - 1;
  }
  return found;
}

/** So dear that no saving among the allowed pairs is worth one forbidden pair more. */
function forbiddenCost(cost: readonly (readonly number[])[]): number {
  let largest = 0;
  for (const row of cost)
    for (const one of row) if (one !== Infinity) largest = Math.max(largest, Math.abs(one));
  return 2 * (largest + 1) * (cost.length + 1);
}
