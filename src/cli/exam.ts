import { Command, InvalidArgumentError } from "commander";
import { didYouMean, SimgateError } from "../core/errors.ts";
import { OPTIONAL_PARTS, type OptionalPart } from "../exam/contract.ts";
import type { ExamOptions, ExamReport } from "../api/exam.ts";
import type { ListenOptions } from "../api/view.ts";
import type { ViewedExam } from "../api/view-exam.ts";
import { EXIT } from "./exit-codes.ts";
import { abortOnInterrupt, KEPT } from "./interrupt.ts";
import { listenOptions, type ListenFlags, withListenOptions } from "./listen-options.ts";
import { jsonOption, nameList, positiveWhole, wholeNumber } from "./options.ts";
import { startProgress } from "./progress.ts";
import { keepViewer, sayLive } from "./show-viewer.ts";

interface Flags extends ListenFlags {
  readonly view?: true;
  readonly world: string;
  readonly truth?: string;
  readonly policy?: readonly string[];
  readonly starts?: number;
  readonly seed?: number;
  readonly untilDecided?: true;
  readonly without?: readonly OptionalPart[];
  readonly workers?: number;
  readonly out?: string;
  readonly json?: true;
}

export function examCommand(): Command {
  return withListenOptions(
    new Command("exam")
      .description("examine a world model: verdict, evidence folder, exit code for CI")
      .argument("<scenario>", "name of a bundled scenario, or path of a manifest")
      .requiredOption("--world <name>", "the candidate: a world of the scenario, or the path of a model card")
      .option("--truth <name>", "the world taken as reference (default: the scenario's)")
      .option("--policy <names>", "policies, separated by commas (default: all of the scenario's)", nameList)
      .option("--starts <n>", "number of starts (default: the scenario's)", positiveWhole)
      .option("--seed <n>", "seed of the panel (default: the scenario's)", wholeNumber)
      .option(
        "--workers <n>",
        "worker threads (default: the machine's cores); never changes a result",
        positiveWhole,
      )
      .option(
        "--until-decided",
        "stop taking starts once truth has decided which of every two policies is better",
      )
      .option("--without <parts>", `parts to leave out: ${OPTIONAL_PARTS.join(", ")}`, partList)
      .option("--out <folder>", "evidence folder (default: simgate-out/<scenario>-<world>)")
      .option(
        "--view",
        "show it in the viewer: progress, finished pairs, and then the evidence until Ctrl-C",
      ),
  )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate exam cartpole --world ensemble --out evidence\n  open evidence/report.html\n\n" +
        "Exit code 0: pass, 1: fail, 3: insufficient evidence. Stopped with Ctrl-C, the same command goes on where it was.",
    )
    .action(run);
}

async function run(scenario: string, { json, view, open, ...flags }: Flags): Promise<void> {
  const { world, truth, policy, starts, seed, untilDecided, without, workers } = flags;
  const out = flags.out ?? `simgate-out/${baseName(scenario)}-${baseName(world)}`;
  const { examSummary } = await import("./exam-summary.ts");
  const progress = startProgress("rollouts", false);
  let ended = false;
  const signal = abortOnInterrupt({ saying: () => (ended ? "closing the viewer" : KEPT) });
  const asked: ExamOptions & { readonly out: string } = {
    scenario,
    world,
    out,
    signal,
    command: ["simgate", ...process.argv.slice(2)],
    onProgress: ({ done, rollouts }) => progress.update(done, rollouts),
    ...(truth === undefined ? {} : { truth }),
    ...(policy === undefined ? {} : { policies: policy }),
    ...(starts === undefined ? {} : { starts }),
    ...(seed === undefined ? {} : { seed }),
    ...(untilDecided === undefined ? {} : { untilDecided }),
    ...(without === undefined ? {} : { without }),
    ...(workers === undefined ? {} : { workers }),
  };
  try {
    const { result, folder, evidenceId, viewer } = await (view === true
      ? watched(asked, listenOptions(flags), open)
      : unwatched(asked));
    ended = true;
    progress.stop();
    process.stdout.write(
      json ? `${JSON.stringify(result)}\n` : `${examSummary(result, folder!)}evidence id: ${evidenceId!}\n`,
    );
    process.exitCode = { pass: EXIT.pass, fail: EXIT.gateFails, insufficient: EXIT.insufficient }[
      result.verdict.status
    ];
    if (viewer !== undefined) await keepViewer(viewer, signal);
  } catch (thrown) {
    progress.stop();
    if (thrown instanceof SimgateError && thrown.code === "aborted") {
      throw new SimgateError("aborted", thrown.what, {
        hint: "run the same command again: finished rollouts are kept and it goes on from there",
      });
    }
    throw thrown;
  }
}

async function unwatched(options: ExamOptions): Promise<Partial<ViewedExam> & ExamReport> {
  const { exam } = await import("../api/exam.ts");
  return exam(options);
}

async function watched(
  options: ExamOptions & { readonly out: string },
  listen: ListenOptions,
  open: true | undefined,
): Promise<ViewedExam> {
  const { examViewed } = await import("../api/view-exam.ts");
  return examViewed({ ...options, listen, onReady: (viewer) => sayLive(viewer, open) });
}

function partList(text: string): OptionalPart[] {
  return nameList(text).map((name) => {
    const part = OPTIONAL_PARTS.find((one) => one === name);
    if (part === undefined) {
      throw new InvalidArgumentError(`there is no part "${name}"; ${didYouMean(name, OPTIONAL_PARTS)}`);
    }
    return part;
  });
}

/** `ensemble` for `models/ensemble.world.yaml`. */
function baseName(pathOrName: string): string {
  const last = pathOrName.split(/[\\/]/).at(-1)!;
  return last === "scenario.yaml"
    ? (pathOrName.split(/[\\/]/).at(-2) ?? "scenario")
    : last.replace(/\..*$/, "");
}
