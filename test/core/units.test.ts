import { describe, expect, it } from "vitest";
import { dimensionText, parseSiUnit, parseUnit } from "../../src/core/units.ts";

describe("a unit", () => {
  it.each([
    ["m", "m", 1],
    ["rad/s", "rad/s", 1],
    ["N m", "kg m^2/s^2", 1],
    ["1", "1", 1],
    ["deg", "rad", Math.PI / 180],
    ["km/h", "m/s", 1 / 3.6],
    ["g", "kg", 1e-3],
    ["Hz", "1/s", 1],
    ["V/A", "kg m^2/(s^3 A^2)", 1],
  ])("%s is %s times a factor", (text, si, factor) => {
    const unit = parseUnit(text);
    expect(dimensionText(unit.dimension)).toBe(si);
    expect(unit.factor).toBeCloseTo(factor, 12);
  });

  it("of a channel must be coherent SI, and the message names the one to write", () => {
    expect(() => parseSiUnit("deg", "s.yaml:4:5")).toThrow(
      /^s\.yaml:4:5: unit "deg" is not a coherent SI unit\n {2}expected: "rad"/,
    );
    expect(() => parseSiUnit("cm")).toThrow(/expected: "m"/);
    expect(() => parseSiUnit("degC")).toThrow(/not a unit/);
    expect(parseSiUnit("kg m^2").factor).toBe(1);
  });

  it("that does not exist is refused with an example of how units are written", () => {
    expect(() => parseUnit("Nm")).toThrow(/"Nm" is not a unit[^]*"N m" \(a space between factors\)/);
    expect(() => parseUnit("")).toThrow(/not a unit/);
  });
});
