import { describe, expect, it } from "vitest";
import { bridgeConfigSchema, type ReplaceConfig } from "../../src/ros/bridge-config.ts";
import { InMemoryNetwork } from "../../src/ros/in-memory.ts";
import type { ParameterValue } from "../../src/ros/node.ts";
import { Settings } from "../../src/ros/settings.ts";

const LEAST = { schema: "simgate/bridge@1", mode: "replace", scenario: "cartpole" };

function settingsOf(file: object, overrides: Record<string, ParameterValue> = {}) {
  const node = new InMemoryNetwork().open({ name: "simgate", onProblem: () => undefined }, overrides);
  let inUse = false;
  const settings = new Settings(node, bridgeConfigSchema.parse({ ...LEAST, ...file }) as ReplaceConfig, {
    inUse: () => inUse,
    refuse: (path, value) => (path === "start" && value === "#no" ? "there is no such start" : undefined),
  });
  return { settings, set: node.parameters.set.bind(node.parameters), use: () => (inUse = true) };
}

describe("settings", () => {
  it("take what the launch overrides, under the names of the file", () => {
    const { settings } = settingsOf({}, { world: "gru", "sync.deadlineMs": 250, play: false });
    expect(settings.read()).toMatchObject({
      world: "gru",
      play: false,
      sync: { mode: "lockstep", deadlineMs: 250 },
    });
  });

  it("let the launch choose another kind, whose own settings then count", () => {
    const { settings, set } = settingsOf(
      { sync: { mode: "lockstep", deadlineMs: 5 } },
      { "sync.mode": "free-running", "sync.realTimeFactor": 2 },
    );
    expect(settings.read().sync).toEqual({ mode: "free-running", realTimeFactor: 2 });
    expect(set("sync.mode", "lockstep")).toMatch(/read-only/);
    expect(set("sync.deadlineMs", 5)).toMatch(/not declared/);
  });

  it("say at the start which override does not fit", () => {
    expect(() => settingsOf({}, { atEnd: "explode" })).toThrow(/atEnd: .*"pause"/);
    expect(() => settingsOf({}, { "sync.deadlineMs": -1 })).toThrow(/\[0, 3600000\]/);
  });

  it("change while running where that makes sense: what reads them sees the new value", () => {
    const { settings, set, use } = settingsOf({ sync: { mode: "lockstep" } });
    const { sync, ...config } = settings.read();
    use();
    expect(sync).toMatchObject({ deadlineMs: 1000 });
    expect(set("sync.deadlineMs", 20)).toBeUndefined();
    expect(sync).toMatchObject({ deadlineMs: 20 });
    expect(set("sync.deadlineMs", 0)).toMatch(/>0/);
    expect(set("sync.onDeadline", "wait")).toMatch(/"hold"/);
    expect(set("start", "#no")).toBe("there is no such start");
    expect(config.play).toBe(true);
  });

  it("keep what the node has opened until it is unconfigured", () => {
    const { settings, set, use } = settingsOf({});
    expect(set("world", "linear")).toBeUndefined();
    expect(settings.read().world).toBe("linear");
    expect(set("world", "")).toBeUndefined();
    expect(settings.read().world).toBeUndefined();
    use();
    expect(set("world", "gru")).toMatch(/unconfigured/);
  });
});
