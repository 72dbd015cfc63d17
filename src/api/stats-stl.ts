import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { inputError, messageOf } from "../core/errors.ts";
import { parseFormula, plainSignals } from "../scenario/formula.ts";
import { robustness } from "../scenario/robustness.ts";

export interface StlMargins {
  readonly timesSec: readonly number[];
  /** Of the formula as if the trace began at that sample; in the signals' own units. */
  readonly margins: readonly number[];
}

/** Robustness of a formula at every sample of a CSV file with a `time` column (seconds) and one column a signal. */
export async function stlMargins(formula: string, csvPath: string): Promise<StlMargins> {
  const { times, signals } = await readSignals(csvPath);
  const parsed = parseFormula(formula, plainSignals(Object.keys(signals)), {
    scale: "none",
    units: "ignore",
    where: "formula",
  });
  const margins = robustness(parsed, signals, times);
  return { timesSec: Array.from(times), margins: Array.from(margins) };
}

async function readSignals(
  path: string,
): Promise<{ times: Float64Array; signals: Record<string, Float64Array> }> {
  let rows: string[][];
  try {
    rows = parse(await readFile(path), { skip_empty_lines: true, trim: true, bom: true });
  } catch (thrown) {
    throw inputError("the trace cannot be read", { where: path, got: messageOf(thrown) });
  }
  const [header = [], ...body] = rows;
  if (!header.includes("time")) {
    throw inputError("the trace has no column `time`", { where: path, got: `columns ${header.join(", ")}` });
  }
  if (body.length === 0) throw inputError("the trace has no rows", { where: path });
  const columns = header.map((name, column) =>
    Float64Array.from(body, (row, line) => {
      const value = row[column]?.trim() ?? "";
      const number = value === "" ? NaN : Number(value);
      if (Number.isFinite(number)) return number;
      throw inputError(`column "${name}" holds something that is not a number`, {
        where: `${path}:${line + 2}`,
        got: value === "" ? "nothing" : value,
      });
    }),
  );
  const times = columns[header.indexOf("time")]!;
  const back = times.findIndex((time, i) => i > 0 && time <= times[i - 1]!);
  if (back >= 0) {
    throw inputError("the column `time` must increase", {
      where: `${path}:${back + 2}`,
      got: `${times[back]} after ${times[back - 1]}`,
    });
  }
  return {
    times,
    signals: Object.fromEntries(header.flatMap((name, i) => (name === "time" ? [] : [[name, columns[i]!]]))),
  };
}
