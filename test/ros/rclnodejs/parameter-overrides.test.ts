import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parameterOverrides } from "../../../src/ros/rclnodejs/parameter-overrides.ts";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "simgate-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const overrides = (args: string[], node = "/left/simgate"): unknown =>
  Object.fromEntries(parameterOverrides(args, node));
const file = (text: string): string[] => {
  const path = join(folder, "params.yaml");
  writeFileSync(path, text);
  return ["--ros-args", "--params-file", path];
};

describe("parameter overrides", () => {
  it("are read from the command line, for this node or for all", () => {
    const args = ["bridge", "-p", "before:=1", "--ros-args", "-r", "__ns:=/left", "-p", "world:=gru"];
    args.push("-p", "sync.deadlineMs:=250", "--param", "play:=off", "-p", "start:='#3'");
    args.push("-p", "simgate:atEnd:=reset", "-p", "other:autostart:=false", "--", "-p", "after:=1");
    expect(overrides(args)).toEqual({
      world: "gru",
      "sync.deadlineMs": 250,
      play: false,
      start: "#3",
      atEnd: "reset",
    });
    expect(overrides(args, "/simgate")).toMatchObject({ atEnd: "reset" });
    expect(overrides(args, "/left/other")).toMatchObject({ autostart: false });
  });

  // the forms of https://docs.ros.org/en/jazzy/How-To-Guides/Node-arguments.html and of what ros2 launch writes
  it.each([
    ["/**:\n  ros__parameters:\n    world: gru\n"],
    ["/left/simgate:\n  ros__parameters:\n    world: gru\n"],
    ["left:\n  simgate:\n    ros__parameters:\n      world: gru\n"],
    ["/left:\n  '*':\n    ros__parameters:\n      world: gru\n"],
    ["/**/simgate:\n  ros__parameters:\n    world: gru\n"],
  ])("reach a node in a namespace from a file: %j", (text) => {
    expect(overrides(file(text))).toEqual({ world: "gru" });
  });

  it("of another node are not taken; nested names are joined; the last one counts", () => {
    const text =
      "simgate:\n  ros__parameters:\n    world: gru\n/**:\n  ros__parameters: { sync: { deadlineMs: 5 } }\n";
    expect(overrides(file(text))).toEqual({ "sync.deadlineMs": 5 });
    expect(overrides([...file(text), "-p", "sync.deadlineMs:=7"])).toEqual({ "sync.deadlineMs": 7 });
  });
});
