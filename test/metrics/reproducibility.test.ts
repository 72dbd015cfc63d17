import { describe, expect, it } from "vitest";
import type { ChannelSpec } from "../../src/core/channels.ts";
import type { Trace } from "../../src/core/trace.ts";
import { type RepeatKind, reproducibility } from "../../src/metrics/reproducibility.ts";
import { wilson } from "../../src/metrics/wilson.ts";

const x: ChannelSpec = { name: "x", unit: "m", kind: "linear", shape: [], size: 1, tolerance: 0.1 };

function trace(values: readonly number[], index = 0, end: Trace["end"] = "horizon"): Trace {
  return {
    start: { index, initial: {}, parameters: {}, seed: 0n },
    steps: values.length - 1,
    controlPeriodSec: 0.02,
    end,
    observation: { x: Float64Array.from(values) },
    requestedAction: {},
    appliedAction: {},
  };
}
const pair = (kind: RepeatKind, reference: Trace, repeat: Trace) => ({ kind, reference, repeat });

describe("reproducibility", () => {
  it("tells bit-identical repeats from those within tolerance and those beyond, by kind", () => {
    const result = reproducibility(
      [
        pair("fresh", trace([0, 1, 2]), trace([0, 1, 2])),
        pair("used", trace([0, 1, 2], 1), trace([0, 1, 2 + 5e-5], 1)),
        pair("other-lane", trace([0, 1, 2], 2), trace([0, 1.01, 2], 2)),
        pair("fresh", trace([0, 1, 2], 3), trace([0, 1, 2], 3)),
      ],
      { channels: [x] },
    );
    expect(result.identical).toMatchObject({ value: 0.75, n: 4, interval: wilson(3, 4) });
    expect(result.bitIdentical).toMatchObject({ value: 0.5 });
    expect(result.kinds.fresh).toMatchObject({ identical: { value: 1, n: 2 } });
    expect(result.kinds.used).toMatchObject({ identical: { value: 1 }, bitIdentical: { value: 0 } });
    expect(result.kinds["other-lane"]).toMatchObject({ identical: { value: 0 } });
    expect(result.worst).toMatchObject({ kind: "other-lane", start: 2, at: 'channel "x" at step 1' });
    expect(result.worst!.maxError).toBeCloseTo(0.1, 9);
  });

  it("takes how identical is identical enough from the caller", () => {
    const pairs = [pair("used", trace([0, 1]), trace([0, 1.0005]))];
    expect(reproducibility(pairs, { channels: [x] }).identical).toMatchObject({ value: 0 });
    expect(reproducibility(pairs, { channels: [x], within: 0.01 }).identical).toMatchObject({ value: 1 });
  });

  it("calls a repeat that ended otherwise different, and says how", () => {
    const { worst, identical } = reproducibility(
      [pair("other-batch", trace([0, 1, 2]), trace([0, 1], 0, "fault"))],
      { channels: [x] },
    );
    expect(identical).toMatchObject({ value: 0 });
    expect(worst).toMatchObject({
      maxError: null,
      at: "ended after 1 steps (fault), the reference after 2 (horizon)",
    });
  });

  it("is undefined where nothing was repeated", () => {
    expect(reproducibility([], { channels: [x] })).toEqual({
      identical: { undefined: "no rollout was repeated", n: 0 },
      bitIdentical: { undefined: "no rollout was repeated", n: 0 },
      kinds: {},
    });
  });
});
