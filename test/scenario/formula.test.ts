import { describe, expect, it } from "vitest";
import type { ChannelSpec } from "../../src/core/channels.ts";
import { SimgateError } from "../../src/core/errors.ts";
import type { ExpressionSymbols } from "../../src/core/expression.ts";
import { parseFormula, plainSignals } from "../../src/scenario/formula.ts";
import type { FormulaTree } from "../../src/scenario/formula-tree.ts";
import type { FormulaOptions } from "../../src/scenario/formula.ts";

function channel(name: string, unit: string, tolerance: number, size = 1): ChannelSpec {
  return { name, unit, kind: "linear", shape: size === 1 ? [] : [size], size, tolerance };
}

const symbols: ExpressionSymbols = {
  channels: [
    channel("pole_angle", "rad", 0.05),
    channel("cart_position", "m", 0.1),
    channel("target", "m", 0.3),
    channel("tip", "m", 0.02, 3),
  ],
  parameters: [{ name: "rail", unit: "m" }],
};

/** The tree in full parentheses; predicates as `>` of their sides, with the scale they are divided by. */
function shape(text: string, scale: FormulaOptions["scale"] = "none"): string {
  const show = (tree: FormulaTree): string => {
    const window = "interval" in tree ? `[${tree.interval.fromSec},${tree.interval.toSec}]` : "";
    switch (tree.kind) {
      case "predicate":
        return `${tree.greater.text}>${tree.less.text}${tree.scale === 1 ? "" : `/${tree.scale}`}`;
      case "not":
        return `not(${show(tree.of)})`;
      case "and":
      case "or":
      case "implies":
      case "until":
      case "since":
        return `(${show(tree.left)} ${tree.kind}${window} ${show(tree.right)})`;
      default:
        return `${tree.kind}${window}(${show(tree.of)})`;
    }
  };
  const given = scale === "none" ? plainSignals(["a", "b", "c", "d"]) : symbols;
  return show(parseFormula(text, given, { scale }).tree);
}

function messageFor(text: string, options: Partial<FormulaOptions> = {}): string {
  try {
    parseFormula(text, symbols, { scale: "tolerance", ...options });
  } catch (thrown) {
    if (thrown instanceof SimgateError && thrown.code === "input") return thrown.message;
    throw thrown;
  }
  return `"${text}" was accepted`;
}

describe("the reading of a formula", () => {
  it.each([
    ["a > 1 and b > 1 or c > 1 and d > 1", "((a>1 and b>1) or (c>1 and d>1))"],
    ["a > 1 implies b > 1 implies c > 1 or d > 1", "(a>1 implies (b>1 implies (c>1 or d>1)))"],
    ["a > 1 until b > 1 and c > 1", "((a>1 until[0,Infinity] b>1) and c>1)"],
    ["not a > 1 and b > 1", "(not(a>1) and b>1)"],
    ["always a > 1 and b > 1", "(always[0,Infinity](a>1) and b>1)"],
    ["always[0, 2] (a > 1 or b > 1)", "always[0,2]((a>1 or b>1))"],
    ["always eventually[0.5 s, 2 s] a > 1", "always[0,Infinity](eventually[0.5,2](a>1))"],
    ["once[1,inf] a > 1 since[0,3] b > 1", "(once[1,Infinity](a>1) since[0,3] b>1)"],
    ["not (always a > 1 until b > 1)", "not((always[0,Infinity](a>1) until[0,Infinity] b>1))"],
    ["(a + b) * 2 > c", "(a + b) * 2>c"],
    ["((a + b) > (c))", "(a + b)>(c)"],
    ["a <= b", "b>a"],
    ["-1 < a < 1", "(a>-1 and 1>a)"],
    ["always(a>=0)", "always[0,Infinity](a>0)"],
  ])("%s is %s", (text, expected) => {
    expect(shape(text)).toBe(expected);
  });

  it("reports how far it looks ahead and back, and what it reads", () => {
    const formula = parseFormula(
      "always[0,2] (eventually[1,3] a > 0 or once[0,4] historically[0,1] b > 0)",
      plainSignals(["a", "b", "c"]),
      { scale: "none" },
    );
    expect(formula.futureSec).toBe(5);
    expect(formula.pastSec).toBe(5);
    expect([...formula.references].sort()).toEqual(["a", "b"]);
  });
});

