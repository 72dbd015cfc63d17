import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { lineariseMujoco } from "../../../src/world/mujoco/linearise.ts";
import { CART, cartScenario, commanded, fixture, observed, scenarioOf } from "../mujoco-scenarios.ts";

const { linear } = JSON.parse(readFileSync(fixture("native-mujoco.json"), "utf8")) as {
  linear: { a: number[][]; b: number[][] };
};

const frictionless = [{ element: "joint", name: "slider", attribute: "frictionloss", value: "0" }];

const pendulum = scenarioOf({
  controlPeriodSec: 0.01,
  observation: [
    observed("angle", { joint: "pivot", field: "qpos" }, 1, { kind: "angle" }),
    observed("rate", { joint: "pivot", field: "qvel" }),
  ],
  action: [commanded("torque", "torque", [-8, 8])],
});

describe("linearisation of a MuJoCo model", () => {
  it("equals MuJoCo's own derivative of the timestep, taken over the control period", async () => {
    const model = await lineariseMujoco({ scenario: cartScenario(), modelPath: CART, set: frictionless });
    expect(model.state).toEqual(["cart_position", "pole_angle", "velocity[cart]", "velocity[pole]"]);
    expect(model.action).toEqual(["command[0]", "command[1]"]);
    expect(model.controlPeriodSec).toBe(0.02);
    expect(model.actionAt).toEqual([0, 0]);
    for (const key of ["a", "b"] as const) {
      expect(model[key]).toHaveLength(4);
      model[key].forEach((row, i) =>
        row.forEach((value, j) =>
          expect(Math.abs(value - linear[key][i]![j]!), `${key}[${i}][${j}]`).toBeLessThan(1e-7),
        ),
      );
    }
  });

  it("finds the torque that holds a pendulum at an angle", async () => {
    const at = { angle: Math.PI / 6 };
    const model = await lineariseMujoco({
      scenario: pendulum,
      modelPath: fixture("driven-pendulum.xml"),
      at,
    });
    // A point mass of 1 kg at 1 m: m g l sin θ.
    expect(model.stateAt).toEqual([Math.PI / 6, 0]);
    expect(model.actionAt[0]).toBeCloseTo(9.81 * Math.sin(Math.PI / 6), 6);
    // Exponential of [[0, 1], [−g cos θ / l, 0]] over one period.
    const omega = Math.sqrt(9.81 * Math.cos(Math.PI / 6));
    expect(model.a[0]![0]).toBeCloseTo(Math.cos(omega * 0.01), 6);
    expect(model.a[1]![0]).toBeCloseTo(-omega * Math.sin(omega * 0.01), 5);
  });

  it("refuses a place where no action within limits holds the system", async () => {
    const at = { angle: Math.PI / 2 };
    await expect(
      lineariseMujoco({ scenario: pendulum, modelPath: fixture("driven-pendulum.xml"), at }),
    ).rejects.toThrow(/no equilibrium here[^]*rest at angle 1\.571[^]*torque 8\.000/);
  });

  it("refuses an equilibrium of something that is no state", async () => {
    await expect(
      lineariseMujoco({ scenario: pendulum, modelPath: fixture("driven-pendulum.xml"), at: { angel: 1 } }),
    ).rejects.toThrow(/angel[^]*did you mean "angle"/);
  });
});
