import { relative } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { FitReport } from "../api/fit.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { jsonOption, nameList, positiveWhole, wholeNumber } from "./options.ts";
import { startProgress } from "./progress.ts";
import { textTable } from "./text-table.ts";

interface Flags {
  readonly out: string;
  readonly from?: string;
  readonly log?: readonly string[];
  readonly starts?: number;
  readonly seed?: number;
  readonly policy?: readonly string[];
  readonly ridge?: number;
  readonly workers?: number;
  readonly json?: true;
}

export function fitCommand(): Command {
  return new Command("fit")
    .description("fit the linear world, the baseline that every learned one must beat")
    .argument("<scenario>", "name of a bundled scenario, or path of a manifest")
    .requiredOption("--out <file>", "where the model goes (JSON); an older linear model there is replaced")
    .option("--from <name>", "the world it is fitted on (default: the scenario's truth)")
    .option("--log <files...>", "fit on these MCAP recordings instead of rollouts")
    .option("--starts <n>", "number of starts (default: 128)", positiveWhole)
    .option("--seed <n>", "seed of the starts; never the exam's (default: the exam's + 1000)", wholeNumber)
    .option("--policy <names>", "policies, separated by commas (default: all of the scenario's)", nameList)
    .option("--ridge <penalty>", "penalty on squared weights (default: 1e-6)", penalty)
    .option(
      "--workers <n>",
      "worker threads (default: the machine's cores); never changes the model",
      positiveWhole,
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  simgate fit cartpole --out models/linear.json\n" +
        "  simgate fit double-pendulum --log a.mcap b.mcap --out models/linear.json",
    )
    .action(run);
}

async function run(
  scenario: string,
  { json, log, policy, ...flags }: Flags,
  command: Command,
): Promise<void> {
  if (log !== undefined) {
    for (const name of ["from", "starts", "seed", "policy"]) {
      if (command.getOptionValue(name) !== undefined) {
        command.error(`error: --${name} is about rollouts and has no place beside --log`);
      }
    }
  }
  const { fit } = await import("../api/fit.ts");
  const progress = startProgress("rollouts", false);
  try {
    const report = await fit({
      scenario,
      ...flags,
      ...(log === undefined ? {} : { logs: log }),
      ...(policy === undefined ? {} : { policies: policy }),
      signal: abortOnInterrupt(),
      onProgress: ({ done, rollouts }) => progress.update(done, rollouts),
    });
    progress.stop();
    for (const remark of report.remarks) process.stderr.write(`${remark}\n`);
    process.stdout.write(json ? `${JSON.stringify(jsonOf(report))}\n` : summary(report));
  } finally {
    progress.stop();
  }
}

function jsonOf({ model, file }: FitReport): object {
  const { outputs, ridge, fittedOn } = model;
  return {
    file,
    ridge,
    fittedOn,
    oneStepError: Object.fromEntries(outputs.map(({ channel, residualStd }) => [channel, residualStd])),
  };
}

function summary({ model, file }: FitReport): string {
  const { scenario, fittedOn, ridge, outputs } = model;
  return [
    `linear world for ${scenario}: ${fittedOn.transitions} transitions of ${fittedOn.traces} traces, ridge ${ridge}\n`,
    `${fittedOn.description}\n\n`,
    textTable(
      ["channel", "one-step error (RMS, on these data)"],
      outputs.map(({ channel, residualStd }) => [channel, residualStd.toPrecision(3)]),
    ),
    `\nwritten: ${relative(process.cwd(), file!)}\n`,
  ].join("");
}

function penalty(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0) || !Number.isFinite(value))
    throw new InvalidArgumentError("expected a number, 0 or more");
  return value;
}
