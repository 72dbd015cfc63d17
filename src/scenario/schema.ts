import { z } from "zod";
import { namedPoseSchema, objectSchema, robotSchema } from "./entity-schema.ts";
import { residualWorldSchema, switchedWorldSchema } from "./hybrid-schema.ts";
import { imageSchema } from "./image-schema.ts";
import { invariantSchema } from "./invariant-schema.ts";
import { mujocoSourceSchema } from "./mujoco-source-schema.ts";
import { remotePolicyShape, remoteWorldSchema } from "./remote-schema.ts";
import { stressorSchema } from "./stressor-schema.ts";

export type { MujocoObservationSource } from "./mujoco-source-schema.ts";
export type { SwitchedWorldConfig } from "./hybrid-schema.ts";
export type { RemotePolicyConfig, RemoteWorldConfig } from "./remote-schema.ts";
export type { PictureStressor, PromptStressor, StressorConfig } from "./stressor-schema.ts";

/** The manifest as a person writes it (`scenario.yaml`). `load.ts` resolves it into a {@link ./scenario.ts!Scenario}. */

const name = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, "a name is lower-case letters, digits and _, beginning with a letter")
  .describe("lower_snake_case name");
const worldName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, "lower-case letters, digits and -, beginning with a letter");
const positive = z.number().positive();
const range = z.tuple([z.number(), z.number()]).describe("[lower, upper]");
const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);

const rosSource = z
  .strictObject({
    topic: z.string().startsWith("/").describe("ROS 2 topic"),
    type: z
      .string()
      .regex(/^\w+\/msg\/\w+$/, "like sensor_msgs/msg/JointState")
      .describe("message type"),
    field: oneOrMore.describe(
      "field selector(s), one per component: position[slider], twist.linear.x, data[0]; a quaternion for a yaw angle",
    ),
    align: z
      .enum(["hold", "asof", "drop"])
      .default("hold")
      .describe("how a sample is chosen for a control step"),
    stamp: z.enum(["header", "receive"]).default("header").describe("which time counts"),
    fixed: z
      .record(z.string(), z.union([z.number(), z.string(), z.boolean()]))
      .optional()
      .describe("fields that say the same in every message: child_frame_id: base_link, angle_min: -3.14"),
  })
  .describe("where the channel comes from, or goes to, in ROS 2");

const channel = {
  unit: z.string().describe("coherent SI unit as mathjs writes it: m, rad, m/s, rad/s, N, N m, 1"),
  shape: z
    .array(z.int().positive())
    .default([])
    .describe("[] for a scalar, [n] for a vector, [h, w, c] for an image"),
  labels: z.array(z.string()).optional().describe("names of the components"),
  frame: z.string().optional().describe("coordinate frame the values are in"),
  limits: range.optional(),
};

const observationChannel = z.strictObject({
  ...channel,
  kind: z.enum(["linear", "angle", "quaternion"]).default("linear").describe("how two values are compared"),
  tolerance: positive.describe("how far off, in the unit, the task can bear; errors are divided by it"),
  derivativeOf: name.optional().describe("the channel whose time derivative this is"),
  initial: z
    .union([z.number(), z.array(z.number())])
    .optional()
    .describe(
      "value at the start where the start box does not set it; default 0 for channels MuJoCo can set",
    ),
  mujoco: mujocoSourceSchema.optional(),
  ros: rosSource.optional(),
});

const actionChannel = z.strictObject({
  ...channel,
  limits: range.describe("what the actuator can do; commands beyond are clipped and recorded as applied"),
  tolerance: positive.optional().describe("default: 1 % of the range"),
  derivativeOf: name
    .optional()
    .describe(
      "the observation channel whose time derivative it commands: what a picture does not show is taken to obey",
    ),
  mujoco: z.strictObject({ actuator: oneOrMore }).optional(),
  ros: rosSource.optional(),
});

const mujocoEdit = z.strictObject({
  element: z.string().describe("MJCF element: geom, body, inertial, joint, position, option, …"),
  name: z
    .string()
    .optional()
    .describe("its name attribute (for inertial: the body's); absent: the only such element"),
  attribute: z.string(),
  value: z
    .string()
    .describe('attribute text; {expression} of parameters is filled in: "0 0 0 0 0 {pole_length}"'),
});

