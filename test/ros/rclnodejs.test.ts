import { describe, expect, it, onTestFinished } from "vitest";
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
  it("announces changed parameters where every tool listens, in a namespace too", async (context) => {
    if (skip !== undefined) context.skip(skip);
    const onProblem = (where: string, thrown: unknown): void => expect.fail(`${where}: ${String(thrown)}`);
    const node = await openRclnodejs({ name: "one", namespace: "/left", onProblem });
    onTestFinished(() => node.close());
    expect(node.topics.publishersOf("/parameter_events").map((one) => one.node)).toEqual(["/left/one"]);
  });

  it("is not touched where ROS 2 is not sourced, and says what to do", async () => {
    expect(missingRos({})?.what).toBe("ROS_DISTRO is not set");
    expect(missingRos({ ROS_DISTRO: "jazzy", AMENT_PREFIX_PATH: "/x" })).toMatchObject({
      what: expect.stringMatching(/no librcl\.so/) as string,
      toDo: expect.stringMatching(/in this very shell/) as string,
    });
    await expect(loadRclnodejs({})).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(/source \/opt\/ros\/[^]*npm install --no-save rclnodejs/) as string,
    });
  });
});
