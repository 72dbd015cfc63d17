import { describe, expect, it } from "vitest";
import { examSummary } from "../../src/cli/exam-summary.ts";
import type { StressorResult } from "../../src/report/result.ts";
import { examFixture } from "../report/exam-fixture.ts";
import { stressorsFixture } from "../report/stressor-fixture.ts";

const [late, lost] = stressorsFixture().stressors as [StressorResult, StressorResult];
const rate = (value: number) => ({ value, interval: null, n: 64 });

function idle(name: string, reason: string): StressorResult {
  return { ...late, name, axes: { ...late.axes, taskValidity: { ...late.axes.objectPersistence, reason } } };
}

/** The lines about stressors. */
function lines(stressors: StressorResult[], broken = stressorsFixture().broken): string[] {
  const result = { ...examFixture(), stressors: { ...stressorsFixture(), stressors, broken } };
  return examSummary(result, "out")
    .split("\n")
    .filter((line) => /^(stressors|verdicts)/.test(line));
}

describe("what an exam prints of its stressors", () => {
  it("is what breaks, or that nothing does", () => {
    expect(lines([late, lost])).toEqual([
      "stressors: fails task validity and controllability under late_actions",
    ]);
    expect(lines([late, lost], [])).toEqual([
      "stressors: no axis that passes fails under late_actions, lost_packets",
    ]);
  });

  it("is which change nothing here, and why, rather than that nothing fails under them", () => {
    const dark = "gru goes on from numbers, not from pictures";
    const told = "no policy of this exam is told its goal in words";
    expect(lines([idle("dim", dark), idle("evening", dark), idle("reworded", told)], [])).toEqual([
      `stressors that change nothing here: dim, evening (${dark})`,
      `stressors that change nothing here: reworded (${told})`,
    ]);
  });

  it("is how many verdicts change with the words alone, in truth too", () => {
    const changed = { truth: rate(0.5), candidate: rate(0) };
    expect(lines([{ ...lost, kind: "prompt-drift", changed }], [])).toEqual([
      "stressors: no axis that passes fails under lost_packets",
      "verdicts that change with nothing but the words: lost_packets 0.0 % (truth 50.0 %)",
    ]);
    const same = { truth: rate(0), candidate: rate(0) };
    expect(lines([{ ...lost, kind: "prompt-drift", changed: same }], [])).toHaveLength(1);
  });
});
