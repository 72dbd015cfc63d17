import { relative } from "node:path";
import { Command } from "commander";
import type { Scaffold } from "../api/init-scenario.ts";
import { jsonOption } from "./options.ts";

export function initCommand(): Command {
  const init = new Command("init").description("begin a scenario or a model card from what is in a file");
  init.addCommand(scenarioCommand().exitOverride());
  init.addCommand(cardCommand().exitOverride());
  return init;
}

function scenarioCommand(): Command {
  return new Command("scenario")
    .description("a manifest from an MJCF or URDF file: it runs as it is, and marks what you should decide")
    .argument("<model.xml>", "MJCF or URDF file; it stays where it is")
    .requiredOption("--out <folder>", "where scenario.yaml goes; nothing is overwritten")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate init scenario robot.xml --out my-task\n  simgate run my-task/scenario.yaml --policy zero",
    )
    .action(async (model: string, { out, json }: { out: string; json?: true }) => {
      const { initScenario } = await import("../api/init-scenario.ts");
      const scaffold = await initScenario({ model, out });
      const file = relative(process.cwd(), scaffold.file);
      const next = `try it: simgate run ${file} --policy zero\n`;
      process.stdout.write(json ? `${JSON.stringify(scaffold)}\n` : `${summary(scaffold)}${next}`);
    });
}

function cardCommand(): Command {
  return new Command("card")
    .description("a model card from an ONNX file: tensors as they are, their meaning guessed and marked")
    .argument(
      "<model.onnx...>",
      "ONNX file with its weights inside; of a latent world its three: encode, step, decode",
    )
    .requiredOption("--scenario <name>", "the scenario whose channels it speaks")
    .requiredOption(
      "--out <card>",
      "*.world.yaml for a learned world, *.policy.yaml for a policy; nothing is overwritten",
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate init card model.onnx --scenario my-task/scenario.yaml --out my-task/model.world.yaml\n" +
        "  simgate init card encode.onnx step.onnx decode.onnx --scenario my-task/scenario.yaml --out my-task/dreamer.world.yaml",
    )
    .action(
      async (models: string[], { scenario, out, json }: { scenario: string; out: string; json?: true }) => {
        const { initCard } = await import("../api/init-card.ts");
        const scaffold = await initCard({ models, scenario, out });
        const next =
          scaffold.problem === undefined
            ? "as guessed it fits the scenario; whether it means what the model means is yours to check\n"
            : `it does not fit the scenario yet:\n${scaffold.problem}\n`;
        process.stdout.write(json ? `${JSON.stringify(scaffold)}\n` : `${summary(scaffold)}${next}`);
      },
    );
}

function summary({ file, decide }: Scaffold): string {
  const path = relative(process.cwd(), file);
  return [
    `written: ${path}\n`,
    `${decide.length} places to look at (each marked "# ← decide:"):\n`,
    ...decide.map(({ line, text }) => `  ${path}:${line}  ${text}\n`),
  ].join("");
}
