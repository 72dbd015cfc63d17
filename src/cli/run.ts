import { Command, InvalidArgumentError } from "commander";
import { handOverText } from "../core/hand-over.ts";
import type { RunReport } from "../api/run.ts";
import { EXIT } from "./exit-codes.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { listenOptions, type ListenFlags, withListenOptions } from "./listen-options.ts";
import { jsonOption, wholeNumber } from "./options.ts";
import { sayLive, showViewer } from "./show-viewer.ts";

interface Flags extends ListenFlags {
  readonly world?: string;
  readonly policy: string;
  readonly start?: string;
  readonly seed?: number;
  readonly record?: string;
  readonly images?: true;
  readonly view?: true;
  readonly speed?: number;
  readonly json?: true;
}

export function runCommand(): Command {
  return withListenOptions(
    new Command("run")
      .description("roll one policy out in one world, once: outcome and margin")
      .argument("<scenario>", "name of a bundled scenario, or path of a manifest")
      .option(
        "--world <name>",
        "a world of the scenario, or the path of a model card (default: the scenario's truth)",
      )
      .requiredOption("--policy <name>", "a policy of the scenario, or the path of a policy card")
      .option(
        "--start <start>",
        "#n of the panel, or key=value,… (other dimensions at the middle of the box)",
      )
      .option("--seed <n>", "seed of the rollout (default: the start's)", wholeNumber)
      .option(
        "--record <path>",
        "write the rollout to an MCAP file, or to a bag folder if the path ends in /",
      )
      .option(
        "--images",
        "with --record or --view: the pictures of the scenario's image channels, too, as PNG",
      )
      .option("--view", "show it in the viewer while it happens, beside truth, and then until Ctrl-C")
      .option("--speed <n>", "with --view: simulated seconds a second (default: 1)", factor),
  )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate run cartpole --world ensemble --policy lqr --start pole_angle=0.4,cart_mass=1.5 --record out.mcap\n" +
        "  simgate run cartpole --world optimist --policy lqr --view --open",
    )
    .action(run);
}

async function run(scenario: string, { json, view, speed, ...flags }: Flags): Promise<void> {
  if (view === true) return runAndShow(scenario, flags, speed, json);
  const { runOne } = await import("../api/run.ts");
  const report = await runOne({ scenario, ...flags, signal: abortOnInterrupt() });
  for (const reason of report.recordingProblems) process.stderr.write(`recording: ${reason}\n`);
  process.stdout.write(json ? `${JSON.stringify(withoutProblems(report))}\n` : summary(report));
  process.exitCode = report.outcome === "fault" ? EXIT.runtimeFailure : EXIT.pass;
}

async function runAndShow(
  scenario: string,
  { open, ...flags }: Omit<Flags, "json" | "view" | "speed">,
  speed: number | undefined,
  json: true | undefined,
): Promise<void> {
  const signal = abortOnInterrupt({ saying: "closing the viewer" });
  const { runViewed } = await import("../api/view-run.ts");
  const { viewer, outcomes } = await runViewed({
    scenario,
    world: flags.world,
    policy: flags.policy,
    start: flags.start,
    seed: flags.seed,
    record: flags.record,
    images: flags.images,
    listen: listenOptions(flags),
    speed,
    signal,
    onReady: (viewer) => sayLive(viewer, open),
  });
  const lines = outcomes.map(
    ({ world, outcome, trace }) =>
      `${world}: ${outcome.kind}${outcome.margin === null ? "" : `, margin ${outcome.margin.toFixed(3)} tolerances`} after ${trace.steps} steps`,
  );
  process.stderr.write(`${lines.join("\n")}\n`);
  await showViewer(viewer, signal, { json });
}

function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1000)) throw new InvalidArgumentError("expected a number, more than 0");
  return value;
}

function withoutProblems({
  recordingProblems: _problems,
  ...report
}: RunReport): Omit<RunReport, "recordingProblems"> {
  return report;
}

const MOST_HAND_OVERS = 12;

function summary(report: RunReport): string {
  const { outcome, margin, steps, durationSec, end, fault, recorded } = report;
  const marginText = margin === null ? "" : `, margin ${margin.toFixed(3)} tolerances`;
  const lines = [
    `${outcome}${marginText} after ${steps} steps (${durationSec.toFixed(2)} s, ended by ${endText[end]})`,
  ];
  if (fault !== undefined) lines.push(`fault at step ${fault.step} (${fault.kind}): ${fault.reason}`);
  lines.push(...handOverLines(report));
  if (recorded !== undefined) lines.push(`recorded: ${recorded}`);
  return `${lines.join("\n")}\n`;
}

function handOverLines({ handOvers, steps, durationSec }: RunReport): string[] {
  if (handOvers === undefined) return [];
  const { list, stepsByPhysics } = handOvers;
  const share = steps === 0 ? 0 : (100 * stepsByPhysics) / steps;
  const periodSec = steps === 0 ? 0 : durationSec / steps;
  const count = list.length === 1 ? "1 hand-over" : `${list.length} hand-overs`;
  const more = list.length - MOST_HAND_OVERS;
  return [
    `${count}; physics made ${stepsByPhysics} of ${steps} steps (${share.toFixed(0)} %)`,
    ...list
      .slice(0, MOST_HAND_OVERS)
      .map((one) => `  ${(one.step * periodSec).toFixed(2)} s, step ${one.step}: ${handOverText(one)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

const endText = {
  horizon: "the horizon",
  ends: "the scenario's end condition",
  fault: "a fault",
  aborted: "Ctrl-C",
};
