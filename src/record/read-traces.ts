import { inputError } from "../core/errors.ts";
import type { ImageSpec } from "../core/picture.ts";
import { toNs } from "../core/time.ts";
import type { Start, Trace } from "../core/trace.ts";
import { parseUnit, sameDimension } from "../core/units.ts";
import { TIME_SLACK_SEC, type AlignmentReport } from "./align.ts";
import { describeRecording, type RecordingSummary } from "./describe-recording.ts";
import { readLanes } from "./read-lanes.ts";
import { readImages } from "./read-images.ts";
import { readRecording, type Recording } from "./read-recording.ts";
import type { RecordedChannels } from "./recorded-channel.ts";
import { mainInfo, type RecordingInfo, type RecordingResult } from "./recording-info.ts";
import { recordingToTrace, type ToTraceOptions } from "./recording-to-trace.ts";
import type { Loss } from "./mcap-scanner.ts";
import type { Series } from "./series.ts";
import { prefixOf } from "./write-traces.ts";

/** A scenario fits: its channels and its control period. */
export interface TraceContract extends RecordedChannels {
  readonly controlPeriodSec: number;
}

export interface ReadTracesOptions extends Omit<ToTraceOptions, "controlPeriodSec"> {
  /** Which of several worlds in the file: `truth`, `candidate`. Default: truth where there are several. */
  readonly role?: string;
  readonly notFinite?: "error" | "drop";
  /** Image channels that the traces are to carry, where the file has them. Default none: pictures take much memory. */
  readonly images?: readonly ImageSpec[];
}

/** A trace read from a file, and what must be known to trust it. */
export interface TraceReading {
  readonly trace: Trace;
  readonly info?: RecordingInfo;
  readonly result?: RecordingResult;
  /** How foreign samples met the control grid. Empty for our own recordings, which lie on it. */
  readonly alignment: readonly AlignmentReport[];
  readonly losses: readonly Loss[];
}

/** The traces of an MCAP file: our own to the bit, anybody else's brought onto the control grid. */
export async function readTraces(
  file: string,
  contract: TraceContract,
  options: ReadTracesOptions = {},
): Promise<readonly Trace[]> {
  return (await readTraceFile(file, contract, options)).map(({ trace }) => trace);
}

/** {@link readTraces} with all that is known about each trace, and what of the file was lost. */
export async function readTraceFile(
  file: string,
  contract: TraceContract,
  options: ReadTracesOptions = {},
): Promise<readonly TraceReading[]> {
  const summary = await describeRecording(file);
  const { losses } = summary;
  const lanes = summary.infos.find((info) => info.source === "lanes");
  if (lanes !== undefined) {
    checkChannels(file, lanes, contract);
    const traces = await readLanes(file, lanes, summary.lanes, contract);
    return traces.map((trace) => ({ trace, info: lanes, alignment: [], losses }));
  }
  const info = chosen(summary, options.role);
  if (info !== undefined) checkChannels(file, info, contract);
  const recording = await readRecording(file, {
    channels: contract,
    prefix: info?.prefix ?? (options.role === undefined ? "" : prefixOf(options.role)),
    ...(options.notFinite === undefined ? {} : { notFinite: options.notFinite }),
  });
  const { result } = recording;
  const known = {
    ...(info === undefined ? {} : { info }),
    ...(result === undefined ? {} : { result }),
    losses,
  };
  const whole = options.fromSec === undefined && options.toSec === undefined;
  if (info?.source === "rollout" && info.controlPeriodSec === contract.controlPeriodSec && whole) {
    const trace = ownTrace(recording, info.start, contract.controlPeriodSec);
    if (trace !== undefined) {
      return [{ trace: await withImages(trace, recording, 0, options), alignment: [], ...known }];
    }
  }
  const { trace, fromSec, alignment } = recordingToTrace(recording, {
    ...options,
    controlPeriodSec: contract.controlPeriodSec,
  });
  return [{ trace: await withImages(trace, recording, fromSec, options), alignment, ...known }];
}