const parameter = z.strictObject({
  unit: z.string(),
  nominal: z.number(),
  limits: range.optional(),
  mujoco: z.array(mujocoEdit).default([]).describe("edits of the MJCF that carry the parameter into physics"),
});

const derived = z.strictObject({
  unit: z.string(),
  tolerance: positive,
  expression: z.string().describe("expression of observation channels and parameters"),
});

const panel = z.discriminatedUnion("method", [
  z.strictObject({
    method: z.literal("sobol"),
    count: z.int().positive(),
    seed: z.int().nonnegative().default(1),
  }),
  z.strictObject({
    method: z.literal("grid"),
    counts: z
      .record(z.string(), z.int().positive())
      .describe("points per dimension of the box; others at their middle"),
    seed: z.int().nonnegative().default(1),
  }),
  z.strictObject({
    method: z.literal("list"),
    starts: z.array(z.record(z.string(), z.number())).describe("dimension → value; others at their middle"),
    seed: z.int().nonnegative().default(1),
  }),
]);

const starts = z.strictObject({
  box: z
    .record(z.string(), range)
    .describe("dimension → range: an observation channel (or channel[label]) or a parameter, in its unit"),
  panel,
  map: z
    .tuple([z.string(), z.string()])
    .optional()
    .describe("the two dimensions of the report's outcome map"),
});

const success = z.strictObject({
  formula: z
    .string()
    .describe("signal temporal logic over channels, e.g. always[8,10] abs(pole_angle) < 12 deg"),
  ends: z
    .string()
    .optional()
    .describe(
      "predicate that ends a rollout early; the last sample is held to the horizon when the formula is judged",
    ),
});

const scriptStep = z.strictObject({
  fromSec: z.number().nonnegative(),
  toSec: z.number().positive(),
  set: z.record(z.string(), z.number()).describe("action channel (or channel[label]) → value"),
});
const script = z.strictObject({
  description: z.string().optional(),
  steps: z.array(scriptStep).min(1),
  counterfactual: z
    .array(scriptStep)
    .min(1)
    .optional()
    .describe("the same script with what is to be compared changed"),
});

const fraction = z.number().min(0).max(1);
const thresholds = z
  .strictObject({
    taskValidity: fraction.default(0.8),
    resetReproducibility: fraction.default(0.9),
    controllability: fraction.default(0.7),
    temporalConsistency: fraction.default(0.9),
    objectPersistence: fraction.default(0.9),
    policyTransfer: fraction.default(0.8).describe("how alike policies must rank and succeed, for claim C3"),
    falsePassRate: fraction
      .default(0.1)
      .describe("most of the rollouts that fail in truth that the candidate may pass, for claim C3"),
    decisionBoundary: fraction
      .default(0.8)
      .describe("share of outcomes that must agree near the boundary, for claim C4"),
    bandMargin: positive
      .default(0.5)
      .describe("a start lies near the boundary if truth's margin is smaller than this, in tolerances"),
    decisionAgreement: fraction
      .default(0.9)
      .describe("share of outcomes that must agree, for the decision horizon"),
    conformalAlpha: z.number().gt(0).lt(1).default(0.1),
    confidence: z.number().gt(0).lt(1).default(0.95).describe("of every interval in the report"),
  })
  .prefault({});

const mujocoWorld = z.strictObject({
  kind: z.literal("mujoco"),
  model: z.string().describe("MJCF or URDF file, relative to the manifest"),
  set: z.array(mujocoEdit).default([]).describe("edits of the MJCF that make this world"),
});
const onnxWorld = z.strictObject({
  kind: z.literal("onnx"),
  card: z.string().describe("model card, *.world.yaml"),
});
const linearWorld = z.strictObject({
  kind: z.literal("linear"),
  model: z.string().describe("JSON written by simgate fit"),
});
const rosWorld = z.strictObject({
  kind: z.literal("ros"),
  namespace: z
    .string()
    .regex(/^(\/\w+)*$/, "like /simgate or /gzserver; empty: none")
    .describe("before the names of the simulation_interfaces services: /simgate, /gzserver; empty: none"),
  steps: z.int().positive().default(1).describe("simulator steps in a control period"),
  settleSteps: z
    .int()
    .nonnegative()
    .default(0)
    .describe("simulator steps from a reset to the first observation, where none is published while paused"),
  deadlineMs: positive.default(5000).describe("longest wait for one answer of the simulator"),
});
const logWorld = z.strictObject({ kind: z.literal("log"), file: z.string().describe("recording, *.mcap") });

