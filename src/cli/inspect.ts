import { Command } from "commander";
import { EXIT } from "./exit-codes.ts";
import { jsonOption } from "./options.ts";

export function inspectCommand(): Command {
  return new Command("inspect")
    .description("what is in a file or folder or behind an address, and what is wrong with it")
    .argument(
      "<path>",
      "ONNX file, model card, scenario, MCAP recording or bag, evidence folder, clip (frames or video), session (frames and actions), linear model, address of a world or policy server",
    )
    .option(
      "--scenario <name>",
      "check a card, a linear model, a recording, a clip or a server against this scenario",
    )
    .option("--probe <card>", "detector in ONNX that looks through a clip or a recording (docs/frames.md)")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  simgate inspect model.onnx\n  simgate inspect model.world.yaml --scenario cartpole\n" +
        "  simgate inspect trial.mcap --scenario double-pendulum\n" +
        "  simgate inspect clip/ --scenario tabletop-push --probe detector.yaml\n" +
        "  simgate inspect ws://127.0.0.1:9000 --scenario cartpole\n" +
        "  simgate inspect clip/            (PNG or JPEG frames; clip.yaml says which objects are in them)\n" +
        "  simgate inspect session/         (frames and actions; session.yaml says what the actions move)\n\nExit code 2 if something is wrong with it.",
    )
    .action(async (path: string, options: { scenario?: string; probe?: string; json?: true }) => {
      const { json, ...rest } = options;
      const { inspect } = await import("../api/inspect.ts");
      const { inspectionText } = await import("./inspect-text.ts");
      const inspection = await inspect({ path, ...rest });
      process.stdout.write(json ? `${JSON.stringify(inspection)}\n` : inspectionText(inspection));
      process.exitCode = inspection.problems.length === 0 ? EXIT.pass : EXIT.badInput;
    });
}
