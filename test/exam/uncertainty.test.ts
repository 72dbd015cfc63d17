import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import type { Trace } from "../../src/core/trace.ts";
import type { ExamRun } from "../../src/exam/axis.ts";
import { compareDistributions } from "../../src/exam/distribution.ts";
import { calibration } from "../../src/exam/uncertainty.ts";
import { calibrationSchema } from "../../src/report/uncertainty-schema.ts";
import { cart, fakeExam, type Lane } from "./fake-exam.ts";

/** The cart, its speed read with noise that the seed decides. */
const noisy =
  (std: number, bias = 0): Lane =>
  (first, start) => {
    const step = cart()(first, start);
    const draws = new RandomStream(start.seed, "reading");
    return (force, k) => {
      const { x, v } = step(force, k)!;
      // Another draw at every place, so that windows of one start differ.
      return { x: x + std * draws.normal(k, Math.round(Math.abs(x) * 1e9)) + bias, v };
    };
  };

/** What the candidate says of its own error, by trace and step. */
function saying(run: ExamRun, stdOf: (trace: Trace, step: number) => number): ExamRun {
  const { rollouts } = run;
  return {
    ...run,
    rollouts: {
      run: async (requests) =>
        (await rollouts.run(requests)).map((traces, i) => {
          const { world, keep } = requests[i]!;
          if (world.name !== "candidate" || keep?.includes("uncertainty") !== true) return traces;
          return traces.map((trace) => ({
            ...trace,
            uncertainty: { x: Float64Array.from({ length: trace.steps }, (_, k) => stdOf(trace, k)) },
          }));
        }),
    },
  };
}

describe("what a world says of its own error", () => {
  it("is found right where it is, and nothing is said of what it is silent about", async () => {
    const run = saying(await fakeExam({ candidate: noisy(0.02) }), () => 0.02);
    const { oneStep, distribution } = calibrationSchema.parse(await calibration(run));
    if ("undefined" in oneStep) throw new Error(oneStep.undefined);
    const [x] = oneStep.channels;
    expect(oneStep.without).toEqual(["v"]);
    expect(x).toMatchObject({ channel: "x", unit: "m", n: 48 * 40 });
    for (const { level, observed } of x!.coverage) {
      expect("value" in observed && Math.abs(observed.value - level)).toBeLessThan(0.06);
    }
    expect("value" in x!.spreadSkill && x!.spreadSkill.value).toBeCloseTo(1, 1);
    expect(distribution).toEqual({
      undefined: "neither world is stochastic: one rollout a start is its distribution",
    });
  });

  it("is found too sure where it is", async () => {
    const run = saying(await fakeExam({ candidate: noisy(0.02) }), () => 0.01);
    const { oneStep } = await calibration(run);
    if ("undefined" in oneStep) throw new Error(oneStep.undefined);
    const [x] = oneStep.channels;
    expect("value" in x!.spreadSkill && x!.spreadSkill.value).toBeCloseTo(0.5, 1);
    const { observed } = x!.coverage.find(({ level }) => level === 0.95)!;
    expect("value" in observed && observed.interval![1]).toBeLessThan(0.8);
  });

  it("is an alarm to be trusted where it rises before the prediction goes off", async () => {
    // Some starts drift off; the others stay. Off means 0.05 m.
    const drifts: Lane = (first, start) => {
      const step = cart()(first, start);
      return (force, k) => {
        const { x, v } = step(force, k)!;
        return { x: x + (start.index % 3 === 0 ? 0.0025 * (k + 1) : 0), v };
      };
    };
    const exam = await fakeExam({ candidate: drifts });
    const knowing = saying(exam, ({ start }, k) => (start.index % 3 === 0 ? 0.002 * k : 0.001));
    const { alarm } = await calibration(knowing);
    if ("undefined" in alarm) throw new Error(alarm.undefined);
    expect(alarm).toMatchObject({ withinSec: 1, windows: 48, trusted: true });
    expect(alarm.threshold).toBeGreaterThan(0.02);
    expect("value" in alarm.recall && alarm.recall.value).toBeGreaterThan(0.9);
    expect("value" in alarm.warned && alarm.warned.value).toBe(1);
    expect(alarm.leadSec).toBeGreaterThan(0.5);

    const draws = new RandomStream(1n, "guess");
    const guessing = saying(exam, ({ start }, k) => 0.01 * draws.uniform(start.index, k));
    const { alarm: guess } = await calibration(guessing);
    if ("undefined" in guess) throw new Error(guess.undefined);
    expect(guess.trusted).toBe(false);
    expect(guess.reason).toContain("does not tell when it goes off");
    expect(guess.reason).toContain("the time since the start tells as much");
  });

  it("cannot be scored as an alarm where nothing ever goes off", async () => {
    const { alarm } = await calibration(saying(await fakeExam({ candidate: cart() }), () => 0.01));
    expect(alarm).toMatchObject({ trusted: false, threshold: null, leadSec: null });
    expect("reason" in alarm && alarm.reason).toContain("never comes about");
  });

  it("is nothing where it says nothing", async () => {
    const { oneStep, alarm } = await calibration(await fakeExam({ candidate: cart() }));
    expect(oneStep).toEqual({ undefined: "the world says nothing about its own error" });
    expect(alarm).toEqual(oneStep);
  });
});

describe("stochastic worlds compared in distribution", () => {
  const says = { candidateSays: { stochastic: true }, truthSays: { stochastic: true } };
  const compare = async (candidate: Lane) => {
    const found = await compareDistributions(await fakeExam({ truth: noisy(0.05), candidate, ...says }));
    if ("undefined" in found) throw new Error(found.undefined);
    return found;
  };

  it("are the same where only the seeds differ", async () => {
    const found = await compare(noisy(0.05));
    expect(found).toMatchObject({ starts: 16, seeds: 8, differs: false });
    expect(found.times.map(({ atSec }) => atSec)).toEqual([2, 4, 8]);
    expect(found.times[0]!.channels.map(({ channel }) => channel)).toEqual(["x", "v"]);
    // Speeds are not noisy: all samples of a start are the same.
    expect(found.times[0]!.channels[1]).toMatchObject({ distance: 0, pValue: 1 });
  });

  it("differ in their mean, or in their spread alone", async () => {
    const shifted = await compare(noisy(0.05, 0.1));
    expect(shifted.differs).toBe(true);
    expect(shifted.times[0]!.pValue).toBeLessThan(0.01);
    const sure = await compare(noisy(0.005));
    expect(sure.differs).toBe(true);
    expect(sure.reason).toContain("distributed otherwise");
  });

  it("are not compared beside a recording", async () => {
    const run = await fakeExam({
      candidate: noisy(0.05),
      candidateSays: { stochastic: true },
      truthSays: { respondsToActions: false },
    });
    expect(await compareDistributions(run)).toEqual({
      undefined: "truth is a recording: it cannot be rolled out with other seeds",
    });
  });
});
