import { describe, expect, it } from "vitest";

import { measureText, percent, sentence, short, signed } from "../../../src/report/html/format.ts";

describe("numbers for a reader", () => {
  it("keep three digits, with a true minus sign", () => {
    expect([0, 1, 0.5, 12.345, 123.4, 1234, -0.25, 0.00012, 250000].map(short)).toEqual([
      "0",
      "1",
      "0.5",
      "12.3",
      "123",
      "1234",
      "−0.25",
      "1.2e−4",
      "2.5e5",
    ]);
    expect(signed(0.3)).toBe("+0.3");
    expect(signed(-0.3)).toBe("−0.3");
  });

  it("never round a rate to 0 % or 100 % that is not", () => {
    expect([0, 0.002, 0.384, 0.996, 1].map(percent)).toEqual(["0%", "0.2%", "38%", "99.6%", "100%"]);
    expect(percent(0.0001)).toBe("< 0.1%");
    expect(percent(0.9999)).toBe("> 99.9%");
  });

  it("give a rate with its interval and n, or the reason why there is none", () => {
    expect(measureText({ value: 0.25, interval: [0.1, 0.5], n: 8 })).toBe("25% (10–50%, n 8)");
    expect(measureText({ undefined: "no start fails in truth" })).toBe("undefined: no start fails in truth");
  });

  it("make a fragment a sentence once", () => {
    expect(sentence("no outcome")).toBe("No outcome.");
    expect(sentence("Done.")).toBe("Done.");
  });
});
