import type { Trace } from "../core/trace.ts";
import type { LaneEnd } from "./batch-recorder.ts";
import { readRecording } from "./read-recording.ts";
import type { RecordedChannel, RecordedChannels } from "./recorded-channel.ts";
import { LANES_PREFIX, startFrom, type RecordingInfo } from "./recording-info.ts";
import type { Series } from "./series.ts";

/** The traces of a recording of many lanes, in the order of the lanes. */
export async function readLanes(
  file: string,
  info: RecordingInfo,
  ends: string | undefined,
  channels: RecordedChannels,
): Promise<readonly Trace[]> {
  const starts = (JSON.parse(info.about["starts"] ?? "[]") as unknown[]).map(startFrom);
  const lanes = starts.length;
  const laneEnds = JSON.parse(ends ?? "[]") as readonly LaneEnd[];
  const wide = (channel: RecordedChannel): RecordedChannel => {
    const { ros: _, labels: __, ...rest } = channel;
    return { ...rest, shape: [lanes, channel.size], size: lanes * channel.size };
  };
  const active: RecordedChannel = {
    name: "active",
    unit: "1",
    kind: "linear",
    shape: [lanes],
    size: lanes,
    tolerance: 1,
  };
  const recording = await readRecording(file, {
    prefix: LANES_PREFIX,
    channels: { observation: [...channels.observation.map(wide), active], action: channels.action.map(wide) },
  });
  const running = recording.observation["active"]!;
  const available = Math.min(
    ...Object.values(recording.observation).map((one) => one.timesSec.length - 1),
    ...Object.values(recording.applied).map((one) => one.timesSec.length),
  );
  return starts.map((start, lane) => {
    let steps = 0;
    while (steps < available && running.values[(steps + 1) * lanes + lane] === 1) steps++;
    const cut = (from: Readonly<Record<string, Series>>, list: readonly RecordedChannel[], rows: number) =>
      Object.fromEntries(
        list.map(({ name, size }) => [name, laneRows(from[name]!.values, lanes, lane, size, rows)]),
      );
    return {
      start,
      steps,
      controlPeriodSec: info.controlPeriodSec ?? NaN,
      end: laneEnds[lane]?.end ?? "aborted",
      observation: cut(recording.observation, channels.observation, steps + 1),
      requestedAction: cut(recording.requested, channels.action, steps),
      appliedAction: cut(recording.applied, channels.action, steps),
      ...(laneEnds[lane]?.fault === undefined ? {} : { fault: laneEnds[lane].fault }),
    };
  });
}

function laneRows(
  values: Float64Array,
  lanes: number,
  lane: number,
  size: number,
  rows: number,
): Float64Array {
  const result = new Float64Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const from = (row * lanes + lane) * size;
    result.set(values.subarray(from, from + size), row * size);
  }
  return result;
}
