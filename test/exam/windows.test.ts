import { describe, expect, it } from "vitest";
import type { ChannelSpec } from "../../src/core/channels.ts";
import type { Trace } from "../../src/core/trace.ts";
import { cutWindow, drawWindows } from "../../src/exam/windows.ts";

const channel = (name: string, size = 1): ChannelSpec => ({
  name,
  unit: "1",
  kind: "linear",
  shape: size === 1 ? [] : [size],
  size,
  tolerance: 1,
});
const CHANNELS = { observation: [channel("x", 2)], action: [channel("u")] };

/** x is (k, 100 + k) at step k; u is 10 k. */
function trace(steps: number, index = 0): Trace {
  const u = Float64Array.from({ length: steps }, (_, k) => 10 * k);
  return {
    start: { index, initial: {}, parameters: { mass: 2 }, seed: 5n },
    steps,
    controlPeriodSec: 0.1,
    end: "horizon",
    observation: { x: Float64Array.from({ length: 2 * (steps + 1) }, (_, i) => (i % 2) * 100 + (i >> 1)) },
    requestedAction: { u },
    appliedAction: { u },
  };
}

describe("a window cut out of a trace", () => {
  it("begins with what was seen there, carries what was commanded, and knows what then happened", () => {
    const window = cutWindow(trace(10), 3, 4, 2, 0, CHANNELS);
    expect(window.start).toEqual({ index: 0, initial: { x: [4, 104] }, parameters: { mass: 2 }, seed: 5n });
    expect(Array.from(window.actions.columns["u"]!)).toEqual([40, 50]);
    expect(Array.from(window.truth["x"]!)).toEqual([4, 104, 5, 105, 6, 106]);
    expect(window).toMatchObject({ source: 3, fromStep: 4, steps: 2 });
  });

  it("shows the steps before it, each with the action that followed, as far as the trace has them", () => {
    const { start } = cutWindow(trace(10), 0, 2, 1, 5, CHANNELS);
    expect(start.context).toEqual({ steps: 2, observation: { x: [0, 100, 1, 101] }, action: { u: [0, 10] } });
    expect(cutWindow(trace(10), 0, 0, 1, 5, CHANNELS).start.context).toBeUndefined();
  });
});

describe("windows drawn from traces", () => {
  const options = { lengthSteps: 4, contextSteps: 3, seed: 1n };

  it("are one a trace, of full length wherever the trace is long enough", () => {
    const windows = drawWindows([trace(20), trace(2, 1), trace(0, 2), trace(4, 3)], CHANNELS, options);
    expect(windows.map(({ source, steps }) => [source, steps])).toEqual([
      [0, 4],
      [1, 2],
      [3, 4],
    ]);
    expect(windows[0]!.fromStep + windows[0]!.steps).toBeLessThanOrEqual(20);
  });

  it("are the same for the same seed, and begin all over the traces", () => {
    const many = Array.from({ length: 200 }, (_, i) => trace(20, i));
    const from = drawWindows(many, CHANNELS, options).map(({ fromStep }) => fromStep);
    expect(drawWindows(many, CHANNELS, options).map(({ fromStep }) => fromStep)).toEqual(from);
    expect(new Set(from).size).toBe(17);
  });
});
