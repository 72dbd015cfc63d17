import { inputError } from "../core/errors.ts";
import type { MjcfActuator, MjcfDescription, MjcfJoint } from "../world/mujoco/describe-model.ts";
import { draftActions } from "./init-scenario-actions.ts";
import {
  APART,
  type DraftChannels,
  type DraftDimension,
  type DraftObservation,
} from "./init-scenario-draft.ts";
import { labelsOf, Names, plainName, quoted, rounded } from "./init-scenario-names.ts";

const HINGE = {
  position: "rad",
  velocity: "rad/s",
  tolerance: [0.05, 0.5],
  around: [0.1, 0.5],
  shared: "joint",
} as const;
const SLIDE = {
  position: "m",
  velocity: "m/s",
  tolerance: [0.02, 0.2],
  around: [0.05, 0.1],
  shared: "slide",
} as const;

/** Channels for everything in the model that moves or is driven. @throws SimgateError `input` for what has no name. */
export function draftChannels({ joints, actuators }: MjcfDescription, file: string): DraftChannels {
  checkNamed(joints, actuators, file);
  const names = new Names();
  const scalar = joints.filter(({ type }) => type === "hinge" || type === "slide");
  const drafts = [
    ...(["slide", "hinge"] as const).map((type) => {
      const same = scalar.filter((joint) => joint.type === type);
      return scalar.length <= APART ? same.map((joint) => alone(joint, names)) : together(same, type, names);
    }),
    joints.filter(({ type }) => type === "ball").map((joint) => ball(joint, names)),
    joints.filter(({ type }) => type === "free").map((joint) => free(joint, names)),
  ].flat();
  return {
    // Positions first, then velocities.
    observation: [...drafts.map(({ position }) => position), ...drafts.flatMap(({ rates }) => rates)],
    action: draftActions(actuators, names),
    dimensions: [
      ...drafts.flatMap(({ dimensions }) => dimensions.filter(({ rate }) => !rate)),
      ...drafts.flatMap(({ dimensions }) => dimensions.filter(({ rate }) => rate)),
    ],
  };
}

interface Draft {
  readonly position: DraftObservation;
  readonly rates: readonly DraftObservation[];
  readonly dimensions: readonly DraftDimension[];
}

function alone(joint: MjcfJoint, names: Names): Draft {
  const about = joint.type === "hinge" ? HINGE : SLIDE;
  const base = plainName(joint.name);
  const position = names.take(`${base}_position`);
  const velocity = names.take(`${base}_velocity`);
  const [rest] = joint.rest;
  return {
    position: {
      name: position,
      unit: about.position,
      ...(isAngle(joint) ? { kind: "angle" } : {}),
      tolerance: about.tolerance[0],
      ...(rest === 0 ? {} : { initial: [rest!] }),
      mujoco: `{ joint: ${quoted(joint.name)}, field: qpos }`,
    },
    rates: [
      {
        name: velocity,
        unit: about.velocity,
        tolerance: about.tolerance[1],
        derivativeOf: position,
        mujoco: `{ joint: ${quoted(joint.name)}, field: qvel }`,
      },
    ],
    dimensions: [dimension(position, joint), rateDimension(velocity, joint)],
  };
}

function together(joints: readonly MjcfJoint[], type: "slide" | "hinge", names: Names): Draft[] {
  if (joints.length === 0) return [];
  const about = type === "hinge" ? HINGE : SLIDE;
  const position = names.take(`${about.shared}_pos`);
  const velocity = names.take(`${about.shared}_vel`);
  const labels = labelsOf(joints);
  const list = `[${joints.map(({ name }) => quoted(name)).join(", ")}]`;
  const initial = joints.map(({ rest }) => rest[0]!);
  const draft: Draft = {
    position: {
      name: position,
      unit: about.position,
      labels,
      ...(joints.every(isAngle) ? { kind: "angle" } : {}),
      tolerance: about.tolerance[0],
      ...(initial.every((value) => value === 0) ? {} : { initial }),
      mujoco: `{ joint: ${list}, field: qpos }`,
    },
    rates: [
      {
        name: velocity,
        unit: about.velocity,
        labels,
        tolerance: about.tolerance[1],
        derivativeOf: position,
        mujoco: `{ joint: ${list}, field: qvel }`,
      },
    ],
    dimensions: joints.flatMap((joint, i) => [
      dimension(`${position}[${labels[i]!}]`, joint),
      rateDimension(`${velocity}[${labels[i]!}]`, joint),
    ]),
  };
  return [draft];
}

