import { Command } from "commander";
import type { ComparedPair, Comparison } from "../report/comparison.ts";
import { comparisonTables } from "../report/comparison-tables.ts";
import { jsonOption } from "./options.ts";
import { textTable } from "./text-table.ts";

export function compareCommand(): Command {
  return new Command("compare")
    .description(
      "exams of one contract side by side: which candidate is better, which fails earlier, and in what",
    )
    .argument("<evidence...>", "evidence folders of exams, two or more")
    .option("--out <file>", "a page with the comparison, compare.html")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate compare simgate-out/cartpole-ensemble simgate-out/cartpole-gru --out compare.html\n\n" +
        "Exit code 2 if the exams are not of the same contract: the message says where they differ.",
    )
    .action(async (folders: readonly string[], { out, json }: { out?: string; json?: true }) => {
      const { compare } = await import("../api/compare.ts");
      const comparison = await compare({ folders, ...(out === undefined ? {} : { out }) });
      process.stdout.write(json ? `${JSON.stringify(comparison)}\n` : comparisonText(comparison));
      if (out !== undefined && json === undefined) process.stdout.write(`page: ${out}\n`);
    });
}

function comparisonText(comparison: Comparison): string {
  const { scenario, truth, policies, starts, pairs, pairConfidence, notes } = comparison;
  const tables = comparisonTables(comparison).map(
    ({ title, header, rows }) => `${title}\n${textTable(header, rows)}\n`,
  );
  const differences = textTable(
    ["pair", "task validity", "lasts longer, s", "verdict"],
    pairs.map((pair) => [
      `${pair.first} − ${pair.second}`,
      measureText(pair.validity, 3),
      measureText(pair.lasts, 2),
      pair.better === null ? "not decided" : `${pair.better} is better`,
    ]),
  );
  return [
    `${scenario.name}: stand-ins for ${truth}, ${policies.length} policies × ${starts} starts\n`,
    ...pairs.map(({ sentence }) => `${sentence}\n`),
    "\n",
    ...tables,
    `Differences, with ${Number((100 * pairConfidence).toFixed(2))}% intervals\n${differences}`,
    ...notes.map((note) => `note: ${note}\n`),
  ].join("");
}

function measureText(measure: ComparedPair["validity"], digits: number): string {
  if ("undefined" in measure) return "undefined";
  const [value, low, high] = [measure.value, ...(measure.interval ?? [])].map((one) => one.toFixed(digits));
  return low === undefined ? value! : `${value} [${low}, ${high}]`;
}
