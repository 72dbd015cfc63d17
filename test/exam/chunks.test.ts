import { describe, expect, it } from "vitest";
import type { ExamRun } from "../../src/exam/axis.ts";
import { chunkEffects } from "../../src/exam/chunks.ts";
import { chunksSchema } from "../../src/report/chunks-schema.ts";
import { cart, fakeExam, type Lane } from "./fake-exam.ts";

const STEPS = 5;
const TOLERANCE_M = 0.05;

/** Truth, read too far by so much more in every step, and by so much more again where a chunk begins. */
const seamed =
  (driftM: number, jumpM: number): Lane =>
  (first, start) => {
    const step = cart()(first, start);
    return (force, k) => {
      const { x, v } = step(force, k)!;
      return { x: x + driftM * (k + 1) + jumpM * Math.floor(k / STEPS), v };
    };
  };

/** The run as a world that holds commands for so long would have it. The fake one does not keep to limits. */
function applying(run: ExamRun, heldSteps: number): ExamRun {
  const pairs = run.pairs.map((pair) => {
    const asked = pair.candidate.requestedAction["force"]!;
    const force = asked.map((_, k) => Math.min(2, Math.max(-2, asked[k - (k % heldSteps)]!)));
    return { ...pair, candidate: { ...pair.candidate, appliedAction: { force } } };
  });
  return { ...run, pairs };
}

describe("a candidate that predicts several steps a call", () => {
  it("is told with the jump that was planted where its chunks meet", async () => {
    const run = await fakeExam({
      candidate: seamed(0.002, 0.008),
      candidateSays: { chunk: { steps: STEPS, mode: "replay" } },
    });
    const found = chunksSchema.parse(await chunkEffects(applying(run, 1)));
    // Of two channels one errs: half of 0.002 and of 0.010 m, in tolerances of 0.05 m.
    expect(found.inside).toBeCloseTo(0.002 / TOLERANCE_M / 2, 9);
    expect(found.boundary).toBeCloseTo(0.01 / TOLERANCE_M / 2, 9);
    expect("value" in found.ratio && found.ratio.value).toBeCloseTo(5, 6);
    // Windows of 40 steps: boundaries at 5, 10, … 35.
    expect(found.boundaries).toBe(found.windows * 7);
    expect(found).toMatchObject({ late: { value: 0 }, delaySec: 0 });
    expect(found.sentence).toMatch(
      /chunks of 5 steps, each predicted anew.*5\.00 times as much as inside \[5\.00, 5\.00\]$/,
    );
  });

  it("that holds the first command of each chunk is late by what is left of it", async () => {
    const run = await fakeExam({
      candidate: seamed(0.002, 0),
      candidateSays: { chunk: { steps: STEPS, mode: "hold" } },
    });
    const found = (await chunkEffects(applying(run, STEPS)))!;
    expect("value" in found.ratio && found.ratio.value).toBeCloseTo(1, 6);
    // All but the first of five; 0, 1, 2, 3 and 4 steps of 0.1 s.
    expect("value" in found.late && found.late.value).toBeCloseTo(0.8, 6);
    expect(found.delaySec).toBeCloseTo(0.2, 9);
    expect(found.sentence).toContain(
      "80 % of the commands come too late for the chunk under way, by 0.200 s",
    );
  });

  it("is not spoken of where each step is a call", async () => {
    expect(await chunkEffects(await fakeExam({ candidate: cart() }))).toBeUndefined();
  });
});
