import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { openRecording, windowsOf } from "../../src/api/recorded-windows.ts";
import { toStamp } from "../../src/core/time.ts";
import { encodeCdr } from "../../src/record/cdr.ts";
import { McapFile } from "../../src/record/mcap-file.ts";
import { messageType } from "../../src/record/message-definitions.ts";
import { readTraces } from "../../src/record/read-traces.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const PERIOD_NS = 20_000_000n;
const STATE = messageType("sensor_msgs/msg/JointState")!;
const COMMAND = messageType("std_msgs/msg/Float64MultiArray")!;

/** Two seconds of cartpole as rosbag2 records them: states by their header, commands by when they were received. */
async function recorded(receivedNs: (step: number) => bigint): Promise<string> {
  const path = join(await temporaryFolder(), "foreign.mcap");
  const file = await McapFile.open(path);
  const states = await file.addTopic("/joint_states", STATE);
  const commands = await file.addTopic("/cart_controller/commands", COMMAND);
  await file.run((writer) => {
    for (let step = 0; step <= 100; step++) {
      const header = { stamp: toStamp(BigInt(step) * PERIOD_NS) };
      const state = { header, name: ["slider", "hinge"], position: [step, 0], velocity: [50, 0] };
      file.message(writer, states, receivedNs(step), encodeCdr(STATE, state).bytes);
      file.message(writer, commands, receivedNs(step), encodeCdr(COMMAND, { data: [step] }).bytes);
    }
  });
  await file.close();
  return path;
}

it("windows of a recording of several worlds are truth's", async () => {
  const scenario = await loadScenario("tabletop-push");
  const path = resolve(import.meta.dirname, "../../docs/traces/action-blind.mcap");
  const [window] = windowsOf(await openRecording(path, scenario, 2, 1), 0, scenario, 1).slice(-1);
  const [truth] = await readTraces(path, scenario, { role: "truth" });
  expect([...window!.start.initial["red_position"]!]).toEqual(
    [...truth!.observation["red_position"]!].slice(2 * 120, 2 * 121),
  );
});

describe("windows of a recording by rosbag2", () => {
  it("begin at its first sample though the first command was received a nanosecond later", async () => {
    const scenario = await loadScenario("cartpole");
    const path = await recorded((step) => BigInt(step) * PERIOD_NS);
    const opened = await openRecording(path, scenario, 0.25, 1);
    const windows = windowsOf(opened, 0, scenario, 1);
    expect(opened.segments.map(({ contextSteps }) => contextSteps)).toEqual([0, 13, 26, 38, 50]);
    const position = windows.map(({ start }) => start.initial["cart_position"]![0]!);
    [0, 13, 26, 38, 50].forEach((step, i) => expect(position[i]).toBeCloseTo(step, 5));
  });

  it("says what to do where headers and messages are timed by different clocks", async () => {
    const scenario = await loadScenario("cartpole");
    const path = await recorded((step) => 1_700_000_000_000_000_000n + BigInt(step) * PERIOD_NS);
    await expect(openRecording(path, scenario, 0.25, 1)).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(/no control step in common[^]*--use-sim-time/) as string,
    });
  });
});
