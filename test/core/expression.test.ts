import { describe, expect, it } from "vitest";
import type { ChannelSpec } from "../../src/core/channels.ts";
import { SimgateError } from "../../src/core/errors.ts";
import { parseExpression } from "../../src/core/expression.ts";
import type { ExpressionOptions, ExpressionSymbols } from "../../src/core/expression.ts";

function channel(
  name: string,
  unit: string,
  labels?: readonly string[],
  size = labels?.length ?? 1,
): ChannelSpec {
  const shape = size === 1 ? [] : [size];
  return {
    name,
    unit,
    kind: "linear",
    shape,
    size,
    tolerance: 1,
    ...(labels === undefined ? {} : { labels }),
  };
}

const symbols: ExpressionSymbols = {
  channels: [
    channel("x", "m"),
    channel("pole_angle", "rad"),
    channel("q", "rad", ["shoulder", "left-elbow"]),
    channel("tip", "m", undefined, 3),
    channel("goal", "m", undefined, 3),
    channel("speed", "m/s"),
  ],
  parameters: [
    { name: "mass", unit: "kg" },
    { name: "pole_length", unit: "m" },
  ],
  time: true,
};

function value(
  text: string,
  columns: Record<string, number[]> = {},
  parameters: Record<string, number> = {},
  t = 0,
): number {
  const typed = Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)]),
  );
  return parseExpression(text, symbols, { units: "ignore" }).evaluate(typed, 1, { t, parameters })[0]!;
}

function messageFor(text: string, options?: ExpressionOptions, with_: ExpressionSymbols = symbols): string {
  try {
    parseExpression(text, with_, options);
  } catch (thrown) {
    if (thrown instanceof SimgateError && thrown.code === "input") return thrown.message;
    throw thrown;
  }
  return `"${text}" was accepted`;
}

