import { readFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import { inputError, messageOf } from "../core/errors.ts";
import { transferTable, transferTableOfRates } from "../exam/transfer-table.ts";
import type { TieRule } from "../metrics/mmrv.ts";
import type { PolicyCounts } from "../metrics/pairwise-decisions.ts";
import { type PolicyRate, transferOfRates, transferOfSample } from "../metrics/policy-transfer.ts";
import { binomialSample } from "../metrics/transfer-resampling.ts";
import type { TransferTable } from "../report/result.ts";

export interface TransferStatsOptions {
  readonly confidence?: number;
  readonly tieRule?: TieRule;
}

const SEED = 1n;
const COUNTS = ["truth_success", "truth_trials", "candidate_success", "candidate_trials"] as const;
const RATES = ["truth_rate", "candidate_rate"] as const;

/**
 * How success rates of policies carry over from candidate to truth, from a CSV with a column `policy` and either
 * counts (`truth_success,truth_trials,candidate_success,candidate_trials`) or, without intervals,
 * `truth_rate,candidate_rate`.
 */
export async function transferStats(
  csvPath: string,
  { confidence = 0.95, tieRule = "strict-greater" }: TransferStatsOptions = {},
): Promise<TransferTable> {
  const table = await readTable(csvPath);
  if ("counts" in table) {
    const { counts } = table;
    const found = transferOfSample(binomialSample(counts, { seed: SEED }), { confidence, tieRule });
    return transferTable(found, counts, {
      confidence,
      intervalsOver:
        "trials: every count is drawn anew from the binomial at its rate, truth and candidate independently; the policies stay as they are",
    });
  }
  return transferTableOfRates(transferOfRates(table.rates, { tieRule }), table.rates, {
    confidence,
    intervalsOver: "none: rates without numbers of trials say nothing about how sure they are",
  });
}

interface Row {
  readonly line: number;
  cell(name: string): string;
}

async function readTable(
  path: string,
): Promise<{ readonly counts: PolicyCounts[] } | { readonly rates: PolicyRate[] }> {
  const { header, rows } = await readRows(path);
  const has = (names: readonly string[]): boolean => names.every((name) => header.includes(name));
  const expected = `columns policy,${COUNTS.join(",")}, or policy,${RATES.join(",")}`;
  if (!header.includes("policy") || !(has(COUNTS) || has(RATES))) {
    throw inputError("the table lacks a column", {
      where: path,
      expected,
      got: `columns ${header.join(", ")}`,
    });
  }
  if (rows.length === 0)
    throw inputError("the table has no rows", { where: path, expected: "one row a policy" });
  const names = new Map<string, number>();
  for (const row of rows) {
    const name = row.cell("policy");
    const where = `${path}:${row.line}`;
    if (name === "") throw inputError("the policy has no name", { where });
    const before = names.get(name);
    if (before !== undefined) {
      throw inputError(`policy "${name}" is there twice`, {
        where,
        hint: `it is also in line ${before}: one row a policy`,
      });
    }
    names.set(name, row.line);
  }
  if (has(COUNTS)) {
    const world = (row: Row, name: "truth" | "candidate") => {
      const trials = number(
        path,
        row,
        `${name}_trials`,
        (n) => Number.isInteger(n) && n > 0,
        "a whole number of trials, 1 or more",
      );
      const successes = number(
        path,
        row,
        `${name}_success`,
        (k) => Number.isInteger(k) && k >= 0 && k <= trials,
        `a whole number of successes, 0 to ${trials}`,
      );
      return { successes, trials };
    };
    return {
      counts: rows.map((row) => ({
        policy: row.cell("policy"),
        truth: world(row, "truth"),
        candidate: world(row, "candidate"),
      })),
    };
  }
  const rate = (row: Row, name: string): number =>
    number(path, row, name, (value) => value >= 0 && value <= 1, "a rate, 0 to 1");
  return {
    rates: rows.map((row) => ({
      policy: row.cell("policy"),
      truth: rate(row, "truth_rate"),
      candidate: rate(row, "candidate_rate"),
    })),
  };
}

async function readRows(path: string): Promise<{ header: readonly string[]; rows: readonly Row[] }> {
  let lines: { record: string[]; info: { lines: number } }[];
  try {
    lines = parse(await readFile(path), {
      skip_empty_lines: true,
      trim: true,
      bom: true,
      info: true,
    }) as unknown as typeof lines;
  } catch (thrown) {
    throw inputError("the table cannot be read", { where: path, got: messageOf(thrown) });
  }
  const header = lines[0]?.record ?? [];
  const twice = header.find((name, i) => header.indexOf(name) !== i);
  if (twice !== undefined) throw inputError(`the table has two columns "${twice}"`, { where: path });
  return {
    header,
    rows: lines.slice(1).map(({ record, info }) => ({
      line: info.lines,
      cell: (name) => record[header.indexOf(name)]!,
    })),
  };
}

function number(
  path: string,
  row: Row,
  name: string,
  accepts: (value: number) => boolean,
  expected: string,
): number {
  const text = row.cell(name);
  const value = text === "" ? NaN : Number(text);
  if (accepts(value)) return value;
  throw inputError(`column "${name}" holds something else`, {
    where: `${path}:${row.line}`,
    expected,
    got: text === "" ? "nothing" : text,
  });
}
