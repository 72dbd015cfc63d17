import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import { actionResponse } from "../../src/metrics/action-response.ts";

/** An autoregressive series: x(t + 1) = ρ x(t) + noise, of standard deviation 1. */
function smooth(name: string, length: number, rho = 0.9): Float64Array {
  const stream = new RandomStream(7n, "smooth", name);
  const series = new Float64Array(length);
  for (let t = 0; t < length; t++) {
    const noise = Math.sqrt(1 - rho * rho) * stream.normal(t, 0);
    series[t] = t === 0 ? stream.normal(t, 1) : rho * series[t - 1]! + noise;
  }
  return series;
}

const later = (series: Float64Array, frames: number): Float64Array =>
  series.map((_, t) => (t < frames ? 0 : series[t - frames]!));

describe("whether something moves as it is commanded", () => {
  it("is told with the lag and the gain that were planted", () => {
    const command = smooth("command", 200, 0.5);
    const noise = smooth("noise", 200, 0);
    const motion = later(command, 3).map((x, t) => 2.5 * x + 0.1 * noise[t]!);
    const found = actionResponse(motion, command, 5)!;
    expect(found.lagFrames).toBe(3);
    expect(found.gain).toBeCloseTo(2.5, 1);
    // Noise of standard deviation 0.1 on a signal of 2.5.
    expect(found.correlation).toBeGreaterThan(0.99);
    expect(found.correlation).toBeGreaterThan(found.ahead);
    expect(found.pValue).toBeLessThan(0.05);
  });

  it.each([
    ["rough", 0],
    ["smooth", 0.9],
  ])("is seldom seen where two %s series know nothing of each other", (what, rho) => {
    let alarms = 0;
    for (let trial = 0; trial < 400; trial++) {
      const [motion, command] = [
        smooth(`${what} m${trial}`, 120, rho),
        smooth(`${what} c${trial}`, 120, rho),
      ];
      if (actionResponse(motion, command, 3)!.pValue! <= 0.05) alarms++;
    }
    // 20 are meant, and 24 to 28 expected. Shuffling single values of the smooth ones would sound an alarm in half of them.
    expect(alarms).toBeLessThan(40);
  });

  it("is not taken from commands that follow what was seen", () => {
    const motion = smooth("film", 300, 0.5);
    const found = actionResponse(motion, later(motion, 2), 4)!;
    expect(found.ahead).toBeCloseTo(1, 1);
    expect(found.ahead).toBeGreaterThan(found.correlation);
  });

  it("leaves out what was not seen or is not known", () => {
    const command = smooth("gaps", 200, 0.5);
    const motion = later(command, 1).map((x, t) => (t % 4 === 0 ? NaN : x));
    const found = actionResponse(
      motion,
      command.map((x, t) => (t < 20 ? NaN : x)),
      3,
    )!;
    expect([found.lagFrames, found.n]).toEqual([1, 135]);
    expect(found.correlation).toBeCloseTo(1, 6);
  });

  it("cannot be told from a command that never changes, nor, with a share, from few frames", () => {
    expect(actionResponse(smooth("m", 50), new Float64Array(50).fill(0.3), 3)).toBeUndefined();
    const command = smooth("short", 24, 0);
    expect(actionResponse(command, command, 3)).toMatchObject({ lagFrames: 0, pValue: undefined });
  });
});