describe("the value of an expression", () => {
  it("follows the precedence of arithmetic, powers to the right and above a minus sign", () => {
    expect(value("1 + 2 * 3 ^ 2")).toBe(19);
    expect(value("2 ^ 3 ^ 2")).toBe(512);
    expect(value("-3 ^ 2")).toBe(-9);
    expect(value("(1 + 2) * -(3 - 5) / 4")).toBe(1.5);
  });

  it("knows the functions of the language", () => {
    const at = (text: string): number => value(text, { x: [0.3], pole_angle: [4] });
    const s = 0.3;
    const expected: Record<string, number> = {
      "abs(-x)": s,
      "sign(-x)": -1,
      "sqrt(x)": Math.sqrt(s),
      "exp(x)": Math.exp(s),
      "log(x)": Math.log(s),
      "tanh(x)": Math.tanh(s),
      "sin(x)": Math.sin(s),
      "cos(x)": Math.cos(s),
      "tan(x)": Math.tan(s),
      "asin(x)": Math.asin(s),
      "acos(x)": Math.acos(s),
      "atan(x)": Math.atan(s),
      "atan2(x, -1)": Math.atan2(s, -1),
      "hypot(x, 0.4)": 0.5,
      "hypot(2, 3, x + 5.7)": 7,
      "min(x, 2, -1)": -1,
      "max(x, 2, -1)": 2,
      "max(x)": s,
      "clamp(x, -0.1, 0.1)": 0.1,
      "clamp(-x, -0.1, 0.1)": -0.1,
      "wrap(pole_angle)": 4 - 2 * Math.PI,
      "pi * x ^ 2": Math.PI * s * s,
      "x ^ 3 - e": s ** 3 - Math.E,
      "clamp(5, 0, 2) + min(3, 2, 1) + hypot(3, 4)": 8,
    };
    for (const [text, number] of Object.entries(expected)) expect(at(text), text).toBeCloseTo(number, 14);
  });

  it("converts unit literals to SI", () => {
    expect(value("12 deg")).toBeCloseTo(0.20943951023931953, 15);
    expect(value("9.81 m/s^2")).toBe(9.81);
    expect(value("90 deg/s + x", { x: [1] })).toBeCloseTo(1 + Math.PI / 2, 15);
    expect(value("36 km/h")).toBeCloseTo(10, 12);
    expect(value("2 kg m^2")).toBe(2);
    expect(value("1 lbf")).toBeCloseTo(4.4482216152605, 12);
  });

  it("picks components by label, quoted label or index, and takes the norm of vectors and of their differences", () => {
    const columns = { q: [0.1, 0.2], tip: [1, 2, 2], goal: [1, -1, 6] };
    expect(value("q[shoulder] - q[1]", columns)).toBeCloseTo(-0.1, 15);
    expect(value('q["left-elbow"]', columns)).toBe(0.2);
    expect(value("q[left-elbow]", columns)).toBe(0.2);
    expect(value("norm(tip)", columns)).toBe(3);
    expect(value("norm(tip - goal)", columns)).toBe(5);
    expect(value("norm(tip - tip[0])", columns)).toBeCloseTo(Math.SQRT2, 15);
  });

  it("is computed for every row, from row-major columns, constants, parameters and times", () => {
    const expression = parseExpression("mass * q[1] + t / (1 s) * pole_length / x", symbols, {
      units: "ignore",
    });
    expect([...expression.references].sort()).toEqual(["q", "x"]);
    expect([...expression.parameters].sort()).toEqual(["mass", "pole_length"]);
    expect(expression.usesTime).toBe(true);
    const columns = { q: Float64Array.of(9, 1, 9, 2, 9, 3), x: Float64Array.of(1, 2, 4) };
    const extra = {
      t: Float64Array.of(0, 1, 2),
      parameters: { mass: Float64Array.of(1, 10, 100), pole_length: 8 },
    };
    expect([...expression.evaluate(columns, 3, extra)]).toEqual([1, 24, 304]);
    expect([...expression.evaluate(columns, 2, extra)]).toEqual([1, 24]);
  });

  it("goes into the array it is given, which may be one of its own columns", () => {
    const expression = parseExpression("x * x + x", symbols, { units: "ignore" });
    const x = Float64Array.of(1, 2, 3);
    const out = expression.evaluate({ x }, 3, {}, x);
    expect(out).toBe(x);
    expect([...x]).toEqual([2, 6, 12]);
  });

  it("does not change when the same expression is used with more rows, then fewer", () => {
    const expression = parseExpression("2 * x + 1", symbols, { units: "ignore" });
    const rows = (n: number): number[] => [
      ...expression.evaluate({ x: Float64Array.from({ length: n }, (_, i) => i) }, n),
    ];
    expect(rows(2)).toEqual([1, 3]);
    expect(rows(5)).toEqual([1, 3, 5, 7, 9]);
    expect(rows(1)).toEqual([1]);
  });

  it("names the channel or parameter that is missing at evaluation", () => {
    expect(() => parseExpression("x", symbols).evaluate({}, 1)).toThrow(/channel "x".*\n.*1 × 1 values/);
    expect(() => parseExpression("mass", symbols).evaluate({}, 1)).toThrow(/parameter "mass"/);
  });
});

