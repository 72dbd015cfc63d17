import { Command } from "commander";
import type { Verification } from "../api/verify.ts";
import { EXIT } from "./exit-codes.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { jsonOption, positiveWhole, wholeNumber } from "./options.ts";
import { startProgress } from "./progress.ts";

interface Flags {
  readonly id?: string;
  readonly rerun?: number;
  readonly seed?: number;
  readonly scenario?: string;
  readonly workers?: number;
  readonly json?: true;
}

export function verifyCommand(): Command {
  return new Command("verify")
    .description("check an evidence folder: hashes, schemas, counts, traces, and rollouts run again")
    .argument("<evidence>", "evidence folder of exam or replay")
    .option("--id <sha256>", "the evidence id that exam printed: its manifest must be that one")
    .option("--rerun <n>", "run n rollouts again and compare every number", positiveWhole)
    .option("--seed <n>", "which rollouts are run again (default: 1)", wholeNumber)
    .option(
      "--scenario <path>",
      "where its scenario lies on this machine (default: the bundled one of its name)",
    )
    .option("--workers <n>", "worker threads (default: the machine's cores)", positiveWhole)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate verify evidence --rerun 20\n\n" +
        "Exit code 0: all holds, 1: something does not, 2: no evidence, or not the files to run it again with.",
    )
    .action(run);
}

async function run(folder: string, { json, ...flags }: Flags): Promise<void> {
  const { verify } = await import("../api/verify.ts");
  const progress = startProgress("rollouts", false);
  try {
    const found = await verify({
      folder,
      ...flags,
      signal: abortOnInterrupt(),
      onProgress: ({ done, rollouts }) => progress.update(done, rollouts),
    });
    progress.stop();
    process.stdout.write(json ? `${JSON.stringify(found)}\n` : verificationText(found));
    process.exitCode = found.holds ? EXIT.pass : EXIT.gateFails;
  } finally {
    progress.stop();
  }
}

const SIGNS = { holds: "✓", fails: "✗", skipped: "·" } as const;

function verificationText({ folder, of, id, holds, checks }: Verification): string {
  const lines = [
    `${holds ? "HOLDS" : "DOES NOT HOLD"}  ${of ?? "evidence"} in ${folder}`,
    `id ${id ?? "none"}`,
    "",
  ];
  for (const { check, status, detail, problems } of checks) {
    lines.push(`${SIGNS[status]} ${check}: ${status === "skipped" ? "not checked, " : ""}${detail}`);
    for (const { file, what, expected, got } of problems) {
      lines.push(`    ${file}: ${what}`);
      if (expected !== undefined) lines.push(`      expected: ${expected}`);
      if (got !== undefined) lines.push(`      got:      ${got}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
