import { Command } from "commander";
import type { EpisodeOutcome } from "../ros/bridge.ts";
import { EXIT } from "./exit-codes.ts";
import { abortOnInterrupt } from "./interrupt.ts";

const ECHO_MS = 2000;

export function bridgeCommand(): Command {
  return new Command("bridge")
    .description("host a world on ROS 2: to every other node it is a simulator")
    .argument("<config>", "bridge configuration (*.yaml)")
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      "after",
      "\nExample:\n  source /opt/ros/jazzy/setup.bash\n  simgate bridge configs/replace.yaml --ros-args -r __ns:=/left\n\n" +
        "What follows --ros-args is for ROS 2: remaps, parameters (-p \"start:='#3'\"), log level.",
    )
    .action((config: string) => bridge(config));
}

async function bridge(config: string): Promise<void> {
  const { runBridge } = await import("../api/bridge.ts");
  const from = process.argv.indexOf("--ros-args");
  await runBridge({
    config,
    rosArgs: from < 0 ? [] : process.argv.slice(from),
    signal: abortOnInterrupt({ echoMs: ECHO_MS }),
    log: (level, text) => process.stderr.write(`${level === "warn" ? "warning: " : ""}${text}\n`),
    onOutcome: (outcome) => process.stdout.write(`${line(outcome)}\n`),
  });
  process.exitCode = EXIT.pass;
}

function line({ epoch, start, steps, end, kind, margin }: EpisodeOutcome): string {
  const marginText = margin === null ? "" : `, margin ${margin.toFixed(3)} tolerances`;
  return `episode ${epoch} (start #${start}): ${kind}${marginText} after ${steps} steps (${end})`;
}
