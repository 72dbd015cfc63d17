import { Command } from "commander";
import type { Check } from "../api/doctor.ts";
import { EXIT } from "./exit-codes.ts";
import { jsonOption } from "./options.ts";

export function doctorCommand(): Command {
  return new Command("doctor")
    .description(
      "what is on this machine: Node, ONNX, MuJoCo, ROS 2, Chromium, ffmpeg, Redis; and how to get the rest",
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExample:\n  simgate doctor\n\nExit code 2 if something simgate cannot do without is missing.",
    )
    .action(async ({ json }: { json?: true }) => {
      const { examineMachine } = await import("../api/doctor.ts");
      const checks = await examineMachine();
      process.stdout.write(json ? `${JSON.stringify({ checks })}\n` : checks.map(line).join(""));
      process.exitCode = checks.some(({ found, needed }) => needed && !found) ? EXIT.badInput : EXIT.pass;
    });
}

function line({ name, found, needed, detail, remedy }: Check): string {
  const mark = found ? "✓" : needed ? "✗" : "–";
  const first = `${mark} ${name.padEnd(22)} ${detail}\n`;
  return found || remedy === undefined ? first : `${first}${" ".repeat(25)}${remedy}\n`;
}
