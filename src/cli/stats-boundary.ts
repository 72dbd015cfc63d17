import { Command } from "commander";
import { jsonOption } from "./options.ts";
import { textTable } from "./text-table.ts";

/** What each measure is, beside its name in `--json`. */
const MEANING = {
  iou: "success in both ÷ success in either",
  falsePassRate: "P(candidate passes | truth fails)",
  falseDiscoveryRate: "P(truth fails | candidate passes)",
  falseFailRate: "P(candidate fails | truth passes)",
  mcc: "Matthews correlation",
  meanSymmetric: "mean distance between the boundaries",
  hausdorff: "largest distance",
  hausdorff95: "its 95 % quantile",
  bias: "displacement along rays, positive: optimistic",
  signAgreement: "share of margins with the same sign",
  spearman: "rank correlation of the margins",
} as const;

export function boundaryCommand(): Command {
  return new Command("boundary")
    .description("how far a candidate's boundary between success and failure lies from truth's")
    .argument(
      "<table.csv>",
      "columns truth,candidate (0 or 1) or truth_margin,candidate_margin, and one column a parameter",
    )
    .option("--scaled", "divide every parameter by its range, so that distances do not mix units")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate stats boundary table.csv --json\n\n" +
        "Distances need a full grid of parameters, and are in the table's own units unless --scaled.",
    )
    .action(async (path: string, { json, scaled }: { json?: true; scaled?: true }) => {
      const { boundaryStats } = await import("../api/stats-boundary.ts");
      const found = await boundaryStats(path, { scaled: scaled === true });
      if (json) {
        process.stdout.write(`${JSON.stringify(found)}\n`);
        return;
      }
      const figure = (value: number): string => String(Number(value.toPrecision(6)));
      const rows = Object.entries(MEANING).map(([name, meaning]) => {
        const key = name as keyof typeof MEANING;
        const value = found[key];
        const interval = found.intervals[key];
        return [
          name,
          value === null ? "undefined" : figure(value),
          interval === undefined ? "" : `${figure(interval[0])} … ${figure(interval[1])}`,
          value === null ? `${meaning}; ${found.undefined[key]}` : meaning,
        ];
      });
      process.stdout.write(
        textTable(
          ["", "truth passes", "truth fails"],
          [
            ["candidate passes", String(found.tp), String(found.fp)],
            ["candidate fails", String(found.fn), String(found.tn)],
          ],
        ) + `\n${textTable(["measure", "value", "95 % interval", ""], rows)}`,
      );
    })
    .exitOverride();
}