async function withImages(
  trace: Trace,
  { file, originNs, info }: Recording,
  fromSec: number,
  { images = [], role }: ReadTracesOptions,
): Promise<Trace> {
  if (images.length === 0) return trace;
  const found = await readImages(file, {
    images,
    prefix: info?.prefix ?? (role === undefined ? "" : prefixOf(role)),
    originNs: originNs + toNs(fromSec),
    rows: trace.steps + 1,
    periodSec: trace.controlPeriodSec,
  });
  return Object.keys(found).length === 0 ? trace : { ...trace, images: found };
}

function chosen({ infos, file }: RecordingSummary, role: string | undefined): RecordingInfo | undefined {
  const wanted = role === undefined ? undefined : prefixOf(role);
  const found = wanted === undefined ? mainInfo(infos) : infos.find((info) => info.prefix === wanted);
  if (found === undefined && infos.length > 0) {
    throw inputError(`the recording has no "${role ?? ""}"`, {
      where: file,
      expected: infos.map((info) => info.prefix.slice(1) || "(no prefix)").join(" or "),
    });
  }
  return found;
}

/** The recording was made for channels of its own; the same name must still mean the same thing. */
function checkChannels(file: string, info: RecordingInfo, contract: TraceContract): void {
  for (const kind of ["observation", "action"] as const) {
    for (const channel of contract[kind]) {
      const recorded = info[kind].find((one) => one.name === channel.name);
      if (recorded === undefined) continue; // reading says what is missing, and what there is
      if (recorded.size === channel.size && sameUnit(recorded.unit, channel.unit)) continue;
      throw inputError(`channel "${channel.name}" of the recording is not the scenario's`, {
        where: file,
        expected: `${channel.size} × ${channel.unit}`,
        got: `${recorded.size} × ${recorded.unit}`,
      });
    }
  }
}

/** Channels are in coherent SI units, of which one may be written in several ways: N m, kg m^2/s^2. */
function sameUnit(a: string, b: string): boolean {
  return a === b || sameDimension(parseUnit(a).dimension, parseUnit(b).dimension);
}

/**
 * Our own recording lies on the grid: sample k is control step k. It ends where the first channel lacks a sample;
 * undefined if that is the very first.
 */
function ownTrace(recording: Recording, start: Start | undefined, periodSec: number): Trace | undefined {
  const observed = Object.values(recording.observation);
  const acted = [...Object.values(recording.applied), ...Object.values(recording.requested)];
  const inPlace = ({ timesSec }: Series): number => {
    const off = timesSec.findIndex((t, k) => Math.abs(t - k * periodSec) > TIME_SLACK_SEC);
    return off < 0 ? timesSec.length : off;
  };
  const steps = Math.min(...observed.map((one) => inPlace(one) - 1), ...acted.map(inPlace));
  if (!(steps >= 0)) return undefined;
  const rows = (from: Recording["observation"], count: number): Record<string, Float64Array> =>
    Object.fromEntries(
      Object.entries(from).map(([name, { values, channel }]) => [
        name,
        values.slice(0, count * channel.size),
      ]),
    );
  const { result } = recording;
  const complete = result?.steps === steps;
  const { handOvers = [] } = recording;
  const appliedAction = rows(recording.applied, steps);
  return {
    start: start ?? {
      index: 0,
      initial: Object.fromEntries(
        observed.map((one) => [one.channel.name, [...one.values.subarray(0, one.channel.size)]]),
      ),
      parameters: {},
      seed: 0n,
    },
    steps,
    controlPeriodSec: periodSec,
    end: complete ? (result.end ?? "horizon") : "aborted",
    observation: rows(recording.observation, steps + 1),
    requestedAction: { ...appliedAction, ...rows(recording.requested, steps) },
    appliedAction,
    ...(handOvers.length === 0 ? {} : { handOvers }),
    ...(complete && result.fault !== undefined ? { fault: result.fault } : {}),
  };
}
