import { describe, expect, it } from "vitest";
import { openRclnodejs } from "../../src/ros/rclnodejs.ts";
import { until } from "../contracts/ros-node-contract.ts";
import { hostOn } from "./hosted.ts";
import { whyNoRos } from "./why-no-ros.ts";

const skip = await whyNoRos();

describe("bridge on a real ROS 2 network", () => {
  it("plays an episode in lockstep with a policy on topics, and answers the simulation services", async (context) => {
    if (skip !== undefined) context.skip(skip);
    const one = await hostOn(openRclnodejs, {
      config: { play: true, sync: { mode: "lockstep", deadlineMs: 5000, onDeadline: "abort" } },
      policy: (position) => (position < 2 ? 0.5 : -0.25),
    });
    try {
      await until(() => one.bridge.simulator.state === "paused");
      await until(() => one.heard.at(-1)?.[0] === 5);
      // whoever was there for the first observation may hear it twice: it is repeated for those who come late
      const told = one.heard.filter(([time], i) => time !== one.heard[i + 1]?.[0]);
      expect(told).toEqual([
        [0, 0],
        [1, 0.5],
        [2, 1],
        [3, 1.5],
        [4, 2],
        [5, 1.75],
      ]);
      const reset = await one.call("reset_simulation", "ResetSimulation", { scope: 0 });
      expect(reset).toEqual({ result: { result: 1, error_message: "" } });
      await until(() => one.heard.at(-1)?.[0] === 6);
      await one.call("step_simulation", "StepSimulation", { steps: 2n });
      await until(() => one.heard.at(-1)?.[0] === 8);
      const features = await one.call("get_simulator_features", "GetSimulatorFeatures");
      expect(features["features"]).toMatchObject({
        features: [6, 8, 10, 12, 20, 21, 22, 24, 25, 26, 31, 32, 33, 40, 44, 45],
      });
      const state = await one.call("get_entity_state", "GetEntityState", { entity: "crate" });
      expect(state).toMatchObject({ result: { result: 1 }, state: { header: { stamp: { sec: 8 } } } });
      expect(one.log).toEqual(["info: paused: the horizon of 5 steps was reached"]);
    } finally {
      await one.close();
    }
  });
});
