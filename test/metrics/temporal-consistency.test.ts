import { describe, expect, it } from "vitest";
import type { ChannelSpec } from "../../src/core/channels.ts";
import type { Trace } from "../../src/core/trace.ts";
import { stillStretches, truthMoves } from "../../src/metrics/still-stretch.ts";
import {
  changeEnvelope,
  type JudgedTrace,
  temporalConsistency,
} from "../../src/metrics/temporal-consistency.ts";
import { semigroup } from "../../src/metrics/semigroup.ts";

const X: ChannelSpec = { name: "x", unit: "m", kind: "linear", shape: [], size: 1, tolerance: 0.1 };
const TURN: ChannelSpec = { ...X, name: "turn", unit: "rad", kind: "angle" };

function trace(observation: Record<string, readonly number[]>, fault?: Trace["fault"]): Trace {
  const [first] = Object.values(observation);
  return {
    start: { index: 0, initial: {}, parameters: {}, seed: 0n },
    steps: first!.length - 1,
    controlPeriodSec: 0.02,
    end: fault === undefined ? "horizon" : "fault",
    observation: Object.fromEntries(
      Object.entries(observation).map(([name, values]) => [name, Float64Array.from(values)]),
    ),
    requestedAction: {},
    appliedAction: {},
    ...(fault === undefined ? {} : { fault }),
  };
}
const judged = (one: Trace, more: Partial<JudgedTrace> = {}): JudgedTrace => ({
  start: 0,
  trace: one,
  expectedSteps: one.steps,
  frozen: [],
  ...more,
});
/** 0, s, 2 s, … */
const ramp = (steps: number, by: number): number[] => Array.from({ length: steps + 1 }, (_, k) => k * by);

describe("the envelope of changes", () => {
  it("is 1.5 × the 99.9 % quantile of truth's changes in one step, in tolerances", () => {
    // Changes 0.0001, 0.0002, … 0.1: numpy.quantile(changes, 0.999) = 0.0999001.
    const x = [0];
    for (let k = 1; k <= 1000; k++) x.push(x[k - 1]! + k * 1e-4);
    const { x: allowed } = changeEnvelope([X], [trace({ x })]);
    expect(allowed![0]).toBeCloseTo((1.5 * 0.0999001) / 0.1, 9);
  });

  it("never calls what truth itself does a jump, however rare it is", () => {
    const x = ramp(5000, 0.001);
    for (let k = 2500; k <= 5000; k++) x[k]! += 3;
    const truth = trace({ x });
    const envelope = changeEnvelope([X], [truth]);
    expect(envelope["x"]![0]).toBeCloseTo(3.001 / 0.1, 9);
    expect(temporalConsistency([judged(truth)], [X], envelope).unbroken).toMatchObject({ value: 1, n: 5000 });
  });

  it("allows a hundredth of the tolerance where truth stands still", () => {
    const envelope = changeEnvelope([X], [trace({ x: ramp(50, 0) })]);
    expect(envelope["x"]![0]).toBe(0.01);
  });

  it("knows that 3.1 rad and −3.1 rad are neighbours", () => {
    const envelope = changeEnvelope([TURN], [trace({ turn: [3.1, -3.1, 3.1] })]);
    expect(envelope["turn"]![0]).toBeCloseTo((1.5 * (2 * Math.PI - 6.2)) / 0.1, 9);
  });
});

