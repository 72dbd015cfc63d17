import { describe, expect, it } from "vitest";
import type { ChannelSpec } from "../../src/core/channels.ts";
import { actionEffect } from "../../src/metrics/action-effect.ts";
import {
  controllability,
  type ControllabilityOptions,
  type CounterfactualPair,
} from "../../src/metrics/controllability.ts";
import { isDefined } from "../../src/metrics/estimate.ts";

const channel = (name: string, more: Partial<ChannelSpec> = {}): ChannelSpec => ({
  name,
  unit: "m",
  kind: "linear",
  shape: [],
  size: 1,
  tolerance: 0.5,
  ...more,
});
const X = channel("x");
const options: ControllabilityOptions = { seed: 1n, noiseFloor: 0.1, mostLagSteps: 10 };
const ROWS = 30;

/** What an unstable plant does to a push: it grows, so that every lag looks like a gain. */
const growing = Float64Array.from({ length: ROWS }, (_, k) => 0.05 * 1.15 ** k);
const still = new Float64Array(ROWS);

type Signal = Float64Array | undefined;

/** Pairs whose effects are given in the channel's unit, one a start. */
function pairs(
  truth: Float64Array,
  candidates: readonly Signal[],
  spec = X,
  script = "push",
): CounterfactualPair[] {
  const effect = (signal: Float64Array) => [
    actionEffect(
      spec,
      { [spec.name]: signal },
      { [spec.name]: new Float64Array(signal.length) },
      0,
      ROWS - 1,
    ),
  ];
  return candidates.map((candidate, start) => ({
    script,
    actions: ["force"],
    start,
    truth: effect(truth),
    candidate: candidate === undefined ? undefined : effect(candidate),
  }));
}
const of = (truth: Float64Array, candidate: Signal, spec?: ChannelSpec) =>
  controllability(pairs(truth, [candidate, candidate], spec), options);
const scaled = (signal: Float64Array, gain: number): Float64Array => signal.map((value) => gain * value);
const delayed = (signal: Float64Array, steps: number): Float64Array =>
  signal.map((_, k) => (k < steps ? 0 : signal[k - steps]!));

