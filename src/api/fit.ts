import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import { inputError, messageOf } from "../core/errors.ts";
import type { Trace } from "../core/trace.ts";
import type { FleetProgress } from "../fleet/fleet.ts";
import { loadScenario } from "../scenario/load.ts";
import { fitLinear } from "../world/linear-fit.ts";
import { linearModelDocument, linearModelText, type LinearModel } from "../world/linear-model.ts";
import { recordedTraces } from "./fit-recordings.ts";
import { rolloutTraces } from "./fit-rollouts.ts";

export interface FitOptions {
  /** Name of a bundled scenario, or path of a manifest. Files that its worlds name need not be there yet. */
  readonly scenario: string;
  /** Where the model goes (JSON); absent: nothing is written. */
  readonly out?: string;
  /** The world that is rolled out; default: the scenario's truth. */
  readonly from?: string;
  /** MCAP recordings to fit on instead of rollouts. */
  readonly logs?: readonly string[];
  /** Number of starts. Default 128. */
  readonly starts?: number;
  /** Seed of the starts; must not be the exam's. Default: the exam's plus 1000. */
  readonly seed?: number;
  /** Default: all of the scenario's. */
  readonly policies?: readonly string[];
  /** Penalty on the squared weights. Default 1e-6. */
  readonly ridge?: number;
  /** Default: the machine's cores. Never changes the model. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
}

export interface FitReport {
  readonly model: LinearModel;
  /** Absolute path of the model, if it was written. */
  readonly file: string | undefined;
  /** What was wrong with the recordings or rollouts, a line each. */
  readonly remarks: readonly string[];
}

/** What a fit learns from. */
export interface FitData {
  readonly traces: readonly Trace[];
  readonly description: string;
  readonly files: LinearModel["fittedOn"]["files"];
  readonly remarks: readonly string[];
}

/**
 * Fits the linear world, the baseline that every learned one must beat: from rollouts of a world on starts that are not
 * the exam's, or from recordings. The same options give the same bytes.
 * @throws SimgateError `input` for what does not fit the scenario, or if `out` holds something else.
 */
export async function fit(options: FitOptions): Promise<FitReport> {
  const file = options.out === undefined ? undefined : resolve(options.out);
  if (file !== undefined) await checkTarget(file);
  const scenario = await loadScenario(options.scenario, { missingFiles: "allow" });
  const data =
    options.logs === undefined
      ? await rolloutTraces(scenario, { ...options, workers: options.workers ?? availableParallelism() })
      : await recordedTraces(scenario, options.logs);
  const model = fitLinear(data.traces, scenario, {
    description: data.description,
    files: data.files,
    ...(options.ridge === undefined ? {} : { ridge: options.ridge }),
  });
  if (file !== undefined) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, linearModelText(model));
  }
  return { model, file, remarks: data.remarks };
}

/** An older linear model may be replaced, nothing else. */
async function checkTarget(file: string): Promise<void> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return;
    throw inputError("the model cannot be written here", { where: file, got: messageOf(cause), cause });
  }
  try {
    linearModelDocument(text, file);
  } catch (cause) {
    throw inputError("this file is not a linear model, so it is not replaced", {
      where: file,
      hint: "name another file with --out",
      cause,
    });
  }
}
