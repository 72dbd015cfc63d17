import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import { chunkBoundary, type ErrorChanges } from "../../src/metrics/chunk-boundary.ts";
import { isDefined } from "../../src/metrics/estimate.ts";

/** 20 windows of 60 steps; `change` of step i, from 0. */
const windows = (change: (i: number, window: number) => number): ErrorChanges[] =>
  Array.from({ length: 20 }, (_, window) => ({
    cluster: window,
    changes: Array.from({ length: 60 }, (_, i) => change(i, window)),
  }));

const noise = new RandomStream(3n, "chunks");
const OPTIONS = { steps: 12, seed: 1n };

describe("where one chunk ends and the next begins", () => {
  it("the error changes as much more as was planted", () => {
    // A drift of 0.1 in every step, and a jump of 0.5 beside it at steps 12, 24, 36, 48.
    const found = chunkBoundary(
      windows((i) => 0.1 + (i % 12 === 0 && i > 0 ? 0.5 : 0)),
      OPTIONS,
    );
    expect(found.boundaries).toBe(20 * 4);
    expect(found.boundary).toBeCloseTo(0.6, 12);
    expect(found.inside).toBeCloseTo(0.1, 12);
    expect(found.ratio).toMatchObject({ n: 80 });
    expect(isDefined(found.ratio) && found.ratio.value).toBeCloseTo(6, 12);
    expect(found.byPosition).toHaveLength(12);
    expect(found.byPosition[0]).toBeCloseTo(0.6, 12);
    expect(found.byPosition[11]).toBeCloseTo(0.1, 12);
  });

  it("nothing is found in an error that grows evenly with time", () => {
    const { ratio } = chunkBoundary(
      windows((i) => 0.1 + 0.02 * i),
      OPTIONS,
    );
    expect(isDefined(ratio) && ratio.value).toBeCloseTo(1, 12);
  });

  it("the interval covers the planted ratio under noise, and excludes 1", () => {
    const found = chunkBoundary(
      windows((i, w) => Math.abs(0.1 + 0.02 * noise.normal(w, i)) * (i % 12 === 0 ? 3 : 1)),
      OPTIONS,
    );
    if (!isDefined(found.ratio)) throw new Error(found.ratio.undefined);
    const [lower, upper] = found.ratio.interval!;
    expect(lower).toBeGreaterThan(1);
    expect(lower).toBeLessThan(3);
    expect(upper).toBeGreaterThan(3);
  });

  it("nothing can be said of windows shorter than a chunk, or of a world that errs at boundaries alone", () => {
    expect(
      chunkBoundary(
        windows(() => 1),
        { ...OPTIONS, steps: 60 },
      ).ratio,
    ).toMatchObject({
      undefined: "no window is longer than a chunk",
    });
    expect(
      chunkBoundary(
        windows((i) => (i % 12 === 0 ? 1 : 0)),
        OPTIONS,
      ),
    ).toMatchObject({
      boundary: 1,
      inside: 0,
      ratio: { undefined: "inside of the chunks the error never changes" },
    });
  });
});
