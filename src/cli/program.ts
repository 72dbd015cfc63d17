import { Command } from "commander";
import { SIMGATE_VERSION } from "../api/versions.ts";
import { calibrateCommand } from "./calibrate.ts";
import { compareCommand } from "./compare.ts";
import { bridgeCommand } from "./bridge.ts";
import { doctorCommand } from "./doctor.ts";
import { examCommand } from "./exam.ts";
import { fitCommand } from "./fit.ts";
import { importCommand } from "./import.ts";
import { initCommand } from "./init.ts";
import { inspectCommand } from "./inspect.ts";
import { replayCommand } from "./replay.ts";
import { runCommand } from "./run.ts";
import { serveCommand } from "./serve.ts";
import { statsCommand } from "./stats.ts";
import { verifyCommand } from "./verify.ts";
import { viewCommand } from "./view.ts";

/**
 * The `simgate` command line: one file a command, each with an example in its help. What a command needs is loaded when
 * it runs, so that help and usage errors come at once.
 */
export function createProgram(): Command {
  const program = new Command("simgate")
    .description("The exam a learned simulator sits before a policy may trust it.")
    .version(SIMGATE_VERSION)
    .showHelpAfterError("(--help shows how it is used)")
    .exitOverride();
  for (const create of [
    runCommand,
    bridgeCommand,
    examCommand,
    calibrateCommand,
    replayCommand,
    viewCommand,
    compareCommand,
    verifyCommand,
    inspectCommand,
    importCommand,
    fitCommand,
    initCommand,
    serveCommand,
    statsCommand,
    doctorCommand,
  ]) {
    program.addCommand(create().exitOverride());
  }
  program.addHelpText(
    "after",
    "\nStart here:\n  simgate exam cartpole --world ensemble\n  simgate run cartpole --world mujoco --policy lqr --start pole_angle=0.3\n" +
      "\nExit codes: 0 pass · 1 the gate says no · 2 bad input or usage · 3 insufficient evidence ·\n" +
      "            4 a world, policy or model failed · 70 a bug in simgate · 130 stopped by Ctrl-C",
  );
  return program;
}
