#!/usr/bin/env node
import { CommanderError } from "commander";
import { SimgateError } from "../core/errors.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { createProgram } from "./program.ts";

// `simgate … | head`: whoever read has gone, and what is being done goes on.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await createProgram().parseAsync();
} catch (thrown) {
  process.exitCode = report(thrown);
}

/** Says what went wrong on stderr (and as JSON on stdout where the command was asked for JSON). */
function report(thrown: unknown): ExitCode {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.pass : EXIT.badInput;
  if (!(thrown instanceof SimgateError)) {
    process.stderr.write(`simgate: a bug in simgate itself. Please report it with this trace:\n`);
    process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
    return EXIT.bug;
  }
  process.stderr.write(`simgate: ${thrown.message}\n`);
  if (process.argv.includes("--json")) {
    const { cause: _cause, ...details } = thrown.details;
    process.stdout.write(
      `${JSON.stringify({ error: { code: thrown.code, what: thrown.what, ...details } })}\n`,
    );
  }
  const codes = {
    input: EXIT.badInput,
    runtime: EXIT.runtimeFailure,
    aborted: EXIT.interrupted,
    bug: EXIT.bug,
  };
  return codes[thrown.code];
}
