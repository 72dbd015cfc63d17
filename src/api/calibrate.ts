import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { checkPolicy, openWorld, policyRef, worldRef } from "../compose.ts";
import { inputError, didYouMean, throwIfAborted } from "../core/errors.ts";
import { calibrate as runCalibration, type PlannedDefect } from "../exam/calibrate.ts";
import type { PolicyRef, WorldRef } from "../exam/contract.ts";
import { openRunner } from "../fleet/open-runner.ts";
import { type Calibration } from "../report/calibration-result.ts";
import { type Defect, type DefectKind, DEFECTS, SEVERITIES, type Severity } from "../scenario/defect.ts";
import { createJudge } from "../scenario/judge.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { DEFECT_MODELS } from "../world/defects/with-defect.ts";
import { FinishedExams } from "./calibrate-finished.ts";
import { calibrationRollouts } from "./calibrate-rollouts.ts";
import { checkCalibrationFolder, writeCalibration } from "./calibrate-evidence.ts";
import { digestFiles } from "./files.ts";

export interface CalibrateOptions {
  /** Name of a bundled scenario, or path of a manifest. */
  readonly scenario: string;
  /** Default: the scenario's. */
  readonly truth?: string;
  /** Of the first panel; the next have the seeds that follow. Default 1. Lets several machines share a calibration. */
  readonly firstSeed?: number;
  /** How many panels the defects of middle severity are planted in. Default {@link DEFAULT_SEEDS}. */
  readonly seeds?: number;
  /** The same for low and high severity; default: a quarter of them. */
  readonly outerSeeds?: number;
  /** How many panels truth is examined against itself in; default: two and a half times as many. */
  readonly truthSeeds?: number;
  /** Default: all nineteen. */
  readonly defects?: readonly string[];
  /** Default: all three. */
  readonly severities?: readonly string[];
  /** Starts a panel. Default {@link DEFAULT_STARTS}. */
  readonly starts?: number;
  /** Default: the first, the middle and the last of the scenario's. */
  readonly policies?: readonly string[];
  /** Default: the machine's cores. Never changes a result. */
  readonly workers?: number;
  /** Where calibration.json, matrix.csv and report.html go; absent: nothing is written. */
  readonly out?: string;
  /** Stops it; finished exams are kept beside `out`, and the same call goes on from there. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (exams: { readonly done: number; readonly exams: number }) => void;
}

export interface CalibrationReport {
  readonly result: Calibration;
  readonly folder: string | undefined;
}

export const DEFAULT_SEEDS = 40;
/** Few, but enough for a flawless axis to pass: the Wilson lower bound of 48 of 48 is 0.93. */
export const DEFAULT_STARTS = 48;

/**
 * The exam of the exam: examines truth against itself, and against itself with every known defect planted in it.
 * @throws SimgateError `input` for anything wrong with what was asked; `aborted` when stopped by the signal.
 */
export async function calibrate(options: CalibrateOptions): Promise<CalibrationReport> {
  const { out, signal, onProgress, starts = DEFAULT_STARTS } = options;
  const { firstSeed = 1, seeds = DEFAULT_SEEDS } = options;
  const { outerSeeds = Math.ceil(seeds / 4), truthSeeds = Math.ceil(2.5 * seeds) } = options;
  const panels = Math.max(seeds, outerSeeds, truthSeeds);
  if (out !== undefined) await checkCalibrationFolder(out);
  const kinds = chosen("defect", options.defects, DEFECTS);
  const severities = chosen("severity", options.severities, SEVERITIES);
  const scenario = await loadScenario(options.scenario);
  const truth = await worldRef(scenario, options.truth ?? scenario.truth);
  const twin: WorldRef = { ...truth, name: `${truth.name}-again` };
  const policies = await choosePolicies(scenario, options.policies);
  const defects = await planDefects(scenario, truth, kinds, severities);
  const files = await digestFiles({ scenario, worlds: [truth, twin], policies });
  const plan = {
    scenario,
    truth,
    twin,
    policies,
    starts,
    seeds: Array.from({ length: panels }, (_, i) => firstSeed + i),
    defectSeeds: { low: outerSeeds, middle: seeds, high: outerSeeds },
    defects,
  };
  const workers = options.workers ?? availableParallelism();
  const finished =
    out === undefined ? undefined : new FinishedExams(`${resolve(out)}.unfinished`, plan, files.files);
  const runner = openRunner(workers);
  try {
    const result = await runCalibration(plan, {
      rollouts: () =>
        calibrationRollouts({
          scenario,
          runner,
          fingerprint: (request) => files.fingerprint(request),
          ...(signal === undefined ? {} : { signal }),
        }),
      atOnce: workers,
      check: () => throwIfAborted(signal),
      ...(finished === undefined ? {} : { kept: finished }),
      ...(onProgress === undefined
        ? {}
        : { onExam: (done: number, exams: number) => onProgress({ done, exams }) }),
    });
    if (out === undefined) return { result, folder: undefined };
    const folder = await writeCalibration(out, result);
    await finished?.clear();
    return { result, folder };
  } finally {
    await runner.close();
  }
}

function chosen<T extends string>(
  what: string,
  asked: readonly string[] | undefined,
  known: readonly T[],
): T[] {
  if (asked === undefined) return [...known];
  return known
    .filter((one) => asked.includes(one))
    .concat(asked.filter((one) => !isOneOf(one, known)).map(unknown));
  function unknown(name: string): never {
    throw inputError(`there is no ${what} "${name}"`, { hint: didYouMean(name, known) });
  }
}

function isOneOf<T extends string>(name: string, known: readonly T[]): name is T {
  return (known as readonly string[]).includes(name);
}

async function choosePolicies(
  scenario: Scenario,
  asked: readonly string[] | undefined,
): Promise<readonly PolicyRef[]> {
  const all = Object.keys(scenario.policies);
  const names =
    asked ?? [...new Set([all.at(0), all.at(all.length >> 1), all.at(-1)])].flatMap((one) => one ?? []);
  if (names.length === 0) {
    throw inputError("a calibration needs at least one policy", {
      where: scenario.file,
      hint: "declare one under policies:, or name one with --policy",
    });
  }
  const policies = names.map((name) => policyRef(scenario, name));
  for (const policy of policies) await checkPolicy(scenario, policy);
  return policies;
}

/** Every defect at every severity, in words, and why it cannot be planted in this truth where it cannot. */
async function planDefects(
  scenario: Scenario,
  truth: WorldRef,
  kinds: readonly DefectKind[],
  severities: readonly Severity[],
): Promise<readonly PlannedDefect[]> {
  const world = await openWorld(scenario, truth);
  const site = { spec: world.spec, scenario, judge: createJudge(scenario) };
  try {
    return kinds.flatMap((kind) => {
      const model = DEFECT_MODELS[kind];
      const notApplicable = model.notApplicable?.(site) ?? null;
      return severities.map((severity): PlannedDefect & Defect => ({
        kind,
        severity,
        does: model.does,
        magnitude: model.describe(model.magnitude[severity]),
        meantFor: [...model.meantFor],
        notApplicable,
      }));
    });
  } finally {
    await world.close();
  }
}
