import { readFile } from "node:fs/promises";
import { didYouMean, inputError, messageOf, type SimgateError } from "../core/errors.ts";
import { openCsvTable } from "./csv-table.ts";

/** What was done in a session, one value a column and interval: from each frame to the next. */
export interface SessionActions {
  /** Also a recording, or the folder of a bag. */
  readonly file: string;
  /** Those of a recording that they come from. */
  readonly topics?: readonly string[];
  readonly rows: number;
  /** Column → frames − 1 values; NaN before the first row. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  /** Intervals in which the last action goes on, for no row is of them. */
  readonly held: number;
  /** Column → rows of a recording that have no finite number there. */
  readonly notFinite?: Readonly<Record<string, number>>;
}

export interface ActionsPlace {
  readonly file: string;
  /** The column that says when: a frame's number, or a time. */
  readonly when: { readonly frame: string } | { readonly time: string; readonly firstFrameSec: number };
  readonly periodSec: number;
  readonly frames: number;
}

interface Row {
  readonly where: string;
  readonly values: ReadonlyMap<string, number>;
}

/** A row that comes before a frame by no more than this is of that frame, s. */
const SLACK_SEC = 1e-6;

/**
 * The action in force from each frame to the next: the last row at or before it.
 * @throws SimgateError `input`, at the line, for what is no number, an order that goes back, or frames that are not there.
 */
export async function readSessionActions(place: ActionsPlace): Promise<SessionActions> {
  const { file, when, frames } = place;
  const key = "frame" in when ? when.frame : when.time;
  const rows: { readonly interval: number; readonly values: ReadonlyMap<string, number> }[] = [];
  let [names, last]: [readonly string[], number] = [[], -Infinity];
  for await (const { where, values } of rowsOf(file)) {
    const at = values.get(key);
    if (at === undefined) throw noColumn(where, key, [...values.keys()]);
    if (rows.length === 0) names = [...values.keys()];
    else if (values.size !== names.length || !names.every((name) => values.has(name))) {
      const got = [...values.keys()].join(", ");
      throw inputError("a row has other columns than the first", { where, expected: names.join(", "), got });
    }
    if (at <= last) {
      const expected = `more than ${last}, as in the row before`;
      throw inputError(`column "${key}" does not increase`, { where, expected, got: `${at}` });
    }
    last = at;
    rows.push({ interval: intervalOf(at, where, place), values });
  }
  if (rows.length === 0) throw inputError("there is no action in the file", { where: file });
  const intervals = Math.max(0, frames - 1);
  const columns = Object.fromEntries(
    names.filter((name) => name !== key).map((name) => [name, new Float64Array(intervals).fill(NaN)]),
  );
  let [row, held] = [-1, 0];
  for (let t = 0; t < intervals; t++) {
    while (row + 1 < rows.length && rows[row + 1]!.interval <= t) row++;
    if (row < 0) continue;
    if (rows[row]!.interval < t) held++;
    for (const [name, column] of Object.entries(columns)) column[t] = rows[row]!.values.get(name)!;
  }
  return { file, rows: rows.length, columns, held };
}

/** Flat rows of numbers: of a list each value has a column of its own, `move[0]`. */
async function* rowsOf(file: string): AsyncGenerator<Row> {
  if (/\.(jsonl|ndjson)$/i.test(file)) yield* jsonRows(file);
  else yield* csvRows(file);
}

async function* csvRows(file: string): AsyncGenerator<Row> {
  // The names are wanted, all of them: the header is read as a row.
  const table = await openCsvTable(file, { delimiter: ",", header: false, skipRows: 0 });
  let header: readonly string[] | undefined;
  for await (const { cells, line } of table.rows) {
    if (header === undefined) {
      header = cells.map((cell) => cell.trim());
      continue;
    }
    const where = `${file}:${line}`;
    const values = header.map((name, i): [string, number] => [name, numberOf(name, cells[i], where)]);
    yield { where, values: new Map(values) };
  }
}

async function* jsonRows(file: string): AsyncGenerator<Row> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw inputError("the actions cannot be read", { where: file, got: messageOf(cause), cause });
  });
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const where = `${file}:${i + 1}`;
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch (cause) {
      throw inputError("a line is no JSON", { where, got: messageOf(cause) });
    }
    if (typeof row !== "object" || row === null || Array.isArray(row)) {
      throw inputError("a line is no JSON object", { where, got: line.slice(0, 60) });
    }
    const values = Object.entries(row).flatMap(([name, value]): [string, number][] =>
      Array.isArray(value)
        ? value.map((one, k) => [`${name}[${k}]`, numberOf(`${name}[${k}]`, one, where)])
        : [[name, numberOf(name, value, where)]],
    );
    yield { where, values: new Map(values) };
  }
}

/** A key that is pressed is 1. */
function numberOf(name: string, value: unknown, where: string): number {
  if (value === true || value === "true") return 1;
  if (value === false || value === "false") return 0;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw inputError(`column "${name}" is not a finite number`, {
    where,
    expected: "a number, or true and false",
    got: value === undefined ? "no cell: the row is too short" : JSON.stringify(value),
  });
}

/** The interval that a row begins in; below 0: before the first frame. */
function intervalOf(at: number, where: string, { when, periodSec, frames }: ActionsPlace): number {
  if ("time" in when) return Math.floor((at - when.firstFrameSec + SLACK_SEC) / periodSec);
  if (Number.isInteger(at) && at >= 0 && at < frames) return at;
  throw inputError(`column "${when.frame}" names a frame that is not there`, {
    where,
    expected: `0 to ${frames - 1}`,
    got: `${at}`,
  });
}

function noColumn(where: string, key: string, names: readonly string[]): SimgateError {
  return inputError(`the actions have no column "${key}"`, {
    where,
    expected: "the column that actions.frame or actions.time of session.yaml names",
    hint: didYouMean(key, names),
  });
}