function ball(joint: MjcfJoint, names: Names): Draft {
  const base = plainName(joint.name);
  return {
    position: {
      name: names.take(`${base}_orientation`),
      unit: "1",
      kind: "quaternion",
      labels: ["w", "x", "y", "z"],
      tolerance: 0.1,
      initial: joint.rest,
      mujoco: `{ joint: ${quoted(joint.name)}, field: qpos }`,
    },
    rates: [
      {
        name: names.take(`${base}_velocity`),
        unit: "rad/s",
        labels: ["x", "y", "z"],
        tolerance: 0.5,
        mujoco: `{ joint: ${quoted(joint.name)}, field: qvel }`,
      },
    ],
    dimensions: [],
  };
}

function free(joint: MjcfJoint, names: Names): Draft {
  const base = plainName(joint.body);
  return {
    position: {
      name: names.take(`${base}_position`),
      unit: "m",
      labels: ["x", "y", "z"],
      tolerance: 0.05,
      initial: joint.rest.slice(0, 3),
      mujoco: `{ body: ${quoted(joint.body)}, field: xpos }`,
      decide:
        "its velocity is left out: three of the free joint's six values are m/s, three rad/s; " +
        "a velocimeter and a gyro in the MJCF give them apart ({ sensor: … })",
    },
    rates: [
      {
        name: names.take(`${base}_orientation`),
        unit: "1",
        kind: "quaternion",
        labels: ["w", "x", "y", "z"],
        tolerance: 0.1,
        initial: joint.rest.slice(3),
        mujoco: `{ body: ${quoted(joint.body)}, field: xquat }`,
      },
    ],
    dimensions: [],
  };
}

function dimension(key: string, joint: MjcfJoint): DraftDimension {
  const { position: unit, around } = joint.type === "hinge" ? HINGE : SLIDE;
  const rest = joint.rest[0]!;
  const [lower, upper] = joint.range ?? [-Infinity, Infinity];
  const inside = (value: number): number => rounded(Math.min(Math.max(value, lower), upper));
  return { key, unit, rest, range: [inside(rest - around[0]), inside(rest + around[0])], rate: false };
}

function rateDimension(key: string, { type }: MjcfJoint): DraftDimension {
  const { velocity: unit, around } = type === "hinge" ? HINGE : SLIDE;
  return { key, unit, rest: 0, range: [-around[1], around[1]], rate: true };
}

/** A hinge that is kept within one turn, or turns freely: its values compare on the circle. */
function isAngle({ type, range }: MjcfJoint): boolean {
  return type === "hinge" && (range === undefined || range[1] - range[0] <= 2 * Math.PI);
}

function checkNamed(joints: readonly MjcfJoint[], actuators: readonly MjcfActuator[], file: string): void {
  const nameless = [
    ...joints.flatMap(({ name, type, body }) =>
      name === "" && type !== "free" ? [`a ${type} joint of body "${body}"`] : [],
    ),
    ...joints.flatMap(({ type, body }) =>
      type === "free" && body === "" ? ["a body with a free joint"] : [],
    ),
    ...actuators.flatMap(({ name, joint }, i) =>
      name === "" ? [`actuator ${i + 1}${joint === undefined ? "" : ` (joint "${joint.name}")`}`] : [],
    ),
  ];
  if (nameless.length === 0) return;
  throw inputError("a scenario names joints and actuators, and some of these have no name", {
    where: file,
    got: nameless.join(", "),
    hint: 'give each of them a name="…" in the MJCF',
  });
}
