import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SimgateError } from "../../src/core/errors.ts";
import { parseYaml, showPath } from "../../src/core/yaml-document.ts";

const schema = z.strictObject({
  name: z.string(),
  periodSec: z.number().positive(),
  parts: z
    .array(
      z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("wheel"), radiusM: z.number() }),
        z.strictObject({ kind: z.literal("arm"), joints: z.array(z.string()).min(2) }),
      ]),
    )
    .default([]),
  source: z
    .union([z.strictObject({ joint: z.string() }), z.strictObject({ sensor: z.string() }), z.string()])
    .optional(),
  gains: z.record(z.string(), z.strictObject({ value: z.number() })).default({}),
});

const source = { file: "robot.yaml", what: "robot" };
const parse = (text: string) => parseYaml(text, schema, source);

function refusal(text: string): string {
  try {
    parse(text);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(SimgateError);
    expect((thrown as SimgateError).code).toBe("input");
    return (thrown as SimgateError).message;
  }
  throw new Error("it was accepted");
}

describe("a YAML document", () => {
  it("gives the checked value, with defaults, and where each key was written", () => {
    const document = parse("name: r\nperiodSec: 0.5\nparts:\n  - kind: wheel\n    radiusM: 1\n");
    expect(document.value).toEqual({
      name: "r",
      periodSec: 0.5,
      parts: [{ kind: "wheel", radiusM: 1 }],
      gains: {},
    });
    expect(document.where(["parts", 0, "radiusM"])).toBe("robot.yaml:5:5 parts[0].radiusM");
    expect(document.where([])).toBe("robot.yaml:1:1");
    expect(document.error(["periodSec"], "too slow", { hint: "hurry" }).message).toBe(
      "robot.yaml:2:1 periodSec: too slow\n  to do:    hurry",
    );
  });

  it("is read from JSON too, and through anchors", () => {
    expect(parse('{"name": "r", "periodSec": 1}').value.name).toBe("r");
    const anchored = parse("name: r\nperiodSec: 1\ngains:\n  a: &g { value: 2 }\n  b: *g\n");
    expect(anchored.value.gains).toEqual({ a: { value: 2 }, b: { value: 2 } });
    expect(anchored.where(["gains", "b", "value"])).toBe("robot.yaml:4:11 gains.b.value");
  });

  it("lists every problem in the order of the lines", () => {
    expect(refusal("nane: r\nperiodSec: -1\nparts:\n  - kind: wheel\n    radius: 1\n")).toBe(
      [
        "robot.yaml: the robot has 5 problems",
        "  robot.yaml:1:1 name: missing; expected text",
        '  robot.yaml:1:1 nane: unknown key; did you mean "name"? Known: name, periodSec, parts, source, gains',
        "  robot.yaml:2:1 periodSec: too small: expected number to be >0, got -1",
        "  robot.yaml:4:5 parts[0].radiusM: missing; expected a number",
        '  robot.yaml:5:5 parts[0].radius: unknown key; did you mean "radiusM"? Known: kind, radiusM',
      ].join("\n"),
    );
  });

  it("says which alternatives there are", () => {
    expect(refusal("name: r\nperiodSec: 1\nparts: [{ kind: weel }]\n")).toBe(
      'robot.yaml:3:11 parts[0].kind: weel: did you mean "wheel"? Known: wheel, arm',
    );
    expect(refusal("name: r\nperiodSec: 1\nsource: 5\n")).toBe(
      "robot.yaml:3:1 source: expected a map of keys or text, got 5",
    );
    expect(refusal("name: r\nperiodSec: 1\nsource: { sensr: imu }\n")).toContain('did you mean "sensor"?');
    expect(refusal("name: r\nperiodSec: 1\ngains: { a: { val: 1 } }\n")).toContain("Known: value");
  });

  it("refuses numbers that are none", () => {
    expect(refusal("name: r\nperiodSec: .nan\n")).toContain("robot.yaml:2:1 periodSec");
    expect(refusal("name: r\nperiodSec: .inf\n")).toContain("robot.yaml:2:1 periodSec");
  });

  it("refuses duplicate keys, broken syntax, an empty file and aliases of nothing", () => {
    expect(refusal("name: r\nname: s\nperiodSec: 1\n")).toBe('robot.yaml:2:1: duplicate key "name"');
    expect(refusal("name: [r\nperiodSec: 1\n")).toMatch(/^robot\.yaml:\d+:\d+: /m);
    expect(refusal("")).toBe("robot.yaml:1:1: expected a map of keys, got nothing (null)");
    expect(refusal("name: *nobody\nperiodSec: 1\n")).toMatch(/nobody/);
  });
});

it("a key path reads as one would write it", () => {
  expect(showPath(["a", "b", 2, "c"])).toBe("a.b[2].c");
});