describe("controllability", () => {
  it("is 1 where the candidate's effect is truth's", () => {
    expect(of(growing, growing)).toMatchObject({
      score: { value: 1, n: 2, interval: [1, 1] },
      effects: 2,
      signAgreement: { value: 1 },
      delaySteps: 0,
      gain: 1,
    });
  });

  it("is 0 for a world that ignores its actions, and for one that does the opposite", () => {
    expect(of(growing, still)).toMatchObject({
      score: { value: 0 },
      signAgreement: { value: 0 },
      delaySteps: null,
      gain: 0,
    });
    const opposite = of(growing, scaled(growing, -1));
    expect(opposite).toMatchObject({ score: { value: 0 }, signAgreement: { value: 0 }, delaySteps: null });
    expect(opposite.gain).toBeCloseTo(1, 12);
  });

  it.each([0.25, 0.5, 2, 7])("is 1 − |g − 1| / (g + 1) for a gain of %s", (gain) => {
    const found = of(growing, scaled(growing, gain));
    expect(found.score).toMatchObject({
      value: expect.closeTo(1 - Math.abs(gain - 1) / (gain + 1), 12) as number,
    });
    expect(found.gain).toBeCloseTo(gain, 12);
    expect(found.delaySteps).toBe(0);
  });

  it.each([1, 3, 8])("recovers a delay of %s steps, though the effect grows exponentially", (steps) => {
    expect(of(growing, delayed(growing, steps)).delaySteps).toBe(steps);
    expect(of(delayed(growing, steps), growing).delaySteps).toBe(-steps);
    expect(of(growing, scaled(delayed(growing, steps), 0.3)).delaySteps).toBe(steps);
  });

  it("calls no shape a delay that is merely another one", () => {
    const sagging = Float64Array.from({ length: ROWS }, (_, k) => 0.05 * 1.13 ** k + 0.002 * k);
    expect(of(growing, sagging).delaySteps).toBe(0);
  });

  it("asks for no effect where truth shows none: 1 less the candidate's, at most 1", () => {
    const shift = (tolerances: number): Float64Array => new Float64Array(ROWS).fill(tolerances * X.tolerance);
    const mixed = (candidate: Float64Array) =>
      controllability([...pairs(growing, [growing]), ...pairs(shift(0.09), [candidate])], options);
    // Two pairs of one start: the first scores 1.
    expect(mixed(shift(0.25)).score).toMatchObject({ value: expect.closeTo((1 + 0.75) / 2, 12) as number });
    expect(mixed(shift(40)).score).toMatchObject({ value: 0.5 });
    expect(mixed(still)).toMatchObject({ score: { value: 1 }, effects: 1 });
  });

  it("counts a candidate that breaks, or explodes beyond numbers, as 0", () => {
    const found = controllability(pairs(growing, [growing, undefined]), options);
    expect(found).toMatchObject({ score: { value: 0.5, n: 2 }, effects: 2, gain: 1 });
    expect(of(growing, scaled(growing, 1e200)).score).toMatchObject({ value: 0 });
  });

  it("has no score where no script does anything in truth, and says what to do", () => {
    expect(of(still, still).score).toMatchObject({
      undefined: expect.stringContaining("stronger") as string,
    });
    expect(controllability([], options).score).toHaveProperty("undefined");
  });

  it("compares angles on the circle", () => {
    const angle = channel("angle", { kind: "angle", unit: "rad", tolerance: 0.1 });
    const at = (value: number) => ({ angle: new Float64Array(ROWS).fill(value) });
    const effect = (a: number, b: number) => [actionEffect(angle, at(a), at(b), 0, ROWS - 1)];
    const pair = { script: "push", actions: ["force"], start: 0 };
    // From 3.1 to −3.1 rad is 0.083 rad across π. A turn of 3.1 rad and one of −3.1 rad end 0.083 rad apart.
    const [across] = effect(-3.1, 3.1);
    expect(across!.values[0]).toBeCloseTo((2 * Math.PI - 6.2) / 0.1, 9);
    const { score } = controllability(
      [{ ...pair, truth: effect(3.1, 0), candidate: effect(-3.1, 0) }],
      options,
    );
    expect(score).toMatchObject({ value: expect.closeTo(1 - (2 * Math.PI - 6.2) / 6.2, 9) as number });
  });

  it("compares orientations by the rotation between them, whichever sign their quaternions have", () => {
    const pose = channel("pose", { kind: "quaternion", unit: "1", shape: [4], size: 4, tolerance: 0.1 });
    // About z by the angle: (cos ½, 0, 0, sin ½).
    const turned = (angle: number, sign = 1) => ({
      pose: Float64Array.from([Math.cos(angle / 2), 0, 0, Math.sin(angle / 2)], (value) => sign * value),
    });
    const { values, width } = actionEffect(pose, turned(0.5), turned(0.2, -1), 0, 0);
    expect(width).toBe(3);
    expect(Array.from(values)).toEqual([0, 0, 3].map((value) => expect.closeTo(value, 9) as number));
  });

  it("weighs a channel of many components no more than a scalar", () => {
    const wide = channel("wide", { shape: [9], size: 9 });
    const effects = (x: number, w: number) => [
      actionEffect(X, { x: Float64Array.of(x) }, { x: Float64Array.of(0) }, 0, 0),
      actionEffect(wide, { wide: new Float64Array(9).fill(w) }, { wide: new Float64Array(9) }, 0, 0),
    ];
    const pair = { script: "push", actions: ["force"], start: 0 };
    // Right in x, nothing in the nine: ‖gap‖ = √(½), ‖truth‖ = 1, ‖candidate‖ = √(½).
    const { score, channels } = controllability(
      [{ ...pair, truth: effects(0.5, 0.5), candidate: effects(0.5, 0) }],
      { ...options, mostLagSteps: 0 },
    );
    const half = Math.sqrt(0.5);
    expect(score).toMatchObject({ value: expect.closeTo(1 - half / (1 + half), 12) as number });
    expect(channels).toMatchObject([
      { channel: "x", score: { value: 1 } },
      { channel: "wide", score: { value: 0 } },
    ]);
  });

  it("tells scripts and actions apart", () => {
    const good = pairs(growing, [growing, growing]);
    const bad = pairs(growing, [still, still], X, "pull").map((pair) => ({
      ...pair,
      actions: ["force", "torque"],
    }));
    const { score, scripts, actions } = controllability([...good, ...bad], options);
    expect(score).toMatchObject({ value: 0.5, n: 4 });
    expect(scripts).toMatchObject([
      { script: "push", score: { value: 1 } },
      { script: "pull", score: { value: 0 } },
    ]);
    expect(actions).toMatchObject([
      { channel: "force", score: { value: 0.5, n: 4 } },
      { channel: "torque", score: { value: 0, n: 2 } },
    ]);
  });

  it("has an interval over starts: pairs of one start are one observation", () => {
    const candidates = Array.from({ length: 40 }, (_, i) => scaled(growing, i % 2 === 0 ? 1 : 1 / 3));
    // Scores 1 and 1/2: mean 3/4, standard error ¼ / √40 = 0.04.
    const once = controllability(pairs(growing, candidates), options).score;
    const twice = controllability(
      [...pairs(growing, candidates), ...pairs(growing, candidates, X, "again")],
      options,
    ).score;
    for (const found of [once, twice]) {
      if (!isDefined(found)) throw new Error(found.undefined);
      const { value, interval } = found;
      expect(value).toBeCloseTo(0.75, 12);
      expect(interval![0]).toBeGreaterThan(0.75 - 2.4 * 0.04);
      expect(interval![0]).toBeLessThan(0.75 - 1.5 * 0.04);
      expect(interval![1]).toBeLessThan(0.75 + 2.4 * 0.04);
    }
  });
});
