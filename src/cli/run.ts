import { Command } from "commander";
import type { RunReport } from "../api/run.ts";
import { EXIT } from "./exit-codes.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { jsonOption, wholeNumber } from "./options.ts";

interface Flags {
  readonly world?: string;
  readonly policy: string;
  readonly start?: string;
  readonly seed?: number;
  readonly record?: string;
  readonly json?: true;
}

export function runCommand(): Command {
  return new Command("run")
    .description("roll one policy out in one world, once: outcome and margin")
    .argument("<scenario>", "name of a bundled scenario, or path of a manifest")
    .option(
      "--world <name>",
      "a world of the scenario, or the path of a model card (default: the scenario's truth)",
    )
    .requiredOption("--policy <name>", "a policy of the scenario, or the path of a policy card")
    .option("--start <start>", "#n of the panel, or key=value,… (other dimensions at the middle of the box)")
    .option("--seed <n>", "seed of the rollout (default: the start's)", wholeNumber)
    .option("--record <path>", "write the rollout to an MCAP file, or to a bag folder if the path ends in /")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate run cartpole --world ensemble --policy lqr --start pole_angle=0.4,cart_mass=1.5 --record out.mcap",
    )
    .action(run);
}

async function run(scenario: string, { json, ...flags }: Flags): Promise<void> {
  const { runOne } = await import("../api/run.ts");
  const report = await runOne({ scenario, ...flags, signal: abortOnInterrupt() });
  for (const reason of report.recordingProblems) process.stderr.write(`recording: ${reason}\n`);
  process.stdout.write(json ? `${JSON.stringify(withoutProblems(report))}\n` : summary(report));
  process.exitCode = report.outcome === "fault" ? EXIT.runtimeFailure : EXIT.pass;
}

function withoutProblems({
  recordingProblems: _problems,
  ...report
}: RunReport): Omit<RunReport, "recordingProblems"> {
  return report;
}

function summary({ outcome, margin, steps, durationSec, end, fault, recorded }: RunReport): string {
  const marginText = margin === null ? "" : `, margin ${margin.toFixed(3)} tolerances`;
  const lines = [
    `${outcome}${marginText} after ${steps} steps (${durationSec.toFixed(2)} s, ended by ${endText[end]})`,
  ];
  if (fault !== undefined) lines.push(`fault at step ${fault.step} (${fault.kind}): ${fault.reason}`);
  if (recorded !== undefined) lines.push(`recorded: ${recorded}`);
  return `${lines.join("\n")}\n`;
}

const endText = {
  horizon: "the horizon",
  ends: "the scenario's end condition",
  fault: "a fault",
  aborted: "Ctrl-C",
};
