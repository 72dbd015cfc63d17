import { describe, expect, it } from "vitest";
import { fieldPathText, parseFieldPath } from "../../src/record/field-path.ts";
import { fieldReader } from "../../src/record/field-reader.ts";
import { messageType } from "../../src/record/message-definitions.ts";
import { numericPaths } from "../../src/record/numeric-paths.ts";

const header = { stamp: { sec: 7, nanosec: 7 }, frame_id: "7" };

/** Each number of a message by the selector that a person would write, read back through it. */
function numbersOf(name: string, message: Readonly<Record<string, unknown>>): Record<string, number> {
  const selectors = numericPaths(messageType(name)!, message).map(fieldPathText);
  return Object.fromEntries(
    selectors.map((selector) => [selector, fieldReader(parseFieldPath(selector, "here"), "here")(message)]),
  );
}

describe("the paths to the numbers of a message", () => {
  it("are what a person would select: of joints by name, of arrays by place", () => {
    const joints = { header, name: ["elbow", "wrist"], position: [1, 2], velocity: [], effort: [3, 4] };
    expect(numbersOf("sensor_msgs/msg/JointState", joints)).toEqual({
      "position[elbow]": 1,
      "position[wrist]": 2,
      "effort[elbow]": 3,
      "effort[wrist]": 4,
    });
    expect(numbersOf("sensor_msgs/msg/Joy", { header, axes: [0.5], buttons: [0, 1] })).toEqual({
      "axes[0]": 0.5,
      "buttons[0]": 0,
      "buttons[1]": 1,
    });
    const layout = { dim: [{ label: "a", size: 2, stride: 2 }], data_offset: 0 };
    expect(numbersOf("std_msgs/msg/Float64MultiArray", { layout, data: [5, 6] })).toEqual({
      "data[0]": 5,
      "data[1]": 6,
    });
  });

  it("lead into messages within messages, and leave out headers, times and texts", () => {
    const vector = (x: number): object => ({ x, y: x + 1, z: x + 2 });
    const twist = { header, twist: { linear: vector(1), angular: vector(4) } };
    expect(Object.keys(numbersOf("geometry_msgs/msg/TwistStamped", twist))).toEqual([
      ...["twist.linear.x", "twist.linear.y", "twist.linear.z"],
      ...["twist.angular.x", "twist.angular.y", "twist.angular.z"],
    ]);
    // The joints are named once for all points.
    const point = { velocities: [], accelerations: [], effort: [], time_from_start: { sec: 1, nanosec: 0 } };
    const points = [
      { ...point, positions: [1, 2] },
      { ...point, positions: [3, 4] },
    ];
    const trajectory = { header, joint_names: ["elbow", "wrist"], points };
    // As many points as joints, and no point is called by a joint.
    expect(numbersOf("trajectory_msgs/msg/JointTrajectory", trajectory)).toEqual({
      "points[0].positions[elbow]": 1,
      "points[0].positions[wrist]": 2,
      "points[1].positions[elbow]": 3,
      "points[1].positions[wrist]": 4,
    });
    expect(numbersOf("std_msgs/msg/String", { data: "7" })).toEqual({});
    expect(numbersOf("std_msgs/msg/Bool", { data: true })).toEqual({ data: 1 });
  });
});
