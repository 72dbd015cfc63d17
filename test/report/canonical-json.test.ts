import { describe, expect, it } from "vitest";

import { canonicalJson } from "../../src/report/canonical-json.ts";
import { resultSchema } from "../../src/report/result.ts";
import { examFixture } from "./exam-fixture.ts";

describe("canonical JSON", () => {
  it("says the same as JSON.stringify", () => {
    const value = { a: [1, 2.5e-7, null], b: { c: 'x\n"y"', d: [], e: {} }, f: true, g: "é ✓" };
    expect(JSON.parse(canonicalJson(value))).toEqual(value);
    expect(JSON.parse(canonicalJson(examFixture()))).toEqual(JSON.parse(JSON.stringify(examFixture())));
  });

  it("does not depend on the order in which keys were set", () => {
    const result = examFixture();
    const turned = Object.fromEntries(Object.entries(result).toReversed());
    expect(canonicalJson(resultSchema.parse(turned))).toBe(canonicalJson(resultSchema.parse(result)));
  });

  it("ends with a newline, leaves out what has no value and writes −0 as 0", () => {
    expect(canonicalJson({ a: undefined, b: -0 })).toBe('{ "b": 0 }\n');
  });

  it("refuses NaN instead of writing null in its place", () => {
    expect(() => canonicalJson({ a: [1, NaN] })).toThrow("NaN");
  });
});
