import { relative } from "node:path";
import { Command } from "commander";
import type { ImportedLog } from "../api/import-log.ts";
import { jsonOption } from "./options.ts";
import { textTable } from "./text-table.ts";

interface Flags {
  readonly map: string;
  readonly scenario?: string;
  readonly out: string;
  readonly json?: true;
}

export function importCommand(): Command {
  return new Command("import")
    .description("turn CSV logs into MCAP recordings, with a mapping file that says what the columns are")
    .argument("<csv...>", "the logs")
    .requiredOption("--map <file>", "the mapping, map.yaml: column → channel, unit, sign, scale")
    .option("--scenario <name>", "the scenario whose channels they are (default: as the mapping has them)")
    .requiredOption("--out <path>", "MCAP file, or bag folder if it ends in /; the folder for several logs")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate import trial-1.csv trial-2.csv --map map.yaml --scenario double-pendulum --out recordings",
    )
    .action(async (csv: readonly string[], { json, ...flags }: Flags) => {
      const { importLog } = await import("../api/import-log.ts");
      const recordings = await importLog({ csv, ...flags });
      process.stdout.write(json ? `${JSON.stringify({ recordings })}\n` : summary(recordings));
    });
}

function summary(recordings: readonly ImportedLog[]): string {
  return [
    textTable(
      ["recording", "rows", "seconds", "rows dropped"],
      recordings.map(({ path, rows, durationSec, dropped }) => [
        relative(process.cwd(), path),
        String(rows),
        durationSec.toFixed(2),
        droppedText(dropped),
      ]),
    ),
    `channels: ${recordings[0]!.channels.join(", ")}\n`,
  ].join("");
}

function droppedText({ notFinite, nonIncreasingTime }: ImportedLog["dropped"]): string {
  const parts = [
    ...(notFinite === 0 ? [] : [`${notFinite} not finite`]),
    ...(nonIncreasingTime === 0 ? [] : [`${nonIncreasingTime} with a time that did not increase`]),
  ];
  return parts.length === 0 ? "0" : parts.join(", ");
}