describe("temporal consistency", () => {
  const envelope = { x: Float64Array.of(0.5) };

  it("counts a step once that breaks a declared quantity and something else", () => {
    const x = [...ramp(50, 0.01), ...ramp(49, 0.01).map((value) => value + 2)];
    const departed = new Uint8Array(100).fill(1, 45, 55);
    const other = new Uint8Array(100).fill(1, 54, 60);
    const found = temporalConsistency(
      [judged(trace({ x }), { invariants: [departed, other] })],
      [X],
      envelope,
    );
    expect(found.broken).toMatchObject({ jumps: 1, invariants: 15 });
    expect(found.unbroken).toMatchObject({ value: 0.85, n: 100 });
  });

  it("counts a teleport as one broken step, names it, and goes on", () => {
    const x = [...ramp(50, 0.01), ...ramp(49, 0.01).map((value) => value + 2)];
    const found = temporalConsistency([judged(trace({ x }))], [X], envelope);
    expect(found.unbroken).toMatchObject({ value: 0.99, n: 100 });
    expect(found.broken).toEqual({ jumps: 1, outOfLimits: 0, lost: 0, frozen: 0, invariants: 0 });
    expect(found.worstJump).toMatchObject({ trace: 0, step: 51, channel: "x" });
    expect(found.worstJump!.change).toBeCloseTo(1.5, 9);
    expect(found.worstJump!.allowed).toBeCloseTo(0.05, 9);
    expect(found.components[0]).toMatchObject({
      channel: "x",
      jumps: 1,
      largestChange: expect.closeTo(1.5, 9) as number,
    });
  });

  it("counts a value that is no number, and one outside declared limits", () => {
    const limited = { ...X, limits: [-1, 0.035] as const };
    const found = temporalConsistency(
      [judged(trace({ x: [0, 0.01, 0.02, 0.03, 0.04] }))],
      [limited],
      envelope,
    );
    expect(found).toMatchObject({ unbroken: { value: 0.75 }, broken: { outOfLimits: 1, jumps: 0 } });
    // Into NaN and out of it again.
    const nan = temporalConsistency([judged(trace({ x: [0, 0.01, NaN, 0.03, 0.04] }))], [X], envelope);
    expect(nan).toMatchObject({ unbroken: { value: 0.5 }, broken: { jumps: 2 } });
  });

  it("loses with a fault all that truth still had to show, and one step at least", () => {
    const broke = trace({ x: ramp(20, 0.01) }, { step: 20, kind: "not-finite", reason: "" });
    const of = (expectedSteps: number) =>
      temporalConsistency([judged(broke, { expectedSteps })], [X], envelope);
    expect(of(80)).toMatchObject({ unbroken: { value: 0.25, n: 80 }, broken: { lost: 60 } });
    expect(of(5)).toMatchObject({ unbroken: { value: 20 / 21 }, broken: { lost: 1 } });
  });

  it("holds nothing against a world whose policy broke", () => {
    const broke = trace({ x: ramp(20, 0.01) }, { step: 20, kind: "policy", reason: "" });
    const found = temporalConsistency([judged(broke, { expectedSteps: 80 })], [X], envelope);
    expect(found).toMatchObject({ unbroken: { value: 1, n: 20 }, broken: { lost: 0 } });
  });

  it("counts a step once, whatever it breaks", () => {
    const frozen = [{ channel: "x", component: 0, fromRow: 0, steps: 2 }];
    const found = temporalConsistency([judged(trace({ x: [0, 1, 1.01, 1.02] }), { frozen })], [X], envelope);
    expect(found.unbroken).toMatchObject({ value: expect.closeTo(1 / 3, 12) as number });
    expect(found.broken).toMatchObject({ jumps: 1, frozen: 2 });
  });
});

describe("a channel that stands still", () => {
  const stuck = [0, 1, 2, ...new Array<number>(12).fill(3), 4, 5];

  it("is noticed from ten steps on, bit for bit", () => {
    // Twelve rows hold 3: eleven steps.
    expect(stillStretches([X], trace({ x: stuck }))).toEqual([
      { channel: "x", component: 0, fromRow: 3, steps: 11 },
    ]);
    expect(stillStretches([X], trace({ x: ramp(30, 0.1) }))).toEqual([]);
    const trembling = stuck.map((value, k) => value + k * 1e-12);
    expect(stillStretches([X], trace({ x: trembling }))).toEqual([]);
    expect(stillStretches([X], trace({ x: stuck.slice(0, 13) }))).toEqual([]);
  });

  it("is cut into pieces that cover it whole", () => {
    const found = stillStretches([X], trace({ x: [5, ...new Array<number>(61).fill(7)] }));
    expect(found.map(({ fromRow, steps }) => [fromRow, steps])).toEqual([
      [1, 20],
      [21, 20],
      [41, 20],
    ]);
  });

  it("is frozen where truth moves by more than a tolerance from the same state, else at rest", () => {
    const stretch = { channel: "x", component: 0, fromRow: 3, steps: 11 };
    expect(truthMoves([X], stretch, trace({ x: ramp(11, 0.01) }))).toBe(true);
    expect(truthMoves([X], stretch, trace({ x: ramp(11, 0.008) }))).toBe(false);
    expect(truthMoves([X], stretch, trace({ x: ramp(11, 0) }))).toBe(false);
  });

  it("is an orientation as a whole, not one of its four numbers", () => {
    const pose: ChannelSpec = { ...X, name: "pose", kind: "quaternion", shape: [4], size: 4 };
    const spinning = Array.from({ length: 21 }, (_, k) => [Math.cos(k / 20), 0, 0, Math.sin(k / 20)]).flat();
    const one = { ...trace({ pose: spinning }), steps: 20 };
    expect(stillStretches([pose], one)).toEqual([]);
  });
});

describe("a rollout taken up again in the middle", () => {
  const again = (x: readonly number[], start = 0) => ({
    start,
    unbroken: { x: Float64Array.from(ramp(4, 0.1)) },
    again: trace({ x }),
    steps: 4,
  });

  it("goes on the same where nothing is further off than its tolerance", () => {
    const found = semigroup([again(ramp(4, 0.1)), again([0, 0.1, 0.2, 0.3, 0.49], 1)], [X]);
    expect(found.same).toMatchObject({ value: 1, n: 2 });
    expect(found.worst).toMatchObject({ start: 1, at: 'channel "x" after 4 steps' });
    expect(found.worst!.scaledError).toBeCloseTo(0.9, 9);
    expect(semigroup([again(ramp(4, 0.1))], [X])).not.toHaveProperty("worst");
  });

  it("does not where it drifts away or breaks", () => {
    const found = semigroup([again(ramp(4, 0.13)), again([0, 0.1], 1), again(ramp(4, 0.1), 2)], [X]);
    expect(found.same).toMatchObject({ value: expect.closeTo(1 / 3, 12) as number });
    expect(found.worst).toEqual({ start: 1, scaledError: null, at: "it broke after 1 of 4 steps" });
  });
});
