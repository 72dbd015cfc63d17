import { relative } from "node:path";
import { Command } from "commander";
import type { ImportedLog } from "../api/import-log.ts";
import { inputError } from "../core/errors.ts";
import type { ImportedSession } from "../record/import-session.ts";
import { isSession } from "../record/session-path.ts";
import { jsonOption } from "./options.ts";
import { textTable } from "./text-table.ts";

interface Flags {
  readonly map?: string;
  readonly scenario?: string;
  readonly out: string;
  readonly json?: true;
}

export function importCommand(): Command {
  return new Command("import")
    .description(
      "turn CSV logs into MCAP recordings, with a mapping file that says what the columns are; or a session (frames and actions)",
    )
    .argument("<log...>", "CSV files; or one folder with session.yaml, frames and actions")
    .option("--map <file>", "of CSV files, map.yaml: column → channel, unit, sign, scale")
    .option("--scenario <name>", "the scenario whose channels they are (default: as the mapping has them)")
    .requiredOption("--out <path>", "MCAP file, or bag folder if it ends in /; the folder for several logs")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate import trial-1.csv trial-2.csv --map map.yaml --scenario double-pendulum --out recordings\n" +
        "  simgate import session/ --out session.mcap",
    )
    .action(async (logs: readonly string[], { json, ...flags }: Flags) => {
      const [folder] = logs;
      if (folder !== undefined && isSession(folder)) {
        const session = await bringSession(logs, flags);
        process.stdout.write(json ? `${JSON.stringify({ sessions: [session] })}\n` : sessionSummary(session));
        return;
      }
      const { map, ...rest } = flags;
      if (map === undefined) {
        throw inputError("nothing says what the columns of the logs are", {
          where: "--map",
          expected: "a mapping file for CSV logs, or a folder with session.yaml",
          got: logs.join(", "),
        });
      }
      const { importLog } = await import("../api/import-log.ts");
      const recordings = await importLog({ csv: logs, map, ...rest });
      process.stdout.write(json ? `${JSON.stringify({ recordings })}\n` : summary(recordings));
    });
}

async function bringSession(
  folders: readonly string[],
  { map, scenario, out }: Flags,
): Promise<ImportedSession> {
  if (folders.length > 1) {
    throw inputError("one session at a time", { got: folders.join(", ") });
  }
  if (map !== undefined || scenario !== undefined) {
    throw inputError("a session says itself what its columns are", {
      where: map === undefined ? "--scenario" : "--map",
      expected: "session.yaml alone",
    });
  }
  const { importSession } = await import("../record/import-session.ts");
  return importSession({ folder: folders[0]!, outPath: out });
}

function sessionSummary({ path, frames, durationSec, channels }: ImportedSession): string {
  const where = relative(process.cwd(), path);
  return `${where}: ${frames} frames, ${durationSec.toFixed(2)} s; channels: ${channels.join(", ")}\n`;
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
