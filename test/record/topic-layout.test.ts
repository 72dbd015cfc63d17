import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { describe, expect, it } from "vitest";
import { TopicEncoder } from "../../src/record/topic-encoder.ts";
import { exactLayouts, topicLayouts } from "../../src/record/topic-layout.ts";
import type { RecordedChannel } from "../../src/record/recorded-channel.ts";
import { channels, height, jointPos, torque } from "./channels.ts";

const plain = { kind: "linear", unit: "1", tolerance: 1 } as const;

function decode(channel: RecordedChannel, values: readonly number[], stampNs = 0n): Record<string, unknown> {
  const [layout] = topicLayouts({ observation: [channel], action: [] });
  const bytes = new TopicEncoder(layout!).encode({ [channel.name]: Float64Array.from(values) }, 0, stampNs);
  return new MessageReader(layout!.type.parsed).readMessage(bytes);
}

describe("topicLayouts", () => {
  it("groups channels of one topic into one message and puts requested actions beside applied ones", () => {
    const layouts = topicLayouts(channels, "/truth");
    expect(layouts.map(({ topic, type, role }) => [topic, type.name, role])).toEqual([
      ["/truth/joint_states", "sensor_msgs/msg/JointState", "observation"],
      ["/truth/tip_height", "std_msgs/msg/Float64MultiArray", "observation"],
      ["/truth/effort/commands", "std_msgs/msg/Float64MultiArray", "applied"],
      ["/truth/effort/commands/requested", "std_msgs/msg/Float64MultiArray", "requested"],
    ]);
  });

  it("fills a JointState: names, values at their joints, frame and stamp", () => {
    const [layout] = topicLayouts(channels);
    const columns = { joint_pos: Float64Array.of(9, 9, 1, 2), joint_vel: Float64Array.of(9, 9, 3, 4) };
    const bytes = new TopicEncoder(layout!).encode(columns, 1, 3_000_000_007n);
    expect(new MessageReader(layout!.type.parsed).readMessage(bytes)).toEqual({
      header: { stamp: { sec: 3, nanosec: 7 }, frame_id: "world" },
      name: ["shoulder", "elbow"],
      position: Float64Array.of(1, 2),
      velocity: Float64Array.of(3, 4),
      effort: new Float64Array(0),
    });
  });

  it("labels the components of a channel without a mapping", () => {
    const { ros: _, ...unmapped } = torque;
    expect(decode(unmapped, [5, 6])).toEqual({
      layout: { dim: [{ label: "shoulder,elbow", size: 2, stride: 2 }], data_offset: 0 },
      data: Float64Array.of(5, 6),
    });
  });

  it("lets one selector stand for a whole pose, quaternions from (w, x, y, z)", () => {
    const ros = { topic: "/pose", type: "geometry_msgs/msg/PoseStamped" };
    const orientation = decode(
      {
        ...plain,
        name: "q",
        kind: "quaternion",
        shape: [4],
        size: 4,
        ros: { ...ros, field: "pose.orientation" },
      },
      [0.5, 0.1, 0.2, 0.3],
    );
    expect(orientation).toMatchObject({ pose: { orientation: { w: 0.5, x: 0.1, y: 0.2, z: 0.3 } } });
    const position = decode(
      { ...plain, name: "p", shape: [3], size: 3, ros: { ...ros, field: "pose.position" } },
      [1, 2, 3],
    );
    expect(position).toMatchObject({ pose: { position: { x: 1, y: 2, z: 3 }, orientation: { w: 1 } } });
  });

  it("reaches Twist, TwistStamped, Float64, Odometry and trajectories", () => {
    const scalar = (type: string, field: string): RecordedChannel => ({
      ...plain,
      name: "v",
      shape: [],
      size: 1,
      ros: { topic: "/t", type, field },
    });
    expect(decode(scalar("geometry_msgs/msg/Twist", "linear.x"), [2])).toMatchObject({
      linear: { x: 2, y: 0 },
    });
    expect(decode(scalar("geometry_msgs/msg/TwistStamped", "twist.angular.z"), [2], 5n)).toMatchObject({
      header: { stamp: { sec: 0, nanosec: 5 } },
      twist: { angular: { z: 2 } },
    });
    expect(decode(scalar("std_msgs/msg/Float64", "data"), [2])).toEqual({ data: 2 });
    expect(decode(scalar("nav_msgs/msg/Odometry", "pose.covariance[7]"), [2])).toMatchObject({
      pose: { covariance: Float64Array.from({ length: 36 }, (_, i) => (i === 7 ? 2 : 0)) },
    });
    expect(
      decode(scalar("trajectory_msgs/msg/JointTrajectory", "points[0].positions[elbow]"), [2]),
    ).toMatchObject({ joint_names: ["elbow"], points: [{ positions: Float64Array.of(2) }] });
    expect(decode(scalar("std_msgs/msg/Int32", "data"), [2.6])).toEqual({ data: 3 });
  });

  it("turns a yaw angle into a quaternion about z", () => {
    const yaw: RecordedChannel = {
      ...plain,
      name: "yaw",
      kind: "angle",
      shape: [],
      size: 1,
      ros: { topic: "/odom", type: "nav_msgs/msg/Odometry", field: "pose.pose.orientation" },
    };
    const { pose } = decode(yaw, [Math.PI / 3]) as {
      pose: { pose: { orientation: Record<string, number> } };
    };
    const { x, y, z, w } = pose.pose.orientation;
    expect([x, y]).toEqual([0, 0]);
    expect(z).toBeCloseTo(0.5, 12); // sin 30°
    expect(w).toBeCloseTo(Math.sqrt(3) / 2, 12);
  });

  it("fills in what says the same in every message", () => {
    const scan: RecordedChannel = {
      ...plain,
      name: "scan",
      shape: [3],
      size: 3,
      frame: "laser",
      ros: {
        topic: "/scan",
        type: "sensor_msgs/msg/LaserScan",
        field: "ranges",
        fixed: { angle_min: -1, angle_max: 1, angle_increment: 1, range_max: 8 },
      },
    };
    expect(decode(scan, [0.5, 2, 4], 1_000_000_000n)).toEqual({
      header: { stamp: { sec: 1, nanosec: 0 }, frame_id: "laser" },
      angle_min: -1,
      angle_max: 1,
      angle_increment: 1,
      time_increment: 0,
      scan_time: 0,
      range_min: 0,
      range_max: 8,
      ranges: Float32Array.of(0.5, 2, 4),
      intensities: new Float32Array(0),
    });
  });

  it.each([
    [{ angle_mim: 1 }, /has no field "angle_mim"[^]*did you mean "angle_min"/],
    [{ angle_min: "left" }, /"angle_min" of sensor_msgs\/msg\/LaserScan is a float32/],
    [{ intensities: 1 }, /"intensities" of .* cannot be fixed/],
  ])("rejects the fixed fields %j", (fixed, message) => {
    const ros = { topic: "/scan", type: "sensor_msgs/msg/LaserScan", field: "ranges", fixed };
    expect(() => topicLayouts({ observation: [{ ...height, ros }], action: [] })).toThrow(message);
  });

  it("keeps exact numbers beside messages that round, in recordings", () => {
    const ros = { topic: "/scan", type: "sensor_msgs/msg/LaserScan", field: "ranges[0]" };
    const layouts = topicLayouts({ observation: [jointPos, { ...height, ros }], action: [torque] });
    expect(exactLayouts(layouts).map(({ topic, role }) => [topic, role])).toEqual([
      ["/tip_height/exact", "observation"],
    ]);
  });

  it("leaves joints without a value as NaN, not as a made-up zero", () => {
    const one: RecordedChannel = {
      ...height,
      name: "v",
      ros: { ...jointPos.ros!, field: "velocity[elbow]" },
    };
    const [layout] = topicLayouts({ observation: [jointPos, one], action: [] });
    const bytes = new TopicEncoder(layout!).encode(
      { joint_pos: Float64Array.of(1, 2), v: Float64Array.of(3) },
      0,
      0n,
    );
    expect(new MessageReader(layout!.type.parsed).readMessage(bytes)).toMatchObject({
      velocity: Float64Array.of(NaN, 3),
    });
  });

  it("records a type it has no definition of as a labelled array on the channel's own topic", () => {
    const ros = { topic: "/thing", type: "my_robot/msg/Thing", field: "value" };
    const [layout] = topicLayouts({ observation: [{ ...height, ros }], action: [] });
    expect(layout).toMatchObject({ topic: "/tip_height", type: { name: "std_msgs/msg/Float64MultiArray" } });
  });

  it.each([
    ["position[elbow", /is not a field selector/],
    ["positon", /has no field "positon"[^]*did you mean "position"/],
    ["header.frame_id", /is not a number/],
    ["header.stamp", /is not a number/],
    [["position[elbow]", "position[wrist]", "position[hand]"], /expected: 2 components[^]*got: +3/],
    ["effort.x", /has no field "effort.x"/],
  ])("rejects the selector %s", (field, message) => {
    const broken = { ...jointPos, ros: { ...jointPos.ros!, field } };
    expect(() => topicLayouts({ observation: [broken], action: [] })).toThrow(message);
  });

  it("rejects a topic with two types or two directions", () => {
    const other = { ...height, ros: { topic: "/joint_states", type: "std_msgs/msg/Float64", field: "data" } };
    expect(() => topicLayouts({ observation: [jointPos, other], action: [] })).toThrow(/has two types/);
    const command = { ...torque, ros: { ...jointPos.ros!, field: "effort" } };
    expect(() => topicLayouts({ observation: [jointPos], action: [command] })).toThrow(
      /both observations and actions/,
    );
  });
});
