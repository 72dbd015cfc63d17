import { describe, expect, it } from "vitest";
import { parseFormula, plainSignals } from "../../src/scenario/formula.ts";
import { robustness } from "../../src/scenario/robustness.ts";
import { stretchFormula } from "../../src/scenario/stretch-formula.ts";

describe("a stretched formula", () => {
  it.each([
    ["always[0,10] x < 1", 2, "always[0,20] x < 1"],
    [
      "always[0, 10 s] (x < 2.4 and y < 60) and always[8,10] x < 0.5",
      1.5,
      "always[0, 15 s] (x < 2.4 and y < 60) and always[12,15] x < 0.5",
    ],
    ["eventually[0.7,inf] always[0,0.5] 5 < x", 3, "eventually[2.1,inf] always[0,1.5] 5 < x"],
    ["x < 1 until[2,3] (once[0,1] y > 4 and z[2] < 7)", 2, "x < 1 until[4,6] (once[0,2] y > 4 and z[2] < 7)"],
    ["always x < 10", 2, "always x < 10"],
    [
      "always[0,1] not eventually[1,2] 3 * x - [1,2] < 4",
      2,
      "always[0,2] not eventually[2,4] 3 * x - [1,2] < 4",
    ],
  ])("of %s by %d has every window longer and nothing else changed", (text, factor, expected) => {
    expect(stretchFormula(text, factor)).toBe(expected);
  });

  it("judges a signal played at half the speed as the formula judges the signal", () => {
    const symbols = plainSignals(["x"]);
    const margin = (text: string, x: number[]): number =>
      robustness(parseFormula(text, symbols, { scale: "none" }), { x: Float64Array.from(x) }, 0.5, {
        samples: x.length,
        parameters: {},
      })[0]!;
    const text = "eventually[0,2] always[0.5,1.5] x < 3";
    const quick = [5, 4, 2.5, 1, 2, 2.75, 3.5, 6, 6, 6, 6];
    const slow = quick.flatMap((value, i) => (i === 0 ? [value] : [value, value]));
    expect(margin(stretchFormula(text, 2), slow)).toBe(margin(text, quick));
  });
});