describe("the scale of a predicate", () => {
  it("is the tolerance of the channel it reads, the largest of several in one unit", () => {
    expect(shape("abs(pole_angle) < 12 deg", "tolerance")).toBe("12 deg>abs(pole_angle)/0.05");
    expect(shape("abs(cart_position - target) < rail / 2", "tolerance")).toBe(
      "rail / 2>abs(cart_position - target)/0.3",
    );
    expect(shape("norm(tip) > 0", "tolerance")).toBe("norm(tip)>0/0.02");
  });

  it("does not exist for mixed or transformed quantities: a derived channel has to say it", () => {
    for (const text of [
      "always sin(pole_angle) < 0.2",
      "always cart_position * target < 1 m^2",
      "always rail > 1 m",
    ]) {
      expect(messageFor(text)).toMatch(
        /has no tolerance to count its margin in[^]*declare the expression under derived/,
      );
    }
  });

  it("is 1 for plain signals", () => {
    expect(messageFor("sin(pole_angle) < 0.2", { scale: "none" })).toMatch(/was accepted/);
  });
});

describe("a wrong formula", () => {
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    [
      "always abs(pol_angle) < 12 deg",
      /there is no channel or parameter "pol_angle"[^]*did you mean "pole_angle"/,
    ],
    ["always abs(pole_angle) < 12", /compares rad with 1[^]*give numbers theirs/],
    ["always abs(pole_angle) < 12 m", /compares rad with m/],
    ["alway pole_angle < 1 rad", /"alway" is not an operator[^]*did you mean "always"/],
    ["evntually[0,1] pole_angle > 0", /did you mean "eventually"/],
    ["always pole_angle", /compares nothing/],
    ["always", /ends where a predicate should stand/],
    ["always[2,1] pole_angle > 0", /ends before it begins/],
    ["always[0;1] pole_angle > 0", /\[from, to\], in seconds/],
    ["always[0,x] pole_angle > 0", /\[from, to\], in seconds/],
    ["pole_angle > 0 && target > 0", /"&&" is not an operator[^]*write and/],
    ["pole_angle == 0 rad", /not an operator[^]*equality/],
    ["not ! pole_angle > 0", /"!" is not an operator[^]*write not/],
    ["pole_angle > 0 -> target > 0", /write implies/],
    ["pole_angle > 0 until target > 0 until target > 0", /read two ways[^]*parentheses/],
    ["(pole_angle > 0", /"\)" is missing/],
    ["pole_angle > 0) and target > 0", /does not continue the formula[^]*character 15/],
    ["pole_angle >", /one side of a comparison is missing/],
    ["pole_angle > 0 and", /ends where a predicate should stand/],
    ["and pole_angle > 0", /a predicate is missing/],
  ];
  it.each(cases)("%s is explained", (text, message) => {
    expect(messageFor(text)).toMatch(message);
  });

  it("carries the place it was written at", () => {
    expect(messageFor("always pole_angle", { where: "s.yaml:9:3 success.formula" })).toMatch(
      /^s\.yaml:9:3 success\.formula: .*\n {2}got: +"always pole_angle" \(at character 8\)/,
    );
  });

  it("may not look ahead where only the present counts", () => {
    expect(messageFor("always pole_angle > 0", { temporal: false })).toMatch(
      /"always" looks beyond the present/,
    );
    expect(messageFor("pole_angle > 0 or target < 0", { temporal: false })).toMatch(/was accepted/);
  });
});
