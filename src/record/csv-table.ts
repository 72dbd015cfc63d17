import { createReadStream } from "node:fs";
import { parse } from "csv-parse";
import { didYouMean, inputError, messageOf, SimgateError } from "../core/errors.ts";
import type { ImportMap } from "./import-map.ts";

/** One row of the table, and the line of the file it ends on. */
export interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** A CSV file with its columns known. */
export interface CsvTable {
  /** Of a column by name, or by its number where the file has no header. */
  position(column: string): number;
  readonly rows: AsyncGenerator<CsvRow>;
}

/** @throws SimgateError `input` if the file cannot be read or holds nothing. */
export async function openCsvTable(csvPath: string, csv: ImportMap["csv"]): Promise<CsvTable> {
  const rows = readRows(csvPath, csv);
  let header: readonly string[] | undefined;
  let width = 0;
  const first = await rows.next();
  if (first.done === true) throw inputError("the CSV is empty", { where: csvPath });
  if (csv.header) header = first.value.cells.map((cell) => cell.trim());
  else width = first.value.cells.length;
  return {
    position(column) {
      const position = header === undefined ? Number(column) : header.indexOf(column);
      if (
        header === undefined ? Number.isInteger(position) && position >= 0 && position < width : position >= 0
      ) {
        return position;
      }
      throw inputError(`the CSV has no column "${column}"`, {
        where: csvPath,
        hint:
          header === undefined
            ? `the map says there is no header line: columns are 0 to ${width - 1}`
            : didYouMean(column, header),
      });
    },
    rows: header === undefined ? prepend(first.value, rows) : rows,
  };
}

async function* prepend(first: CsvRow, rest: AsyncGenerator<CsvRow>): AsyncGenerator<CsvRow> {
  yield first;
  yield* rest;
}

async function* readRows(csvPath: string, csv: ImportMap["csv"]): AsyncGenerator<CsvRow> {
  const parser = parse({
    delimiter: csv.delimiter,
    from_line: csv.skipRows + 1,
    ...(csv.comment === undefined ? {} : { comment: csv.comment }),
    bom: true,
    trim: true,
    skip_empty_lines: true,
    // A row cut off in the middle has empty cells, which notFinite decides about.
    relax_column_count: true,
    info: true,
  });
  const stream = createReadStream(csvPath);
  stream.on("error", (error) => parser.destroy(error));
  stream.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      yield { cells: record, line: info.lines };
    }
  } catch (cause) {
    if (cause instanceof SimgateError) throw cause;
    throw inputError("cannot read the CSV", { where: csvPath, got: messageOf(cause), cause });
  } finally {
    stream.destroy();
  }
}
