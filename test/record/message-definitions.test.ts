import { describe, expect, it } from "vitest";
import { messageType } from "../../src/record/message-definitions.ts";

describe("messageType", () => {
  it("gives definitions as ROS 2 writes them, not as a ROS 1 printer would", () => {
    const { text } = messageType("sensor_msgs/msg/JointState")!;
    expect(text).toContain("builtin_interfaces/Time stamp");
    expect(text).not.toMatch(/^time stamp/m);
  });

  it("appends every dependency once, after 80 equals signs and its name", () => {
    const { text } = messageType("nav_msgs/msg/Odometry")!;
    const names = [...text.matchAll(/^={80}\nMSG: (\S+)$/gm)].map((match) => match[1]);
    expect(names.toSorted()).toEqual([
      "builtin_interfaces/Time",
      "geometry_msgs/Point",
      "geometry_msgs/Pose",
      "geometry_msgs/PoseWithCovariance",
      "geometry_msgs/Quaternion",
      "geometry_msgs/Twist",
      "geometry_msgs/TwistWithCovariance",
      "geometry_msgs/Vector3",
      "std_msgs/Header",
    ]);
  });

  it("knows nothing of somebody's own package", () => {
    expect(messageType("my_robot/msg/Thing")).toBeUndefined();
  });
});
