import type { Trace } from "../../src/core/trace.ts";
import type { RecordedChannel, RecordedChannels } from "../../src/record/recorded-channel.ts";

/** A cart with two joints, for the tests of recordings. */
export const jointPos: RecordedChannel = {
  name: "joint_pos",
  unit: "rad",
  kind: "angle",
  shape: [2],
  size: 2,
  labels: ["shoulder", "elbow"],
  tolerance: 0.01,
  frame: "world",
  ros: { topic: "/joint_states", type: "sensor_msgs/msg/JointState", field: "position" },
};

export const jointVel: RecordedChannel = {
  name: "joint_vel",
  unit: "rad/s",
  kind: "linear",
  shape: [2],
  size: 2,
  labels: ["shoulder", "elbow"],
  tolerance: 0.1,
  derivativeOf: "joint_pos",
  ros: {
    topic: "/joint_states",
    type: "sensor_msgs/msg/JointState",
    field: ["velocity[shoulder]", "velocity[elbow]"],
  },
};

export const height: RecordedChannel = {
  name: "tip_height",
  unit: "m",
  kind: "linear",
  shape: [],
  size: 1,
  tolerance: 0.01,
};

export const torque: RecordedChannel = {
  name: "torque",
  unit: "N m",
  kind: "linear",
  shape: [2],
  size: 2,
  labels: ["shoulder", "elbow"],
  tolerance: 0.1,
  limits: [-6, 6],
  ros: { topic: "/effort/commands", type: "std_msgs/msg/Float64MultiArray", field: ["data[0]", "data[1]"] },
};

export const channels: RecordedChannels = { observation: [jointPos, jointVel, height], action: [torque] };

/** Irrational-looking numbers, so that a lost bit shows. */
export function exampleTrace(steps: number, phase = 0): Trace {
  const wave = (count: number, scale: number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => scale * Math.sin(0.7 * i + phase) + i / 3);
  return {
    start: {
      index: 7,
      initial: { joint_pos: [0.1, -0.2] },
      parameters: { load_mass: 0.1 + 0.2 },
      seed: 18446744073709551615n,
    },
    steps,
    controlPeriodSec: 0.02,
    end: "horizon",
    observation: {
      joint_pos: wave(2 * (steps + 1), 1),
      joint_vel: wave(2 * (steps + 1), 2),
      tip_height: wave(steps + 1, 0.3),
    },
    requestedAction: { torque: wave(2 * steps, 9) },
    appliedAction: { torque: wave(2 * steps, 6) },
  };
}
