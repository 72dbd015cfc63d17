import { describe, expect, it } from "vitest";

import { replayResultSchema } from "../../src/report/replay-result.ts";
import { resultSchema } from "../../src/report/result.ts";
import { examFixture } from "./exam-fixture.ts";
import { replayFixture } from "./replay-fixture.ts";

describe("the schema of result.json", () => {
  it("accepts an exam and a replay as they are written", () => {
    expect(resultSchema.parse(examFixture())).toEqual(examFixture());
    expect(replayResultSchema.parse(replayFixture())).toEqual(replayFixture());
  });

  it("refuses numbers that JSON cannot carry", () => {
    const result = examFixture();
    result.axes.taskValidity.score = NaN;
    expect(resultSchema.safeParse(result).success).toBe(false);
    result.axes.taskValidity.score = 0.5;
    result.errorGrowth.freeRunning[0]!.median[3] = Infinity;
    expect(resultSchema.safeParse(result).success).toBe(false);
  });

  it("refuses a key it does not know, so that a slip of the pen is seen", () => {
    const result = { ...examFixture(), verdit: "pass" };
    const { error } = resultSchema.safeParse(result);
    expect(error?.message).toContain("verdit");
  });

  it("refuses a rate that is given as a bare number", () => {
    const result = examFixture();
    const slip = { ...result, overall: { ...result.overall, falsePassRate: 0.1 } };
    expect(resultSchema.safeParse(slip).success).toBe(false);
  });
});
