import { Command, Option } from "commander";
import type { TieRule } from "../metrics/mmrv.ts";
import type { TransferTable } from "../report/result.ts";
import { jsonOption } from "./options.ts";
import { textTable } from "./text-table.ts";

/** What each statistic is, beside its name in `--json`. */
const MEANING = {
  mmrv: "mean maximum rank violation, in success rate",
  pearson: "Pearson correlation of the rates",
  spearman: "Spearman rank correlation",
  kendallTauB: "Kendall's tau-b",
  meanAbsoluteError: "mean |candidate - truth|, in success rate",
  pairwiseAgreement: "share of the pairs that truth decides and the candidate orders alike",
} as const;

export function transferCommand(): Command {
  return new Command("transfer")
    .description("how success rates of policies carry over from a candidate to truth")
    .argument(
      "<table.csv>",
      "columns policy,truth_success,truth_trials,candidate_success,candidate_trials, or policy,truth_rate,candidate_rate",
    )
    .addOption(
      new Option("--ties <rule>", "when MMRV counts an order as violated")
        .choices(["strict-greater", "sign"])
        .default("strict-greater"),
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate stats transfer table.csv --json\n\n" +
        "Intervals need numbers of trials. Truth and candidate are not interchangeable in MMRV.",
    )
    .action(async (path: string, { json, ties }: { json?: true; ties: TieRule }) => {
      const { transferStats } = await import("../api/stats-transfer.ts");
      const found = await transferStats(path, { tieRule: ties });
      process.stdout.write(json ? `${JSON.stringify(found)}\n` : asText(found));
    })
    .exitOverride();
}

function asText(found: TransferTable): string {
  const figure = (value: number): string => String(Number(value.toPrecision(4)));
  const statistics = Object.entries(MEANING).map(([name, meaning]) => {
    const key = name as keyof typeof MEANING;
    const value = found[key];
    const interval = found.intervals[key];
    return [
      name,
      typeof value === "number" ? figure(value) : "undefined",
      interval === null ? "" : `${figure(interval[0])} … ${figure(interval[1])}`,
      typeof value === "number" ? meaning : `${meaning}; ${value.undefined}`,
    ];
  });
  const rate = ({ rate: value, successes, trials }: TransferTable["policies"][number]["truth"]): string =>
    `${(100 * value).toFixed(1)} %${successes === null ? "" : ` (${successes}/${trials})`}`;
  const policies = found.policies.map(({ policy, truth, candidate, error, violation }) => [
    policy,
    rate(truth),
    rate(candidate),
    `${error > 0 ? "+" : ""}${(100 * error).toFixed(1)}`,
    (100 * violation).toFixed(1),
  ]);
  const better = ({ better: name, p }: TransferTable["pairs"][number]["truth"]): string =>
    `${name ?? "undecided"} (p ${p < 0.001 ? p.toExponential(0) : p.toFixed(3)})`;
  const pairs = found.pairs.map(({ first, second, truth, candidate, reproduced }) => [
    `${first} or ${second}`,
    better(truth),
    better(candidate),
    reproduced === null
      ? "truth decides nothing"
      : reproduced
        ? "same way round"
        : candidate.better === null
          ? "not reproduced"
          : "TURNED ROUND",
  ]);
  const level = Math.round(100 * found.confidence);
  return [
    textTable(["statistic", "value", `${level} % interval`, ""], statistics),
    `\nMMRV counts ties by the rule ${found.mmrvTieRule}. Intervals over ${found.intervalsOver}.\n\n`,
    textTable(["policy", "truth", "candidate", "error, points", "violation, points"], policies),
    pairs.length === 0 ? "" : "\n",
    pairs.length === 0 ? "" : textTable(["which is better", "truth", "candidate", ""], pairs),
  ].join("");
}
