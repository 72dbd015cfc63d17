import { Command, InvalidArgumentError } from "commander";
import type { ReplayOptions, ReplayReport } from "../api/replay.ts";
import type { ListenOptions } from "../api/view.ts";
import type { ViewedReplay } from "../api/view-replay.ts";
import { EXIT } from "./exit-codes.ts";
import { abortOnInterrupt, KEPT } from "./interrupt.ts";
import { listenOptions, type ListenFlags, withListenOptions } from "./listen-options.ts";
import { jsonOption, nameList, positiveWhole } from "./options.ts";
import { startProgress } from "./progress.ts";
import { keepViewer, sayLive } from "./show-viewer.ts";

interface Flags extends ListenFlags {
  readonly view?: true;
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
  return withListenOptions(
    new Command("replay")
      .description(
        "run a world open loop against recordings: error growth, usable horizon, against baselines",
      )
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
      .option(
        "--view",
        "show it in the viewer: windows as they are finished, then the worst of them, until Ctrl-C",
      ),
  )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate replay logs/*.mcap --scenario double-pendulum --world learned --against friction,ideal --out replay",
    )
    .action(run);
}

async function run(logs: readonly string[], { json, view, open, ...flags }: Flags): Promise<void> {
  const { scenario, world, against, at, length, stride, workers, out } = flags;
  const { replaySummary } = await import("./replay-summary.ts");
  const progress = startProgress("windows", false);
  let ended = false;
  const signal = abortOnInterrupt({ saying: () => (ended ? "closing the viewer" : KEPT) });
  const asked: ReplayOptions = {
    logs,
    scenario,
    world,
    signal,
    command: ["simgate", ...process.argv.slice(2)],
    onProgress: ({ done, rollouts }) => progress.update(done, rollouts),
    ...(against === undefined ? {} : { others: against }),
    ...(at === undefined ? {} : { atSec: at }),
    ...(length === undefined ? {} : { lengthSec: length }),
    ...(stride === undefined ? {} : { strideSec: stride }),
    ...(workers === undefined ? {} : { workers }),
    ...(out === undefined ? {} : { out }),
  };
  try {
    const { result, folder, remarks, viewer } = await (view === true
      ? watched(asked, listenOptions(flags), open)
      : unwatched(asked));
    ended = true;
    progress.stop();
    for (const remark of remarks) process.stderr.write(`${remark}\n`);
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : replaySummary(result, folder));
    process.exitCode = EXIT.pass;
    if (viewer !== undefined) await keepViewer(viewer, signal);
  } finally {
    progress.stop();
  }
}

async function unwatched(options: ReplayOptions): Promise<Partial<ViewedReplay> & ReplayReport> {
  const { replay } = await import("../api/replay.ts");
  return replay(options);
}

async function watched(
  options: ReplayOptions,
  listen: ListenOptions,
  open: true | undefined,
): Promise<ViewedReplay> {
  const { replayViewed } = await import("../api/view-replay.ts");
  return replayViewed({ ...options, listen, onReady: (viewer) => sayLive(viewer, open) });
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("expected seconds, more than 0");
  return value;
}

function numbers(text: string): number[] {
  return nameList(text).map(seconds);
}
