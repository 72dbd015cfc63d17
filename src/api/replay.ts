import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { worldRef } from "../compose.ts";
import { inputError } from "../core/errors.ts";
import type { Trace } from "../core/trace.ts";
import { type RecordedWindow, scoreReplay } from "../exam/replay.ts";
import { CONTEXT_STEPS, cutWindow } from "../exam/windows.ts";
import { Fleet, type FleetProgress } from "../fleet/fleet.ts";
import { openRunner } from "../fleet/open-runner.ts";
import { readRecording, type Recording } from "../record/read-recording.ts";
import { recordingToTrace } from "../record/recording-to-trace.ts";
import { checkEvidenceFolder, writeReplayEvidence } from "../report/evidence.ts";
import type { ReplayResult } from "../report/replay-result.ts";
import { loadScenario } from "../scenario/load.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { digestFiles } from "./files.ts";
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
  const workers = options.workers ?? availableParallelism();
  const runner = openRunner(workers);
  try {
    const fleet = new Fleet({
      scenario,
      runner,
      fingerprint: (request) => files.fingerprint(request),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
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

/** A stretch of a recording on the control grid: what was seen before a window, and the window. */
interface Segment {
  readonly trace: Trace;
  readonly contextSteps: number;
  /** Time of the window's beginning since the recording's first usable sample. */
  readonly atSec: number;
}

interface OpenedRecording {
  readonly name: string;
  readonly sha256: string;
  readonly group: string;
  readonly durationSec: number;
  readonly segments: readonly Segment[];
  readonly remarks: readonly string[];
}

async function openRecording(
  file: string,
  scenario: Scenario,
  strideSec: number,
  lengthSec: number,
): Promise<OpenedRecording> {
  const recording = await readRecording(file, { channels: scenario });
  const name = basename(file);
  const { controlPeriodSec } = scenario;
  const whole = recordingToTrace(recording, { controlPeriodSec });
  const durationSec = whole.trace.steps * controlPeriodSec;
  const steps = Math.round(lengthSec / controlPeriodSec);
  const segments = windowTimes(recording, whole.fromSec, durationSec, strideSec, lengthSec).map(
    (atSec): Segment => {
      const contextSteps = Math.min(
        CONTEXT_STEPS,
        Math.floor((atSec - whole.fromSec) / controlPeriodSec + 1e-9),
      );
      const { trace } = recordingToTrace(recording, {
        controlPeriodSec,
        fromSec: atSec - contextSteps * controlPeriodSec,
        toSec: atSec + (steps + 0.5) * controlPeriodSec,
        start: { parameters: parametersOf(scenario, recording) },
      });
      return { trace, contextSteps, atSec: atSec - whole.fromSec };
    },
  );
  return {
    name,
    sha256: createHash("sha256")
      .update(await readFile(file))
      .digest("hex"),
    group: name.replace(/\.mcap$/, "").replace(/[-_]?\d+$/, ""),
    durationSec,
    segments,
    remarks: recording.losses.map(({ what, offset }) => `${name}, byte ${offset}: ${what}`),
  };
}

/** Moments at which the recording has a sample, one every stride: no interpolation at the beginning of a window. */
function windowTimes(
  { observation }: Recording,
  fromSec: number,
  durationSec: number,
  strideSec: number,
  lengthSec: number,
): number[] {
  const { timesSec } = Object.values(observation)[0]!;
  const times: number[] = [];
  let sample = 0;
  for (let at = fromSec; at + lengthSec <= fromSec + durationSec; at += strideSec) {
    while (sample < timesSec.length && timesSec[sample]! < at - 1e-9) sample++;
    const time = timesSec[sample];
    if (time !== undefined && time + lengthSec <= fromSec + durationSec) times.push(time);
  }
  return times;
}

/** What the recording says, and the scenario's nominal values for the rest. */
function parametersOf(scenario: Scenario, { info }: Recording): Record<string, number> {
  return {
    ...Object.fromEntries(scenario.parameters.map(({ name, nominal }) => [name, nominal])),
    ...info?.start?.parameters,
  };
}

function windowsOf(
  { segments, group }: OpenedRecording,
  recording: number,
  scenario: Scenario,
  lengthSec: number,
): RecordedWindow[] {
  const steps = Math.round(lengthSec / scenario.controlPeriodSec);
  return segments
    .filter(({ trace, contextSteps }) => trace.steps >= contextSteps + steps)
    .map(({ trace, contextSteps, atSec }, i) => {
      const window = cutWindow(trace, i, contextSteps, steps, contextSteps, scenario);
      return {
        ...window,
        start: { ...window.start, index: i },
        recording,
        group,
        // Windows that overlap are not independent: those that begin in one stretch are resampled together.
        cluster: `${recording}:${Math.floor(atSec / lengthSec + 1e-9)}`,
      };
    });
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
