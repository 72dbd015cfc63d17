import { describe, expect, it } from "vitest";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import { difference } from "../../src/core/channels.ts";
import type { Trace } from "../../src/core/trace.ts";
import { describeRecording } from "../../src/record/describe-recording.ts";
import { readRecording } from "../../src/record/read-recording.ts";
import { readTraces } from "../../src/record/read-traces.ts";
import { writeTraces } from "../../src/record/write-traces.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const at = temporaryFolder();

async function drive(scenario: Scenario): Promise<Trace> {
  const world = await openWorld(scenario, "mujoco");
  const policy = await openPolicy(scenario, "hurried");
  const { tape } = await closedLoop(world, policy, drawPanel(scenario, { count: 1 }), { horizonSteps: 40 });
  await policy.close();
  await world.close();
  return tape.traces()[0]!;
}

describe("a recording of the forklift", { timeout: 30_000 }, () => {
  it("speaks Odometry, LaserScan and TwistStamped, and gives back every number to the bit", async () => {
    const scenario = await loadScenario("warehouse-turn");
    const trace = await drive(scenario);
    await writeTraces([{ role: "", trace }], { path: at("drive.mcap"), channels: scenario });
    const { topics } = await describeRecording(at("drive.mcap"));
    const types = Object.fromEntries(topics.map(({ topic, type }) => [topic, type]));
    expect(types).toMatchObject({
      "/odom": "nav_msgs/msg/Odometry",
      "/scan": "sensor_msgs/msg/LaserScan",
      "/cmd_vel": "geometry_msgs/msg/TwistStamped",
      "/clearance": "sensor_msgs/msg/Range",
      "/person/position": "geometry_msgs/msg/PointStamped",
    });
    expect(Object.keys(types).filter((topic) => topic.endsWith("/exact"))).toEqual([
      "/yaw/exact",
      "/scan/exact",
      "/clearance/exact",
    ]);
    const [again] = await readTraces(at("drive.mcap"), scenario);
    expect(again!.observation).toEqual(trace.observation);
    expect(again!.appliedAction).toEqual(trace.appliedAction);
  });

  it("is read from its ROS messages alone where the exact numbers are not: a robot's own bag", async () => {
    const scenario = await loadScenario("warehouse-turn");
    const trace = await drive(scenario);
    await writeTraces([{ role: "", trace }], { path: at("bag.mcap"), channels: scenario });
    // Under other names the channels have no exact numbers beside them.
    const renamed = scenario.observation
      .filter(({ ros }) => ros !== undefined)
      .map((channel) => ({ ...channel, name: `its_${channel.name}` }));
    const { observation } = await readRecording(at("bag.mcap"), {
      channels: { observation: renamed, action: [] },
    });
    for (const { name, kind } of scenario.observation) {
      const read = observation[`its_${name}`]!.values;
      const worst = trace.observation[name]!.reduce(
        (most, value, i) => Math.max(most, Math.abs(difference(kind, value, read[i]!))),
        0,
      );
      expect(worst, name).toBeLessThan(["scan", "clearance"].includes(name) ? 1e-6 : 1e-14);
    }
  });
});