export const worldSchema = z.discriminatedUnion("kind", [
  mujocoWorld,
  onnxWorld,
  linearWorld,
  rosWorld,
  logWorld,
  remoteWorldSchema,
  residualWorldSchema,
  switchedWorldSchema,
]);

const wrappers = {
  scale: positive.optional().describe("factor on every action, before the world's limits; default 1"),
  latency: z
    .strictObject({
      steps: z.int().positive().describe("control steps between observation and the action taking effect"),
    })
    .optional(),
  chunk: z
    .strictObject({
      length: z.int().positive().describe("actions asked for a call"),
      execute: z
        .int()
        .positive()
        .optional()
        .describe("how many are executed before asking again; default: all"),
    })
    .optional(),
};

const scriptedPolicy = z.strictObject({
  kind: z.literal("scripted"),
  action: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      "action channel (or channel[label]) → expression of channels, parameters-free, and t (seconds)",
    ),
  waypoints: z
    .array(z.strictObject({ atSec: z.number().nonnegative(), set: z.record(z.string(), z.number()) }))
    .optional()
    .describe("piecewise-linear commands; added to the expressions"),
  noise: z
    .record(z.string(), positive)
    .optional()
    .describe("standard deviation of seeded Gaussian noise per action"),
  ...wrappers,
});
const lqrPolicy = z.strictObject({
  kind: z.literal("lqr"),
  model: z.string().describe("MJCF file that is linearised"),
  set: z.array(mujocoEdit).default([]),
  at: z
    .record(z.string(), z.number())
    .default({})
    .describe("equilibrium: observation channel → value; others 0"),
  state: z.record(z.string(), positive).describe("observation channel → weight in Q"),
  effort: z.record(z.string(), positive).describe("action channel → weight in R; actions not named stay 0"),
  ...wrappers,
});
const onnxPolicy = z.strictObject({
  kind: z.literal("onnx"),
  card: z.string().describe("policy card, *.policy.yaml"),
  ...wrappers,
});

const remotePolicy = z.strictObject({ ...remotePolicyShape, ...wrappers });

export const policySchema = z.discriminatedUnion("kind", [
  scriptedPolicy,
  lqrPolicy,
  onnxPolicy,
  remotePolicy,
]);

export const manifestSchema = z.strictObject({
  schema: z.literal("simgate/scenario@1"),
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  title: z.string(),
  description: z.string().optional(),
  control: z.strictObject({
    periodSec: positive.describe("control period, s"),
    horizonSec: positive.describe("longest rollout, s"),
  }),
  observation: z.record(name, observationChannel),
  action: z.record(name, actionChannel),
  derived: z.record(name, derived).default({}),
  parameters: z.record(name, parameter).default({}),
  starts,
  success,
  robot: robotSchema.optional().describe("where the robot is, for ROS 2 clients that ask"),
  objects: z.record(name, objectSchema).default({}),
  poses: z
    .record(name, namedPoseSchema)
    .default({})
    .describe("places worth a name, for ROS 2 clients that ask"),
  images: z
    .record(name, imageSchema)
    .default({})
    .describe(
      "pictures of the scene, drawn from the observation channels where a world shows none of its own",
    ),
  invariants: z
    .record(name, invariantSchema)
    .default({})
    .describe("quantities that no rollout of truth changes, or changes one way only"),
  scripts: z.record(z.string(), script).default({}),
  stressors: z.record(z.string(), stressorSchema).default({}),
  thresholds,
  truth: worldName.describe("the world taken as reference"),
  baseline: worldName.optional().describe("the linear world every learned one must beat"),
  worlds: z.record(worldName, worldSchema),
  policies: z.record(worldName, policySchema),
});

export type Manifest = z.output<typeof manifestSchema>;
export type MujocoEdit = z.output<typeof mujocoEdit>;
export type RosSource = z.output<typeof rosSource>;
export type WorldConfig = z.output<typeof worldSchema>;
export type PolicyConfig = z.output<typeof policySchema>;
export type PanelConfig = z.output<typeof panel>;
export type ScriptConfig = z.output<typeof script>;
export type Thresholds = z.output<typeof thresholds>;