describe("units of an expression", () => {
  const accepted: readonly (readonly [text: string, unit: string])[] = [
    ["x + 2 cm", "m"],
    ["speed * t", "m"],
    ["sqrt(x ^ 2 + norm(tip) ^ 2)", "m"],
    ["atan2(tip[0], tip[1])", "rad"],
    ["pole_length * sin(pole_angle)", "m"],
    ["0.5 * mass * speed ^ 2 + mass * 9.81 m/s^2 * x", "J"],
    ["0.5 * mass * pole_length ^ 2 * (pole_angle / t) ^ 2", "J"],
    ["pole_length * pole_angle", "m"],
    ["max(x, 0) - 0", "m"],
    ["wrap(pole_angle - 180 deg)", "rad"],
    ["sign(x) * 3 N", "N"],
    ["0", "N m"],
  ];
  it.each(accepted)("%s is in %s", (text, unit) => {
    expect(messageFor(text, { expectUnit: unit })).toBe(`"${text}" was accepted`);
  });

  it("refuses sums of different units and says which", () => {
    expect(messageFor("x + pole_angle", { where: "a.yaml:3:7" })).toMatch(
      /^a\.yaml:3:7: "x \+ pole_angle" mixes m with rad/,
    );
    expect(messageFor("min(x, speed)")).toMatch(/min mixes m with m\/s/);
  });

  it("lets zero stand for any quantity, and gives it a unit where one is written", () => {
    expect(messageFor("x - 0")).toMatch(/was accepted/);
    expect(messageFor("x - 0 rad")).toMatch(/mixes m with rad/);
  });

  it("asks for the unit of a bare number", () => {
    expect(messageFor("pole_angle - 12")).toMatch(/mixes rad with 1[^]*give the number its unit: 12 rad/);
  });

  it("names both units where another is expected", () => {
    expect(messageFor("2 * pole_angle", { expectUnit: "N" })).toMatch(
      /wrong unit\n {2}expected: N\n {2}got: {6}rad/,
    );
    expect(messageFor("3", { expectUnit: "N" })).toMatch(/give the number its unit: 3 kg m\/s\^2/);
  });

  it("refuses sines of lengths and powers with units", () => {
    expect(messageFor("sin(x)")).toMatch(/sin takes an angle in rad, not m/);
    expect(messageFor("exp(speed)")).toMatch(/exp takes a pure number, not m\/s/);
    expect(messageFor("2 ^ x")).toMatch(/an exponent is a pure number, not m/);
  });

  it("are ignored on request", () => {
    expect(messageFor("3 * x + 20 * pole_angle", { units: "ignore", expectUnit: "N" })).toMatch(
      /was accepted/,
    );
  });
});

describe("a wrong expression", () => {
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    ["pol_angle * 2", /there is no channel or parameter "pol_angle"[^]*did you mean "pole_angle"/],
    ["tip + x", /channel "tip" has 3 components[^]*name one \(tip\[0\]\) or take norm\(tip\)/],
    ["q[shouldr]", /no component "shouldr"[^]*did you mean "shoulder"/],
    ["tip[3]", /no component "3"[^]*0, 1, 2/],
    ["cosh(x)", /there is no function "cosh"[^]*did you mean "cos"/],
    ["clamp(x)", /clamp takes 3 value\(s\), not 1/],
    ["x < 3 m", /not arithmetic[^]*success formula/],
    ["x and speed", /not arithmetic/],
    ["x pole_angle", /joins two values without an operator[^]*write \*/],
    ["2 +", /not an expression[^]*Unexpected end/],
    ["y = 3", /cannot be used/],
    ["f(x) = x", /cannot be used/],
    ["[1, 2]", /cannot be used/],
    ["x; speed", /cannot be used/],
    ["norm(tip + q)", /mixes vectors of 3 and 2 components/],
    ["import(x)", /there is no function "import"/],
    ["x.constructor", /no component "constructor"|has no component/],
  ];
  it.each(cases)("%s is explained", (text, message) => {
    expect(messageFor(text, { units: "ignore" })).toMatch(message);
  });

  it("does not know the time where it is not given", () => {
    expect(messageFor("t * x", { units: "ignore" }, { channels: symbols.channels })).toMatch(
      /the time "t" cannot be used here/,
    );
  });

  it("takes a unit for a unit only behind a number", () => {
    expect(messageFor("x * g", { units: "ignore" })).toMatch(
      /no channel or parameter "g"[^]*"g" is a unit[^]*1 g/,
    );
    expect(value("x * 9.81 m/s^2", { x: [2] })).toBeCloseTo(19.62, 14);
    expect(value("2 kg m^2/(s^2 rad) * x", { x: [2] })).toBe(4);
    expect(value("3 (N m)/s + 2 N*m/s")).toBe(5);
  });
});
