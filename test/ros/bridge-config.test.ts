import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseYaml } from "../../src/core/yaml-document.ts";
import { bridgeConfigSchema } from "../../src/ros/bridge-config.ts";

const parse = (text: string) =>
  parseYaml(text, bridgeConfigSchema, { file: "bridge.yaml", what: "bridge configuration" }).value;
const LEAST = "schema: simgate/bridge@1\nmode: replace\nscenario: cartpole\n";

describe("bridge configuration", () => {
  it("needs no more than a mode and a scenario", () => {
    expect(parse(LEAST)).toEqual({
      schema: "simgate/bridge@1",
      mode: "replace",
      scenario: "cartpole",
      autostart: true,
      thread: "own",
      start: "#0",
      play: true,
      atEnd: "pause",
      sync: {
        mode: "lockstep",
        deadlineMs: 1000,
        onDeadline: "hold",
        freewheel: false,
        latency: { kind: "free" },
      },
      node: { name: "simgate", namespace: "/", services: "~" },
    });
  });

  it.each([
    ["deadline: 5", /deadline.*unknown key/],
    ["sync: { mode: lockstep, onDeadline: wait }", /onDeadline.*"?wait/],
    ["sync: { mode: free-running, deadlineMs: 5 }", /deadlineMs: unknown key/],
    ["node: { name: 9lives }", /node.name/],
    ["atEnd: explode", /atEnd/],
  ])("refuses %s", (line, message) => {
    expect(() => parse(`${LEAST}${line}\n`)).toThrow(message);
  });

  const folder = join(import.meta.dirname, "../../configs");
  it.each(readdirSync(folder))("comes with a working example: %s", (name) => {
    expect(parse(readFileSync(join(folder, name), "utf8")).schema).toBe("simgate/bridge@1");
  });
});
