import { availableParallelism } from "node:os";
import { worldRef } from "../compose.ts";
import { inputError } from "../core/errors.ts";
import type { Trace } from "../core/trace.ts";
import type { WorldRef } from "../exam/contract.ts";
import { type RecordedWindow, scoreReplay } from "../exam/replay.ts";
import { CONTEXT_STEPS } from "../exam/windows.ts";
import { Fleet, type FleetProgress } from "../fleet/fleet.ts";
import type { RolloutJob } from "../fleet/job.ts";
import { openRunner } from "../fleet/open-runner.ts";
import { checkEvidenceFolder, writeReplayEvidence } from "../report/evidence.ts";
import type { ReplayResult } from "../report/replay-result.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { digestFiles } from "./files.ts";
import { openRecording, windowsOf } from "./recorded-windows.ts";
import { machine, packageVersions } from "./versions.ts";

export interface ReplayOptions {
  /** MCAP recordings with the scenario's channels. */
  readonly logs: readonly string[];
  readonly scenario: string;
  /** The world in question: of the scenario, or the path of a model card. */
  readonly world: string;
  /** Further worlds on the same windows. */
  readonly others?: readonly string[];
  /** How long a world is left to run; default: the last of `atSec`. */
  readonly lengthSec?: number;
  /** Time between the beginnings of windows. Default 0.25 s. */
  readonly strideSec?: number;
  /** Times of the tables. Default 0.1, 0.5 and 1 s. */
  readonly atSec?: readonly number[];
  readonly workers?: number;
  readonly out?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
  /** As typed, for the record. */
  readonly command?: readonly string[];
  /** Is shown what happens, while it happens. */
  readonly watch?: ReplayWatch;
}

/** What is going to be replayed. */
export interface ReplayPlan {
  readonly scenario: Scenario;
  /** The world in question, then the others. */
  readonly worlds: readonly WorldRef[];
  /** In order; a window's `recording` is its position here. */
  readonly recordings: readonly string[];
  readonly windows: readonly RecordedWindow[];
}

export interface ReplayWatch {
  /** Before the first rollout. */
  begins(plan: ReplayPlan): Promise<void>;
  /** Every job of rollouts that is done. */
  finished(job: RolloutJob, traces: readonly Trace[]): void;
}

export interface ReplayReport {
  readonly result: ReplayResult;
  readonly folder: string | undefined;
  /** What was wrong with the recordings, a line each: lost parts, repaired stamps. */
  readonly remarks: readonly string[];
}

const DEFAULT_AT_SEC = [0.1, 0.5, 1];
const DEFAULT_STRIDE_SEC = 0.25;

/**
 * Runs worlds open loop against recordings: from many moments of each, with the recorded commands, and compares what
 * they predict with what then happened.
 * @throws SimgateError `input` for recordings or worlds that do not fit the scenario.
 */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const startedAt = new Date();
  if (options.out !== undefined) await checkEvidenceFolder(options.out);
  const scenario = await loadScenario(options.scenario);
  const { atSec = DEFAULT_AT_SEC, strideSec = DEFAULT_STRIDE_SEC } = options;
  const lengthSec = options.lengthSec ?? Math.max(...atSec);
  checkTimes(scenario, atSec, lengthSec, strideSec);
  const names = [options.world, ...(options.others ?? []).filter((name) => name !== options.world)];
  const worlds = await Promise.all(names.map((name) => worldRef(scenario, name)));
  const baseline = scenario.baseline === undefined ? undefined : await worldRef(scenario, scenario.baseline);
  const recordings = await Promise.all(
    options.logs.map((file) => openRecording(file, scenario, strideSec, lengthSec)),
  );
  const windows = recordings.flatMap((recording, i) => windowsOf(recording, i, scenario, lengthSec));
  if (windows.length === 0) {
    throw inputError("no recording is long enough for one window", {
      expected: `at least ${lengthSec} s`,
      got: recordings.map(({ name, durationSec }) => `${name}: ${durationSec.toFixed(2)} s`).join(", "),
      hint: "shorten the windows with --length",
    });
  }

  const files = await digestFiles({
    scenario,
    worlds: [...worlds, ...(baseline === undefined ? [] : [baseline])],
    policies: [],
  });
  const { watch } = options;
  await watch?.begins({ scenario, worlds, recordings: recordings.map(({ name }) => name), windows });
  const workers = options.workers ?? availableParallelism();
  const runner = openRunner(workers);
  try {
    const fleet = new Fleet({
      scenario,
      runner,
      fingerprint: (request) => files.fingerprint(request),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      ...(watch && { onFinished: (job, traces) => watch.finished(job, traces) }),
    });
    const [own, ...others] = await scoreReplay({
      scenario,
      worlds,
      baseline,
      windows,
      traces: recordings.flatMap(({ segments }) => segments.map(({ trace }) => trace)),
      rollouts: fleet,
      reportAtSec: atSec,
      seed: BigInt(scenario.panel.seed),
    });
    const result: ReplayResult = {
      schema: "simgate/replay@1",
      scenario: {
        name: scenario.name,
        title: scenario.title,
        sha256: scenario.sha256,
      },
      recordings: recordings.map(({ name, sha256, group, durationSec }, i) => ({
        name,
        sha256,
        group,
        steps: Math.floor(durationSec / scenario.controlPeriodSec),
        durationSec,
        windows: windows.filter(({ recording }) => recording === i).length,
      })),
      windows: {
        count: windows.length,
        strideSec,
        lengthSec,
        contextSec: CONTEXT_STEPS * scenario.controlPeriodSec,
      },
      confidence: scenario.thresholds.confidence,
      reportAtSec: [...atSec],
      tolerances: Object.fromEntries(scenario.observation.map(({ name, tolerance }) => [name, tolerance])),
      ...own!,
      others,
    };
    const folder =
      options.out === undefined
        ? undefined
        : await writeReplayEvidence(options.out, {
            manifest: {
              kind: "replay",
              command: [...(options.command ?? [])],
              contract: {
                scenario: scenario.name,
                worlds: names,
                strideSec,
                lengthSec,
              },
              files: [
                ...files.files,
                ...recordings.map(({ name, sha256 }) => ({
                  role: "recording",
                  path: name,
                  sha256,
                })),
              ],
              versions: packageVersions(),
              machine: machine(),
            },
            result,
            run: {
              schema: "simgate/run@1",
              startedAt: startedAt.toISOString(),
              durationSec: (Date.now() - startedAt.getTime()) / 1000,
              workers,
              ...fleet.counts,
            },
          });
    return {
      result,
      folder,
      remarks: recordings.flatMap(({ remarks }) => remarks),
    };
  } finally {
    await runner.close();
  }
}

function checkTimes(
  { controlPeriodSec }: Scenario,
  atSec: readonly number[],
  lengthSec: number,
  strideSec: number,
): void {
  const bad = atSec.find((sec) => !(sec >= controlPeriodSec && sec <= lengthSec));
  if (bad !== undefined) {
    throw inputError("a time of the tables lies outside the windows", {
      where: "--at",
      expected: `${controlPeriodSec} … ${lengthSec} s`,
      got: `${bad} s`,
    });
  }
  if (!(strideSec > 0))
    throw inputError("windows need a stride", {
      where: "--stride",
      expected: "more than 0 s",
      got: `${strideSec} s`,
    });
}
