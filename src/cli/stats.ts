import { Command } from "commander";
import { boundaryCommand } from "./stats-boundary.ts";
import { jsonOption } from "./options.ts";
import { transferCommand } from "./stats-transfer.ts";
import { textTable } from "./text-table.ts";

export function statsCommand(): Command {
  const stats = new Command("stats").description("the statistics alone, on a CSV from anywhere");
  stats.addCommand(
    new Command("stl")
      .description("margin of a signal temporal logic formula at every sample of a trace")
      .argument("<formula>", 'e.g. "always[0,1] (height > 0.2)"')
      .argument("<trace.csv>", "a column `time` in seconds, and one column a signal")
      .addOption(jsonOption())
      .addHelpText("after", '\nExample:\n  simgate stats stl "eventually[0,2] (a > 3 and b < 1)" trace.csv')
      .action(async (formula: string, path: string, { json }: { json?: true }) => {
        const { stlMargins } = await import("../api/stats-stl.ts");
        const result = await stlMargins(formula, path);
        process.stdout.write(
          json
            ? `${JSON.stringify(result)}\n`
            : textTable(
                ["time", "margin"],
                result.timesSec.map((time, i) => [String(time), String(result.margins[i]!)]),
              ),
        );
      })
      .exitOverride(),
  );
  stats.addCommand(boundaryCommand());
  stats.addCommand(transferCommand());
  return stats;
}
