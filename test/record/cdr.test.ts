import { createHash } from "node:crypto";
import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { describe, expect, it } from "vitest";
import { encodeCdr } from "../../src/record/cdr.ts";
import { messageType } from "../../src/record/message-definitions.ts";

describe("encodeCdr", () => {
  // The expected bytes were packed by hand with Python's struct, following the XCDR1 alignment rules.
  it("encodes a JointState as the wire has it, an empty effort array included", () => {
    const { bytes } = encodeCdr(messageType("sensor_msgs/msg/JointState")!, {
      header: { stamp: { sec: 12, nanosec: 345000000 }, frame_id: "world" },
      name: ["shoulder", "elbow"],
      position: [0.5, -1.25],
      velocity: [3, 1e-3],
    });
    expect(Buffer.from(bytes).toString("hex")).toBe(
      "000100000c0000004048901406000000776f726c64000000020000000900000073686f756c6465720000000006000000656c626f77000000" +
        "02000000000000000000e03f000000000000f4bf02000000000000000000000000000840fca9f1d24d62503f00000000",
    );
  });

  it("encodes fixed arrays, defaults and names beyond ASCII", () => {
    const { bytes } = encodeCdr(messageType("nav_msgs/msg/Odometry")!, {
      header: { frame_id: "Tür" },
      child_frame_id: "base",
      pose: { pose: { position: { x: 1, y: 2, z: 3 } } }, // orientation: w is 1 by default
      twist: { twist: { linear: { x: 4, y: 5, z: 6 }, angular: { x: 7, y: 8, z: 9 } } },
    });
    expect(bytes.length).toBe(716);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(
      "52fef55b7761bce155d63260795705689bd66efbdb0d2a96e9d58393c0e07a1f",
    );
  });

  it("makes room wherever a message grows", () => {
    const type = messageType("trajectory_msgs/msg/JointTrajectory")!;
    const reader = new MessageReader<{ joint_names: string[]; points: { positions: Float64Array }[] }>(
      type.parsed,
    );
    for (let length = 0; length < 600; length++) {
      const joint_names = ["a".repeat(length), "b"];
      const { bytes } = encodeCdr(type, { joint_names, points: [{ positions: [length] }] });
      const read = reader.readMessage(bytes);
      expect(read.joint_names).toEqual(joint_names);
      expect(read.points.map(({ positions }) => [...positions])).toEqual([[length]]);
    }
  });

  it("says where the numbers lie", () => {
    const type = messageType("trajectory_msgs/msg/JointTrajectory")!;
    const message = {
      joint_names: ["a", "bcd"],
      points: [{ positions: [1, 2] }, { positions: [3, 4], time_from_start: { sec: 1, nanosec: 5 } }],
    };
    const { bytes, fields } = encodeCdr(type, message);
    const field = fields.get("points[1].positions")!;
    expect(field).toMatchObject({ type: "float64", count: 2 });
    new DataView(bytes.buffer).setFloat64(field.offset + 8, 42, true);
    const decoded = new MessageReader(type.parsed).readMessage<{
      points: { positions: Float64Array; time_from_start: unknown }[];
    }>(bytes);
    expect([...decoded.points[1]!.positions]).toEqual([3, 42]);
    expect(decoded.points[1]!.time_from_start).toEqual({ sec: 1, nanosec: 5 });
  });
});
