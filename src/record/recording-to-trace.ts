import { inputError } from "../core/errors.ts";
import type { Start, Trace } from "../core/trace.ts";
import { alignSeries, TIME_SLACK_SEC, type AlignmentReport, type AlignMethod } from "./align.ts";
import type { Recording } from "./read-recording.ts";
import type { RecordedChannel } from "./recorded-channel.ts";
import type { Series } from "./series.ts";

export interface ToTraceOptions {
  readonly controlPeriodSec: number;
  /** `interpolate` (default): observations interpolated, actions averaged. `declared`: what each channel's `ros.align` says. */
  readonly method?: "interpolate" | "declared";
  /** Part of the recording to use, in its own time. Default: as long as all channels last. */
  readonly fromSec?: number;
  readonly toSec?: number;
  /** What the recording itself does not know: its place in a panel, parameters, seed. */
  readonly start?: Partial<Pick<Start, "index" | "parameters" | "seed">>;
}

export interface AlignedTrace {
  readonly trace: Trace;
  /** Time of control step 0 in the recording. */
  readonly fromSec: number;
  readonly alignment: readonly AlignmentReport[];
}

/**
 * Brings a recording onto the control grid: one observation a control step, one action between two.
 * @throws SimgateError if the channels have no time in common, or a control step has no usable sample.
 */
export function recordingToTrace(recording: Recording, options: ToTraceOptions): AlignedTrace {
  const { controlPeriodSec: periodSec, method = "interpolate" } = options;
  const observed = Object.values(recording.observation);
  const applied = Object.values(recording.applied);
  const { fromSec, steps } = commonSpan(recording.file, observed, applied, options);
  const observationGrid = Float64Array.from({ length: steps + 1 }, (_, k) => fromSec + k * periodSec);
  const actionGrid = observationGrid.subarray(0, steps);
  const alignment: AlignmentReport[] = [];

  const align = (series: Series, grid: Float64Array, best: AlignMethod): Float64Array => {
    const chosen = method === "declared" ? (series.channel.ros?.align ?? "hold") : best;
    const derivative = observed.find((one) => one.channel.derivativeOf === series.channel.name);
    const aligned = alignSeries(series, grid, {
      method: chosen,
      periodSec,
      ...(derivative === undefined ? {} : { derivative }),
    });
    const { report, values } = aligned;
    if (report.missing > 0) {
      const first = values.findIndex((value) => Number.isNaN(value));
      const atSec = grid[Math.floor(first / series.channel.size)]!;
      throw inputError(
        `channel "${report.channel}" has no sample for ${report.missing} of ${grid.length} control steps`,
        {
          where: `${recording.file}, topic ${report.topic}, first at ${atSec.toFixed(3)} s`,
          got: `${report.samples} samples, the longest gap ${report.longestGapSec.toFixed(3)} s; align: ${chosen}`,
          hint: "align: hold uses the last sample however old; or use a part of the recording without the gap",
        },
      );
    }
    alignment.push(report);
    return values;
  };

  const observation = mapValues(recording.observation, (one) => align(one, observationGrid, "interpolate"));
  const appliedAction = mapValues(recording.applied, (one) => align(one, actionGrid, "mean"));
  const requestedAction = mapValues(recording.applied, (one, name) => {
    const asked = recording.requested[name];
    // What was asked may begin later than what was applied (the first command): then the one stands in for the other.
    return asked === undefined || asked.timesSec[0]! > fromSec + TIME_SLACK_SEC
      ? appliedAction[name]!.slice()
      : align(asked, actionGrid, "mean");
  });
  const { start, parameters } = { start: recording.info?.start, parameters: options.start?.parameters };
  return {
    trace: {
      start: {
        index: options.start?.index ?? start?.index ?? 0,
        initial: mapValues(recording.observation, ({ channel }, name) =>
          Array.from(observation[name]!.subarray(0, channel.size)),
        ),
        parameters: parameters ?? start?.parameters ?? {},
        seed: options.start?.seed ?? start?.seed ?? 0n,
      },
      steps,
      controlPeriodSec: periodSec,
      end: "horizon",
      observation,
      requestedAction,
      appliedAction,
    },
    fromSec,
    alignment,
  };
}

/** No recording has a hole this long: its stamps come from clocks that know nothing of each other. */
const CLOCKS_APART_SEC = 86_400;
const CLOCKS_HINT =
  "headers are stamped in simulated time and messages without one on the wall clock: " +
  "record with `ros2 bag record --use-sim-time`, or set ros.stamp: receive for every channel";

/** From the last channel's first sample to the first channel's last one. Actions are held, so they need not last. */
function commonSpan(
  file: string,
  observed: readonly Series[],
  applied: readonly Series[],
  { controlPeriodSec, fromSec, toSec }: ToTraceOptions,
): { fromSec: number; steps: number } {
  const latest = [...observed, ...applied].reduce<[number, RecordedChannel | undefined]>(
    (found, { timesSec, channel }) =>
      (timesSec[0] ?? Infinity) > found[0] ? [timesSec[0] ?? Infinity, channel] : found,
    [fromSec ?? -Infinity, undefined],
  );
  const earliest = observed.reduce<[number, RecordedChannel | undefined]>(
    (found, { timesSec, channel }) =>
      (timesSec.at(-1) ?? -Infinity) < found[0] ? [timesSec.at(-1) ?? -Infinity, channel] : found,
    [toSec ?? Infinity, undefined],
  );
  const steps = Math.floor((earliest[0] - latest[0] + TIME_SLACK_SEC) / controlPeriodSec + 1e-9);
  if (!(steps >= 1) || !Number.isFinite(steps)) {
    throw inputError("the channels of the recording have no control step in common", {
      where: file,
      expected: `samples of all channels over at least ${controlPeriodSec} s`,
      got: `${latest[1]?.name ?? "the part asked for"} begins at ${latest[0]} s, ${earliest[1]?.name ?? "the part asked for"} ends at ${earliest[0]} s`,
      ...(latest[0] - earliest[0] > CLOCKS_APART_SEC ? { hint: CLOCKS_HINT } : {}),
    });
  }
  return { fromSec: latest[0], steps };
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  to: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value, key)]));
}
