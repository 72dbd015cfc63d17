import { fileURLToPath } from "node:url";
import type { Start } from "../../src/core/trace.ts";
import type {
  ActionChannel,
  ObservationChannel,
  ParameterSpec,
  Scenario,
} from "../../src/scenario/scenario.ts";
import type { MujocoEdit, MujocoObservationSource } from "../../src/scenario/schema.ts";

export const CART = fixture("cart.xml");
export const BOXES = fixture("boxes.xml");

export function fixture(name: string): string {
  return fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
}

/** A resolved scenario with nothing in it but what a world reads. */
export function scenarioOf(changes: Partial<Scenario>): Scenario {
  return {
    name: "test",
    title: "test",
    file: "test/scenario.yaml",
    sha256: "",
    controlPeriodSec: 0.02,
    horizonSteps: 100,
    observation: [],
    action: [],
    derived: [],
    parameters: [],
    dimensions: [],
    panel: { method: "list", starts: [], seed: 1 },
    map: undefined,
    success: { formula: "always true" },
    objects: [],
    scripts: {},
    invariants: [],
    stressors: {},
    thresholds: {
      taskValidity: 0.8,
      resetReproducibility: 0.99,
      controllability: 0.7,
      temporalConsistency: 0.9,
      objectPersistence: 0.9,
      policyTransfer: 0.8,
      falsePassRate: 0.1,
      decisionBoundary: 0.8,
      bandMargin: 0.5,
      decisionAgreement: 0.9,
      conformalAlpha: 0.1,
      confidence: 0.95,
    },
    truth: "mujoco",
    worlds: {},
    policies: {},
    ...changes,
  };
}

export function observed(
  name: string,
  mujoco: MujocoObservationSource,
  size = 1,
  changes: Partial<ObservationChannel> = {},
): ObservationChannel {
  const shape = size === 1 ? [] : [size];
  return { name, unit: "1", kind: "linear", shape, size, tolerance: 0.1, mujoco, ...changes };
}

export function commanded(
  name: string,
  actuator: string | string[],
  limits: [number, number],
  size = 1,
): ActionChannel {
  const shape = size === 1 ? [] : [size];
  return { name, unit: "N", kind: "linear", shape, size, tolerance: 0.1, limits, mujoco: { actuator } };
}

export function parameter(name: string, nominal: number, ...mujoco: MujocoEdit[]): ParameterSpec {
  return { name, unit: "1", nominal, mujoco };
}

export const poleMass = parameter("pole_mass", 0.1, {
  element: "geom",
  name: "pole",
  attribute: "mass",
  value: "{pole_mass}",
});

export const poleLength = parameter("pole_length", 0.8, {
  element: "geom",
  name: "pole",
  attribute: "fromto",
  value: "0 0 0 0 0 {pole_length}",
});

/** The cart of cart.xml: joints as single channels, both actuators as one action of two components. */
export function cartScenario(changes: Partial<Scenario> = {}): Scenario {
  return scenarioOf({
    observation: [
      observed("cart_position", { joint: "slider", field: "qpos" }),
      observed("pole_angle", { joint: "hinge", field: "qpos" }, 1, { kind: "angle" }),
      observed("velocity", { joint: ["slider", "hinge"], field: "qvel" }, 2, { labels: ["cart", "pole"] }),
    ],
    action: [commanded("command", ["spring", "force"], [-10, 10], 2)],
    parameters: [poleMass, poleLength],
    ...changes,
  });
}

export function boxesScenario(): Scenario {
  return scenarioOf({
    controlPeriodSec: 0.01,
    observation: [
      observed("lower", { joint: "lower", field: "qpos" }, 7),
      observed("upper", { joint: "upper", field: "qpos" }, 7),
      observed("arm", { joint: "arm", field: "qpos" }, 4, { kind: "quaternion" }),
      observed("twist", { joint: ["lower", "upper", "arm"], field: "qvel" }, 15),
    ],
    action: [commanded("torque", "twist", [-1, 1])],
    objects: [
      { name: "lower", position: "lower", matchWithin: 0.05 },
      { name: "upper", position: "upper", matchWithin: 0.05 },
    ],
  });
}

export function start(
  index: number,
  initial: Start["initial"] = {},
  parameters: Start["parameters"] = {},
): Start {
  return { index, initial, parameters, seed: BigInt(index) };
}

/** Different everywhere: state, and parameters that need a model of their own. */
export const CART_STARTS: readonly Start[] = [0, 1, 2, 3, 4].map((i) =>
  start(
    i,
    { cart_position: [0.1 * i], pole_angle: [0.3 - 0.1 * i], velocity: [0.05 * i, -0.1 * i] },
    { pole_mass: 0.1 + 0.03 * (i % 4), pole_length: 0.8 + 0.1 * (i % 3) },
  ),
);
