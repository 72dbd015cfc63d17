import { setFlagsFromString } from "node:v8";
import { Command } from "commander";
import type { EpisodeOutcome } from "../ros/bridge.ts";
import { EXIT } from "./exit-codes.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { listenOptions, type ListenFlags, withListenOptions } from "./listen-options.ts";
import { sayLive } from "./show-viewer.ts";

const ECHO_MS = 2000;

export function bridgeCommand(): Command {
  return withListenOptions(
    new Command("bridge")
      .description("join ROS 2: host a world or a policy there, as the configuration says")
      .argument(
        "<config>",
        "bridge configuration (*.yaml), or the name of a bundled one: replace, simulator, beside, beside-bag, handover, policy, teleop",
      )
      .option("--view", "show it in the viewer while it runs: truth, candidate, and how far they are apart"),
  )
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      "after",
      "\nExample:\n  source /opt/ros/jazzy/setup.bash\n  simgate bridge replace --ros-args -r __ns:=/left -p world:=gru\n\n" +
        "What follows --ros-args is for ROS 2: remaps, log level, and parameters. Each number, text and switch of the\n" +
        "configuration is one, of the same name: -p sync.deadlineMs:=200 -p \"start:='#3'\".",
    )
    .action(bridge);
}

interface Flags extends ListenFlags {
  readonly view?: true;
}

async function bridge(config: string, { view, open, ...flags }: Flags): Promise<void> {
  // A node runs for days. V8 would let its nursery grow sixteenfold with every burst, in each thread; as it is, it is ample.
  setFlagsFromString("--semi-space-growth-factor=1");
  const { runBridge } = await import("../api/bridge.ts");
  const from = process.argv.indexOf("--ros-args");
  await runBridge({
    config,
    rosArgs: from < 0 ? [] : process.argv.slice(from),
    signal: abortOnInterrupt({ echoMs: ECHO_MS, saying: "shutting down" }),
    log: (level, text) => process.stderr.write(`${level === "warn" ? "warning: " : ""}${text}\n`),
    ...(view === undefined
      ? {}
      : { view: { listen: listenOptions(flags), onReady: (viewer) => sayLive(viewer, open) } }),
    onOutcome: (outcome) => process.stdout.write(`${line(outcome)}\n`),
  });
  process.exitCode = EXIT.pass;
}

function line({ epoch, start, steps, end, kind, margin }: EpisodeOutcome): string {
  const marginText = margin === null ? "" : `, margin ${margin.toFixed(3)} tolerances`;
  return `episode ${epoch} (start #${start}): ${kind}${marginText} after ${steps} steps (${end})`;
}
