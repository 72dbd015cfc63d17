import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ChannelSpec } from "../../src/core/channels.ts";
import { divergence, geodesicAngle, scaledError } from "../../src/metrics/divergence.ts";

const { geodesic: scipy } = JSON.parse(
  readFileSync(new URL("./fixtures/scipy.json", import.meta.url), "utf8"),
) as { geodesic: { p: number[]; q: number[]; angle: number }[] };

const position: ChannelSpec = { name: "x", unit: "m", kind: "linear", shape: [], size: 1, tolerance: 0.1 };
const angle: ChannelSpec = { name: "theta", unit: "rad", kind: "angle", shape: [], size: 1, tolerance: 0.5 };
const joints: ChannelSpec = { name: "q", unit: "rad", kind: "linear", shape: [2], size: 2, tolerance: 0.1 };
const pose: ChannelSpec = {
  name: "pose",
  unit: "1",
  kind: "quaternion",
  shape: [4],
  size: 4,
  tolerance: 0.2,
};

describe("divergence", () => {
  it("divides by the tolerance and reports the first step above 1, with its channel", () => {
    const found = divergence(
      [position, angle],
      { x: Float64Array.of(0, 0, 0, 0), theta: Float64Array.of(0, 0, 0, 0) },
      { x: Float64Array.of(0, 0.05, 0.1, 0.3), theta: Float64Array.of(0, 0.1, 0.6, 0.1) },
      3,
      0.02,
    );
    expect([...found.channels[0]!.rms].map((one) => +one.toFixed(12))).toEqual([0, 0.5, 1, 3]);
    expect([...found.worst].map((one) => +one.toFixed(12))).toEqual([0, 0.5, 1.2, 3]);
    expect(found.first).toEqual({ step: 2, timeSec: 0.04, channel: "theta" });
  });

  it("has no first step for traces that stay together", () => {
    const same = { x: Float64Array.of(1, 2) };
    expect(divergence([position], same, same, 1, 0.02).first).toBeUndefined();
  });

  it("compares angles on the circle", () => {
    const { max } = scaledError(
      angle,
      Float64Array.of(Math.PI - 0.1),
      0,
      Float64Array.of(-Math.PI + 0.15),
      0,
    );
    expect(max).toBeCloseTo(0.25 / 0.5, 12);
  });

  it("gives the root mean square and the largest component of a vector", () => {
    const { rms, max } = scaledError(joints, Float64Array.of(9, 9, 0, 0), 1, Float64Array.of(0.3, 0.4), 0);
    expect(rms).toBeCloseTo(Math.sqrt(12.5), 12);
    expect(max).toBeCloseTo(4, 12);
  });

  it.each(scipy)("gives the geodesic angle that scipy gives: $angle", ({ p, q, angle: expected }) => {
    expect(geodesicAngle(p, 0, q, 0)).toBeCloseTo(expected, 12);
  });

  it("tells tiny rotations apart, and sees that q and −q are one orientation", () => {
    const half = 0.5e-9;
    const turned = Float64Array.of(Math.cos(half), Math.sin(half), 0, 0);
    const { max } = scaledError(pose, Float64Array.of(-1, 0, 0, 0), 0, turned, 0);
    expect(max * 0.2).toBeCloseTo(1e-9, 16);
  });

  it("counts a value that is not a number as infinitely far off", () => {
    expect(scaledError(position, Float64Array.of(NaN), 0, Float64Array.of(0), 0).max).toBe(Infinity);
    const found = divergence(
      [position],
      { x: Float64Array.of(0, 0) },
      { x: Float64Array.of(0, NaN) },
      1,
      0.1,
    );
    expect(found.first?.step).toBe(1);
  });

  it("names the channel that a trace lacks", () => {
    expect(() => divergence([position], { x: new Float64Array(2) }, {}, 1, 0.1)).toThrow(
      /candidate trace .* "x"/,
    );
  });
});
