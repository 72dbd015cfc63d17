import type { ActionChannel, ObservationChannel, Scenario } from "../../src/scenario/scenario.ts";

/** The part of a scenario that policies look at: a cart with a pole, and an arm of two joints. */
export const cart = {
  name: "cartpole",
  file: "scenario.yaml",
  controlPeriodSec: 0.02,
  observation: [
    observed("position", "m", "linear"),
    observed("angle", "rad", "angle"),
    observed("velocity", "m/s", "linear"),
    observed("rate", "rad/s", "linear"),
  ],
  action: [commanded("force", "N", [])],
} satisfies Partial<Scenario>;

export const arm = {
  name: "arm",
  file: "scenario.yaml",
  controlPeriodSec: 0.01,
  observation: [{ ...observed("joint_pos", "rad", "angle"), ...twoJoints() }],
  action: [commanded("torque", "N m", ["shoulder", "elbow"])],
} satisfies Partial<Scenario>;

function observed(name: string, unit: string, kind: ObservationChannel["kind"]): ObservationChannel {
  return { name, unit, kind, shape: [], size: 1, tolerance: 0.1 };
}

function commanded(name: string, unit: string, labels: readonly string[]): ActionChannel {
  const base = { name, unit, kind: "linear", tolerance: 0.1, limits: [-10, 10] } as const;
  return labels.length === 0
    ? { ...base, shape: [], size: 1 }
    : { ...base, shape: [labels.length], size: labels.length, labels };
}

function twoJoints(): Pick<ObservationChannel, "shape" | "size" | "labels"> {
  return { shape: [2], size: 2, labels: ["shoulder", "elbow"] };
}
