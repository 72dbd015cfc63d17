import { describe, expect, it } from "vitest";
import { missingRos, loadRclnodejs } from "../../src/ros/rclnodejs/module.ts";
import { openRclnodejs } from "../../src/ros/rclnodejs.ts";
import { describeRosNodeContract } from "../contracts/ros-node-contract.ts";
import { whyNoRos } from "./why-no-ros.ts";

const skip = await whyNoRos();

describeRosNodeContract(
  "rclnodejs",
  () =>
    Promise.resolve({
      open: (name, namespace, onProblem) => openRclnodejs({ name, namespace, onProblem }),
    }),
  { skip },
);

describe("rclnodejs", () => {
  it("is not touched where ROS 2 is not sourced, and says what to do", async () => {
    expect(missingRos({})).toBe("ROS_DISTRO is not set");
    expect(missingRos({ ROS_DISTRO: "jazzy", AMENT_PREFIX_PATH: "/x" })).toMatch(/librcl\.so/);
    await expect(loadRclnodejs({})).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(/source ROS 2[^]*npm install rclnodejs/) as string,
    });
  });
});
