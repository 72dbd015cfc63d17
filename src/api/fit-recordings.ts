import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Trace } from "../core/trace.ts";
import { readTraceFile } from "../record/read-traces.ts";
import type { Scenario } from "../scenario/scenario.ts";
import type { FitData } from "./fit.ts";

/** Recordings on the scenario's control grid, to learn from; where they come from and their licence go into the model. */
export async function recordedTraces(scenario: Scenario, logs: readonly string[]): Promise<FitData> {
  const nominal = Object.fromEntries(scenario.parameters.map(({ name, nominal }) => [name, nominal]));
  const traces: Trace[] = [];
  const files: { file: string; sha256: string }[] = [];
  const remarks: string[] = [];
  const origins = new Set<string>();
  for (const log of logs) {
    const name = basename(log);
    const readings = await readTraceFile(log, scenario);
    for (const { trace } of readings) {
      const parameters = { ...nominal, ...trace.start.parameters };
      traces.push({ ...trace, start: { ...trace.start, parameters } });
    }
    const { file, sha256, origin, license } = readings[0]?.info?.about ?? {};
    if (origin !== undefined) origins.add(license === undefined ? origin : `${origin} (${license})`);
    // An import stands for the log it was made of, which others can get; the recording's own bytes name the scenario too.
    files.push(
      file !== undefined && sha256 !== undefined
        ? { file, sha256 }
        : { file: name, sha256: await hashOf(log) },
    );
    for (const { what, offset } of readings[0]?.losses ?? [])
      remarks.push(`${name}, byte ${offset}: ${what}`);
  }
  const from = origins.size === 0 ? "" : `, from ${[...origins].join("; ")}`;
  return {
    traces,
    description: `${logs.length} recording${logs.length === 1 ? "" : "s"}${from}`,
    files,
    remarks,
  };
}

async function hashOf(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}
