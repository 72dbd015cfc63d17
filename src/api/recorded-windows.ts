import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Trace } from "../core/trace.ts";
import type { RecordedWindow } from "../exam/replay.ts";
import { CONTEXT_STEPS, cutWindow } from "../exam/windows.ts";
import { TIME_SLACK_SEC } from "../record/align.ts";
import { describeRecording } from "../record/describe-recording.ts";
import { mainInfo } from "../record/recording-info.ts";
import { readRecording, type Recording } from "../record/read-recording.ts";
import { recordingToTrace } from "../record/recording-to-trace.ts";
import type { Scenario } from "../scenario/scenario.ts";

/** A stretch of a recording on the control grid: what was seen before a window, and the window. */
interface Segment {
  readonly trace: Trace;
  readonly contextSteps: number;
  /** Time of the window's beginning since the recording's first usable sample. */
  readonly atSec: number;
}

/** A recording cut into the stretches that windows are made of. */
export interface OpenedRecording {
  readonly name: string;
  readonly sha256: string;
  readonly group: string;
  readonly durationSec: number;
  readonly segments: readonly Segment[];
  readonly remarks: readonly string[];
}

/**
 * Reads a recording and cuts it up, a stretch every `strideSec`, each beginning at a moment that was sampled.
 * @throws SimgateError `input` for a file that does not fit the scenario.
 */
export async function openRecording(
  file: string,
  scenario: Scenario,
  strideSec: number,
  lengthSec: number,
): Promise<OpenedRecording> {
  const { prefix = "" } = mainInfo((await describeRecording(file)).infos) ?? {};
  const recording = await readRecording(file, { channels: scenario, prefix });
  const name = basename(file);
  const { controlPeriodSec } = scenario;
  const whole = recordingToTrace(recording, { controlPeriodSec });
  const durationSec = whole.trace.steps * controlPeriodSec;
  const steps = Math.round(lengthSec / controlPeriodSec);
  const segments = windowTimes(recording, whole.fromSec, durationSec, strideSec, lengthSec).map(
    (atSec): Segment => {
      const contextSteps = Math.min(
        CONTEXT_STEPS,
        Math.floor((atSec - whole.fromSec + TIME_SLACK_SEC) / controlPeriodSec + 1e-9),
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

/** The stretches that are long enough, as windows. `recording` is its position among those replayed. */
export function windowsOf(
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
