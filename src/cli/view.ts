import { Command } from "commander";
import { abortOnInterrupt } from "./interrupt.ts";
import { listenOptions, type ListenFlags, withListenOptions } from "./listen-options.ts";
import { jsonOption } from "./options.ts";
import { showViewer } from "./show-viewer.ts";

interface Flags extends ListenFlags {
  readonly scenario?: string;
  readonly json?: true;
}

export function viewCommand(): Command {
  return withListenOptions(
    new Command("view")
      .description("serve the viewer: truth beside the candidate, in scene, time and numbers")
      .argument(
        "[target...]",
        "evidence folder, MCAP file, or the address ws://host:port of a running server (default: the newest evidence below simgate-out); several evidence folders of one contract: their candidates side by side",
      )
      .option("--scenario <path>", "where the scenario lies, if it is not a bundled one"),
  )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate exam cartpole --world optimist --out evidence\n  simgate view evidence --open\n  simgate view simgate-out/cartpole-ensemble simgate-out/cartpole-gru\n  simgate view ws://robot:8765\n\n" +
        "Lichtblick and Foxglove connect to the same port with their Foxglove WebSocket source.",
    )
    .action(run);
}

async function run(targets: readonly string[], { scenario, json, open, ...flags }: Flags): Promise<void> {
  const signal = abortOnInterrupt({ saying: "closing the viewer" });
  const { view } = await import("../api/view.ts");
  const viewer = await view({
    ...listenOptions(flags),
    targets,
    ...(scenario === undefined ? {} : { scenario }),
  });
  await showViewer(viewer, signal, { json, open });
}
