import { Command, InvalidArgumentError } from "commander";
import { EXIT } from "./exit-codes.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { jsonOption, nameList, positiveWhole } from "./options.ts";
import { startProgress } from "./progress.ts";

interface Flags {
  readonly scenario: string;
  readonly world: string;
  readonly against?: readonly string[];
  readonly at?: readonly number[];
  readonly length?: number;
  readonly stride?: number;
  readonly workers?: number;
  readonly out?: string;
  readonly json?: true;
}

export function replayCommand(): Command {
  return new Command("replay")
    .description("run a world open loop against recordings: error growth, usable horizon, against baselines")
    .argument("<log...>", "MCAP recordings (simgate import makes them of CSV files)")
    .requiredOption("--scenario <name>", "name of a bundled scenario, or path of a manifest")
    .requiredOption("--world <name>", "a world of the scenario, or the path of a model card")
    .option("--against <names>", "further worlds on the same windows, separated by commas", nameList)
    .option("--at <seconds>", "times of the tables (default: 0.1,0.5,1)", numbers)
    .option(
      "--length <seconds>",
      "how long the world is left to run (default: the last time of the tables)",
      seconds,
    )
    .option("--stride <seconds>", "time between the beginnings of windows (default: 0.25)", seconds)
    .option("--workers <n>", "worker threads (default: the machine's cores)", positiveWhole)
    .option("--out <folder>", "evidence folder with report.html (default: none is written)")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate replay logs/*.mcap --scenario double-pendulum --world learned --against friction,ideal --out replay",
    )
    .action(run);
}

async function run(logs: readonly string[], flags: Flags): Promise<void> {
  const { scenario, world, against, at, length, stride, workers, out, json } = flags;
  const { replay } = await import("../api/replay.ts");
  const { replaySummary } = await import("./replay-summary.ts");
  const progress = startProgress("windows", false);
  try {
    const { result, folder, remarks } = await replay({
      logs,
      scenario,
      world,
      signal: abortOnInterrupt(),
      command: ["simgate", ...process.argv.slice(2)],
      onProgress: ({ done, rollouts }) => progress.update(done, rollouts),
      ...(against === undefined ? {} : { others: against }),
      ...(at === undefined ? {} : { atSec: at }),
      ...(length === undefined ? {} : { lengthSec: length }),
      ...(stride === undefined ? {} : { strideSec: stride }),
      ...(workers === undefined ? {} : { workers }),
      ...(out === undefined ? {} : { out }),
    });
    progress.stop();
    for (const remark of remarks) process.stderr.write(`${remark}\n`);
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : replaySummary(result, folder));
    process.exitCode = EXIT.pass;
  } finally {
    progress.stop();
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("expected seconds, more than 0");
  return value;
}

function numbers(text: string): number[] {
  return nameList(text).map(seconds);
}
