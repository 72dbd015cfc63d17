import { describe, expect, it } from "vitest";
import { alignSeries, type AlignOptions } from "../../src/record/align.ts";
import type { RecordedChannel } from "../../src/record/recorded-channel.ts";
import { recordingToTrace } from "../../src/record/recording-to-trace.ts";
import type { Series } from "../../src/record/series.ts";
import { height, jointPos, torque } from "./channels.ts";

const scalar = (kind: RecordedChannel["kind"] = "linear", size = 1): RecordedChannel => ({
  ...height,
  kind,
  size,
});

function series(times: readonly number[], values: readonly number[], channel = scalar()): Series {
  return {
    channel,
    topic: "/x",
    timesSec: Float64Array.from(times),
    values: Float64Array.from(values),
    outOfOrder: 0,
    repeated: 0,
    dropped: 0,
  };
}

const align = (
  samples: Series,
  grid: readonly number[],
  method: AlignOptions["method"],
  derivative?: Series,
) =>
  alignSeries(samples, Float64Array.from(grid), {
    method,
    periodSec: 0.1,
    ...(derivative === undefined ? {} : { derivative }),
  });

describe("alignSeries", () => {
  const samples = series([0, 0.09, 0.55], [1, 2, 3]);
  const grid = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6];

  it("hold takes the last sample however old, and counts the late ones", () => {
    const { values, report } = align(samples, grid, "hold");
    expect([...values]).toEqual([1, 2, 2, 2, 2, 2, 3]);
    // Samples are usually 0.46 s apart (the upper median of 0.09 and 0.46), so 0.41 s is not late yet.
    expect(report).toMatchObject({ missing: 0, late: 0, samples: 3 });
    expect(report.longestGapSec).toBeCloseTo(0.46, 12);
    expect(align(series([0, 0.1, 0.2], [1, 2, 3]), [0.3, 0.34, 0.36, 0.9], "hold").report.late).toBe(2);
  });

  it("asof takes it if it is at most two periods old", () => {
    const { values, report } = align(samples, grid, "asof");
    expect([...values]).toEqual([1, 2, 2, NaN, NaN, NaN, 3]);
    expect(report.missing).toBe(3);
  });

  it("drop takes it only if it came since the control step before", () => {
    const { values } = align(samples, grid, "drop");
    expect([...values]).toEqual([1, 2, NaN, NaN, NaN, NaN, 3]);
  });

  it("has nothing before the first sample", () => {
    expect([...align(series([0.15], [1]), [0, 0.1, 0.2], "hold").values]).toEqual([NaN, NaN, 1]);
  });

  it("interpolates a cubic exactly when its derivative is known, and a line otherwise", () => {
    const cubic = (t: number): number => 2 * t ** 3 - t ** 2 + 3;
    const slope = (t: number): number => 6 * t ** 2 - 2 * t;
    const times = [0, 0.13, 0.4, 0.7];
    const positions = series(times, times.map(cubic));
    const velocities = series(times, times.map(slope));
    const points = [0, 0.05, 0.13, 0.3, 0.6, 0.7];
    const { values } = align(positions, points, "interpolate", velocities);
    points.forEach((t, i) => expect(values[i]).toBeCloseTo(cubic(t), 14));
    expect(align(positions, [0.3], "interpolate").values[0]).toBeCloseTo(
      cubic(0.13) + (0.17 / 0.27) * (cubic(0.4) - cubic(0.13)),
      14,
    );
  });

  it("goes the short way round for angles and quaternions", () => {
    const angles = series([0, 1], [3, -3], scalar("angle"));
    expect(align(angles, [0.5], "interpolate").values[0]).toBeCloseTo(Math.PI, 12);
    // A turn by 0.4 rad about z, its end written with the other sign; half way is 0.2 rad.
    const turns = series([0, 1], [1, 0, 0, 0, -Math.cos(0.2), 0, 0, -Math.sin(0.2)], scalar("quaternion", 4));
    const { values } = align(turns, [0.5], "interpolate");
    [Math.cos(0.1), 0, 0, Math.sin(0.1)].forEach((value, i) => expect(values[i]).toBeCloseTo(value, 14));
  });

  it("mean averages what was held over the control period, and keeps a constant to the bit", () => {
    const held = series([0, 0.02, 0.05, 0.2], [1, 2, 4, 0.1]);
    // 0.02 × 1 + 0.03 × 2 + 0.05 × 4 over 0.1 s.
    expect(align(held, [0], "mean").values[0]).toBeCloseTo(2.8, 14);
    expect(align(held, [0.1, 0.2, 0.3], "mean").values).toEqual(Float64Array.of(4, 0.1, 0.1));
  });
});

describe("recordingToTrace", () => {
  const recording = {
    file: "log.mcap",
    originNs: 0n,
    losses: [],
    closed: true,
    observation: { tip_height: series([0.03, 0.13, 0.23, 0.33, 0.43], [0, 1, 2, 3, 4]) },
    applied: { torque: series([0, 0.2], [1, -1, 2, -2], torque) },
    requested: {},
  };

  it("runs from the first to the last common sample, with averaged actions", () => {
    const { trace, fromSec } = recordingToTrace(recording, { controlPeriodSec: 0.2 });
    expect(fromSec).toBe(0.03);
    expect(trace.steps).toBe(2);
    expect([...trace.observation["tip_height"]!].map((v) => Number(v.toFixed(9)))).toEqual([0, 2, 4]);
    // 0.17 s of 1 and 0.03 s of 2.
    expect(trace.appliedAction["torque"]![0]).toBeCloseTo(1.15, 12);
    expect(trace.requestedAction).toEqual(trace.appliedAction);
    expect(trace.start.initial).toEqual({ tip_height: [0] });
  });

  it("takes the part that is asked for", () => {
    const { trace } = recordingToTrace(recording, { controlPeriodSec: 0.1, fromSec: 0.13, toSec: 0.4 });
    expect(trace.steps).toBe(2);
    expect(trace.observation["tip_height"]![0]).toBe(1);
  });

  it("says which channel has no sample, where, when a gap cannot be filled", () => {
    const ros = { ...jointPos.ros!, align: "drop" as const };
    const gap = {
      ...recording,
      observation: { tip_height: series([0, 0.5, 1], [0, 1, 2], { ...height, ros }) },
    };
    expect(() => recordingToTrace(gap, { controlPeriodSec: 0.1, method: "declared" })).toThrow(
      /topic \/x, first at 0\.100 s: channel "tip_height" has no sample for 8 of 11 control steps[^]*align: hold/,
    );
  });

  it("refuses channels that have no time in common", () => {
    const apart = { ...recording, applied: { torque: series([9], [1, 1], torque) } };
    expect(() => recordingToTrace(apart, { controlPeriodSec: 0.1 })).toThrow(
      /no control step in common[^]*torque begins at 9 s, tip_height ends at 0.43 s/,
    );
  });
});
