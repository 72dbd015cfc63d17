import { Command } from "commander";
import { SimgateError } from "../core/errors.ts";
import { EXIT } from "./exit-codes.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { jsonOption, nameList, positiveWhole } from "./options.ts";
import { startProgress } from "./progress.ts";

interface Flags {
  readonly truth?: string;
  readonly firstSeed?: number;
  readonly seeds?: number;
  readonly outerSeeds?: number;
  readonly truthSeeds?: number;
  readonly defect?: readonly string[];
  readonly severity?: readonly string[];
  readonly policy?: readonly string[];
  readonly starts?: number;
  readonly workers?: number;
  readonly out?: string;
  readonly json?: true;
}

export function calibrateCommand(): Command {
  return new Command("calibrate")
    .description("the exam of the exam: does it let truth pass, and notice defects planted in truth?")
    .argument("<scenario>", "name of a bundled scenario, or path of a manifest")
    .option("--truth <name>", "the world to examine and to plant defects in (default: the scenario's)")
    .option("--first-seed <n>", "seed of the first panel; the others follow it (default: 1)", positiveWhole)
    .option(
      "--seeds <n>",
      "panels that defects of middle severity are planted in (default: 40)",
      positiveWhole,
    )
    .option(
      "--outer-seeds <n>",
      "the same for low and high severity (default: a quarter of --seeds)",
      positiveWhole,
    )
    .option("--truth-seeds <n>", "panels that truth is examined in (default: 2.5 × --seeds)", positiveWhole)
    .option("--defect <kinds>", "defects, separated by commas (default: all)", nameList)
    .option("--severity <names>", "low, middle, high, separated by commas (default: all)", nameList)
    .option("--starts <n>", "starts a panel (default: 48)", positiveWhole)
    .option(
      "--policy <names>",
      "policies, separated by commas (default: the scenario's first, middle and last)",
      nameList,
    )
    .option(
      "--workers <n>",
      "worker threads (default: the machine's cores); never changes a result",
      positiveWhole,
    )
    .option("--out <folder>", "where the matrix goes (default: simgate-out/<scenario>-calibration)")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate calibrate cartpole --seeds 5 --severity middle --out calibration\n  open calibration/report.html\n\n" +
        "Exit code 0: the exam is sound on this scenario, 1: it misses something, and says what. Stopped with Ctrl-C, the\n" +
        "same command goes on where it was.",
    )
    .action(run);
}

async function run(scenario: string, flags: Flags): Promise<void> {
  const { truth, firstSeed, seeds, outerSeeds, truthSeeds, defect, severity, policy, starts, workers, json } =
    flags;
  const name = scenario
    .split(/[\\/]/)
    .filter((part) => part !== "" && part !== "scenario.yaml")
    .at(-1);
  const out = flags.out ?? `simgate-out/${name ?? "scenario"}-calibration`;
  const { calibrate } = await import("../api/calibrate.ts");
  const { calibrationSummary } = await import("./calibrate-summary.ts");
  const progress = startProgress("exams", false);
  try {
    const { result, folder } = await calibrate({
      scenario,
      out,
      signal: abortOnInterrupt(),
      onProgress: ({ done, exams }) => progress.update(done, exams),
      ...(truth === undefined ? {} : { truth }),
      ...(firstSeed === undefined ? {} : { firstSeed }),
      ...(seeds === undefined ? {} : { seeds }),
      ...(outerSeeds === undefined ? {} : { outerSeeds }),
      ...(truthSeeds === undefined ? {} : { truthSeeds }),
      ...(defect === undefined ? {} : { defects: defect }),
      ...(severity === undefined ? {} : { severities: severity }),
      ...(policy === undefined ? {} : { policies: policy }),
      ...(starts === undefined ? {} : { starts }),
      ...(workers === undefined ? {} : { workers }),
    });
    progress.stop();
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : calibrationSummary(result, folder!));
    process.exitCode = result.verdict.sound ? EXIT.pass : EXIT.gateFails;
  } catch (thrown) {
    progress.stop();
    if (thrown instanceof SimgateError && thrown.code === "aborted") {
      throw new SimgateError("aborted", thrown.what, {
        hint: "run the same command again: finished exams are kept and it goes on from there",
      });
    }
    throw thrown;
  }
}
