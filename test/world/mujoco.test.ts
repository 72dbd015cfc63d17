import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MujocoWorld } from "../../src/world/mujoco.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";
import {
  BOXES,
  boxesScenario,
  CART,
  CART_STARTS,
  cartScenario,
  commanded,
  fixture,
  observed,
  parameter,
  scenarioOf,
  start,
} from "./mujoco-scenarios.ts";

interface Native {
  readonly mujoco: string;
  readonly cart: readonly {
    readonly poleMass: number;
    readonly rows: readonly {
      readonly step: number;
      readonly qpos: number[];
      readonly qvel: number[];
      readonly tip: number[];
      readonly tipAcceleration: number[];
      readonly poleOrientation: number[];
    }[];
  }[];
  readonly boxes: { readonly rows: readonly { step: number; qpos: number[]; qvel: number[] }[] };
}

const native = JSON.parse(readFileSync(fixture("native-mujoco.json"), "utf8")) as Native;

const open = (scenario: Scenario, modelPath = CART) =>
  MujocoWorld.open({ name: "mujoco", scenario, modelPath });

describeWorldContract("mujoco", async () => ({ world: await open(cartScenario()), starts: CART_STARTS }));

describeWorldContract("mujoco with contacts, activations and quaternions", async () => ({
  world: await open(boxesScenario(), BOXES),
  starts: [0, 1, 2, 3].map((i) => start(i, { upper: [0.03 * i, 0.01, 0.31 + 0.01 * i, 1, 0, 0.1 * i, 0] })),
}));

describe("mujoco world", () => {
  it("equals native MuJoCo over 800 timesteps, for every pole mass in the same rollout", async () => {
    const scenario = cartScenario({
      observation: [
        observed("qpos", { joint: ["slider", "hinge"], field: "qpos" }, 2),
        observed("qvel", { joint: ["slider", "hinge"], field: "qvel" }, 2),
        observed("tip", { site: "tip", field: "xpos" }, 3),
        observed("tip_acceleration", { sensor: "tip_acceleration" }, 3),
        observed("pole_orientation", { body: "pole", field: "xquat" }, 4, { kind: "quaternion" }),
      ],
    });
    const world = await open(scenario);
    await world.reset(
      native.cart.map(({ poleMass }, i) =>
        start(i, { qpos: [0.3, 0.4], qvel: [-0.2, 0.1] }, { pole_mass: poleMass }),
      ),
    );
    let compared = 0;
    for (let step = 0; step < 200; step++) {
      const values = [0.8 * Math.cos(0.05 * step), 4 * Math.sin(0.1 * step)];
      const { observation, faults } = await world.step({
        lanes: 2,
        step,
        columns: { command: Float64Array.from([...values, ...values]) },
      });
      expect(faults).toEqual([]);
      for (const [lane, { rows }] of native.cart.entries()) {
        const row = rows.find((candidate) => candidate.step === step + 1);
        if (row === undefined) continue;
        const expected = {
          qpos: row.qpos,
          qvel: row.qvel,
          tip: row.tip,
          tip_acceleration: row.tipAcceleration,
          pole_orientation: row.poleOrientation,
        };
        for (const [name, numbers] of Object.entries(expected)) {
          for (const [c, number] of numbers.entries()) {
            const value = observation.columns[name]![lane * numbers.length + c]!;
            expect(Math.abs(value - number), `${name}[${c}], step ${step + 1}`).toBeLessThan(
              1e-11 * Math.max(1, Math.abs(number)),
            );
            compared++;
          }
        }
      }
    }
    expect(compared).toBe(2 * 10 * 14);
    await world.close();
  });

  it("equals native MuJoCo for stacked boxes in contact", async () => {
    const world = await open(boxesScenario(), BOXES);
    await world.reset([start(0)]);
    for (let step = 0; step < 40; step++) {
      const torque = Float64Array.of(Math.sin(0.2 * step));
      const { observation } = await world.step({ lanes: 1, step, columns: { torque } });
      const row = native.boxes.rows.find((candidate) => candidate.step === step + 1);
      if (row === undefined) continue;
      const { lower, upper, arm, twist } = observation.columns;
      const got = [...lower!, ...upper!, ...arm!, ...twist!];
      const error = [...row.qpos, ...row.qvel].map((number, i) => Math.abs(got[i]! - number));
      expect(Math.max(...error)).toBeLessThan(1e-9);
    }
    await world.close();
  });

  it("lets a body fall as the closed form says", async () => {
    const world = await open(
      scenarioOf({ observation: [observed("ball", { joint: "ball", field: "qpos" }, 7)], action: [] }),
      fixture("ball.xml"),
    );
    await world.reset([start(0, { ball: [1, 2, 30, 2, 0, 0, 0] })]);
    const steps = 50;
    let height = NaN;
    for (let step = 0; step < steps; step++) {
      const { observation } = await world.step({ lanes: 1, step, columns: {} });
      height = observation.columns["ball"]![2]!;
    }
    // Semi-implicit Euler with n timesteps of h falls g h² n (n + 1) / 2.
    const [h, n] = [0.002, steps * 10];
    expect(height).toBeCloseTo(30 - (9.81 * h * h * n * (n + 1)) / 2, 9);
    await world.close();
  });

  it("swings a pendulum with the period of the elliptic integral", async () => {
    const world = await open(
      scenarioOf({
        controlPeriodSec: 0.01,
        observation: [observed("angle", { joint: "pivot", field: "qpos" })],
        action: [],
      }),
      fixture("pendulum.xml"),
    );
    const amplitude = 1.2;
    let previous = (await world.reset([start(0, { angle: [amplitude] })])).columns["angle"]![0]!;
    const crossings: number[] = [];
    for (let step = 0; step < 1000; step++) {
      const { observation } = await world.step({ lanes: 1, step, columns: {} });
      const angle = observation.columns["angle"]![0]!;
      if (previous > 0 && angle <= 0) crossings.push((step + previous / (previous - angle)) * 0.01);
      previous = angle;
    }
    // T = 4 sqrt(l/g) K(sin(θ₀/2)), with K = π / (2 agm(1, cos(θ₀/2))); a point mass at l = 1 m.
    let [a, b] = [1, Math.cos(amplitude / 2)];
    for (let i = 0; i < 20; i++) [a, b] = [(a + b) / 2, Math.sqrt(a * b)];
    const period = (2 * Math.PI * Math.sqrt(1 / 9.81)) / a;
    const measured = (crossings.at(-1)! - crossings[0]!) / (crossings.length - 1);
    expect(measured).toBeCloseTo(period, 4);
    await world.close();
  });

  it("applies no more than the actuator takes, and says so", async () => {
    const world = await open(cartScenario());
    await world.reset([start(0)]);
    const { appliedAction } = await world.step({
      lanes: 1,
      step: 0,
      columns: { command: Float64Array.of(-8, 99) },
    });
    // The scenario allows ±10; the MJCF clamps the spring at ±1 and the motor at ±5.
    expect([...appliedAction.columns["command"]!]).toEqual([-1, 5]);
    await world.close();
  });

  it("faults a lane whose state blows up, with MuJoCo's word for it, and goes on with the others", async () => {
    const world = await open(cartScenario());
    await world.reset([start(0, { velocity: [0, 1e200] }), start(1), start(2, { pole_angle: [0.1] })]);
    const stay = new Float64Array(6);
    const first = await world.step({ lanes: 3, step: 0, columns: { command: stay } });
    expect(first.faults).toEqual([
      {
        lane: 0,
        step: 0,
        kind: "not-finite",
        reason: expect.stringMatching(/MuJoCo warning BADQVEL: .*DOF 1/) as string,
      },
    ]);
    expect(first.observation.columns["velocity"]![1]).toBe(1e200);
    const second = await world.step({ lanes: 3, step: 1, columns: { command: stay } });
    expect(second.faults).toEqual([]);
    const alone = await open(cartScenario());
    await alone.reset([start(2, { pole_angle: [0.1] })]);
    await alone.step({ lanes: 1, step: 0, columns: { command: new Float64Array(2) } });
    const { observation } = await alone.step({
      lanes: 1,
      step: 1,
      columns: { command: new Float64Array(2) },
    });
    expect(second.observation.columns["pole_angle"]![2]).toBe(observation.columns["pole_angle"]![0]);
    await world.close();
    await alone.close();
  });

  it("faults a lane for which MuJoCo's memory does not suffice, and goes on with the others", async () => {
    const scenario = boxesScenario();
    const world = await MujocoWorld.open({
      name: "small",
      scenario,
      modelPath: BOXES,
      set: [{ element: "size", attribute: "memory", value: "20K" }],
    });
    const apart = { lower: [9, 0, 5, 1, 0, 0, 0], upper: [-9, 0, 5, 1, 0, 0, 0] };
    await world.reset([start(0), start(1, apart)]);
    const torque = new Float64Array(2);
    const faults = [];
    for (let step = 0; step < 20; step++) {
      faults.push(...(await world.step({ lanes: 2, step, columns: { torque } })).faults);
    }
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({
      lane: 0,
      kind: "threw",
      reason: expect.stringMatching(/memory|arena|stack/) as string,
    });
    await world.close();
  });

  it("faults a lane that leaves the limits of a channel", async () => {
    const scenario = cartScenario();
    const observation = scenario.observation.map((channel) =>
      channel.name === "cart_position" ? { ...channel, limits: [-1, 1] as const } : channel,
    );
    const world = await open({ ...scenario, observation });
    await world.reset([start(0, { cart_position: [0.99], velocity: [2, 0] }), start(1)]);
    const { faults } = await world.step({ lanes: 2, step: 0, columns: { command: new Float64Array(4) } });
    expect(faults).toMatchObject([{ lane: 0, step: 0, kind: "out-of-limits" }]);
    expect(faults[0]!.reason).toMatch(/^cart_position = 1\.0\d+ 1 is outside \[-1, 1\]$/);
    await world.close();
  });

  it("begins at the model's first keyframe where a start says nothing", async () => {
    const world = await open(
      scenarioOf({ observation: [observed("angle", { joint: "pivot", field: "qpos" })], action: [] }),
      fixture("keyframe.xml"),
    );
    const first = await world.reset([start(0), start(1, { angle: [0.5] })]);
    expect([...first.columns["angle"]!]).toEqual([0.25, 0.5]);
    await world.close();
  });

  it("continues another world's snapshot if the model is the same, and refuses it otherwise", async () => {
    const [a, b, c] = [
      await open(cartScenario()),
      await open(cartScenario()),
      await open(boxesScenario(), BOXES),
    ];
    const actions = { lanes: 5, step: 0, columns: { command: new Float64Array(10).fill(0.5) } };
    await a.reset(CART_STARTS);
    await a.step(actions);
    const snapshot = structuredClone(await a.save());
    await b.restore(snapshot);
    const [x, y] = [await a.step(actions), await b.step(actions)];
    expect(y.observation.columns).toEqual(x.observation.columns);
    await expect(c.restore(snapshot)).rejects.toThrow(/snapshot was not made by world mujoco/);
    await Promise.all([a.close(), b.close(), c.close()]);
  });

  it("goes on when other worlds make MuJoCo's memory grow and move between its steps", async () => {
    const [world, alone] = [await open(cartScenario()), await open(cartScenario())];
    const actions = { lanes: 5, step: 0, columns: { command: new Float64Array(10).fill(0.5) } };
    await Promise.all([world.reset(CART_STARTS), alone.reset(CART_STARTS)]);
    const expected: unknown[] = [];
    for (let i = 0; i < 3; i++)
      expected.push(structuredClone((await alone.step(actions)).observation.columns));
    const snapshots = [await world.save()];
    const others: MujocoWorld[] = [];
    for (let i = 0; i < 3; i++) {
      others.push(
        await MujocoWorld.open({
          name: "large",
          scenario: cartScenario(),
          modelPath: CART,
          set: [{ element: "size", attribute: "memory", value: "40M" }],
        }),
      );
      expect((await world.step(actions)).observation.columns).toEqual(expected[i]);
      snapshots.push(await world.save());
    }
    await world.restore(snapshots[2]!);
    expect((await world.step(actions)).observation.columns).toEqual(expected[2]);
    await Promise.all([world, alone, ...others].map((one) => one.close()));
  });

  it("stops a long step when the signal says so, and can be used again after a reset", async () => {
    const world = await open(cartScenario());
    const starts = Array.from({ length: 40_000 }, (_, i) => start(i));
    await world.reset(starts);
    const actions = {
      lanes: starts.length,
      step: 0,
      columns: { command: new Float64Array(2 * starts.length) },
    };
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    await expect(world.step(actions, controller.signal)).rejects.toMatchObject({ code: "aborted" });
    await expect(world.step(actions)).rejects.toThrow(/interrupted/);
    await world.reset(CART_STARTS);
    await world.step({ lanes: 5, step: 0, columns: { command: new Float64Array(10) } });
    await world.close();
  });

  it("makes variants by the world's own edits, which come after the parameters'", async () => {
    const heavy = await MujocoWorld.open({
      name: "heavy",
      scenario: cartScenario(),
      modelPath: CART,
      set: [{ element: "geom", name: "pole", attribute: "mass", value: "0.35" }],
    });
    const truth = await open(cartScenario());
    const at = { pole_angle: [0.4] };
    await heavy.reset([start(0, at, { pole_mass: 0.1 })]);
    await truth.reset([start(0, at, { pole_mass: 0.35 })]);
    const actions = { lanes: 1, step: 0, columns: { command: Float64Array.of(0.2, 1) } };
    const [x, y] = [await heavy.step(actions), await truth.step(actions)];
    expect(x.observation.columns).toEqual(y.observation.columns);
    await Promise.all([heavy.close(), truth.close()]);
  });
});

describe("mujoco world, bad input", () => {
  const fails = async (scenario: Scenario, message: RegExp, modelPath = CART) => {
    await expect(open(scenario, modelPath)).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(message) as string,
    });
  };

  it("names a model file that is missing", () =>
    fails(cartScenario(), /cannot read .*nowhere\.xml[^]*no such file/, fixture("nowhere.xml")));

  it("passes on what MuJoCo says of an MJCF that does not compile", () =>
    fails(
      cartScenario({ parameters: [] }),
      /broken\.xml: the MJCF does not compile[^]*jiont/,
      fixture("broken.xml"),
    ));

  it("says where an MJCF is not well-formed", () =>
    fails(
      cartScenario(),
      /malformed\.xml:4:3: the XML is not well-formed: <\/worldbody> closes <body>/,
      fixture("malformed.xml"),
    ));

  it("suggests the joint that was meant", () =>
    fails(
      cartScenario({ observation: [observed("angle", { joint: "hnige", field: "qpos" })] }),
      /channel "angle" names joint "hnige"[^]*did you mean "hinge"\? Known: slider, hinge/,
    ));

  it("suggests the actuator, sensor, body and site that were meant", async () => {
    await fails(cartScenario({ action: [commanded("f", "forse", [-1, 1])] }), /did you mean "force"/);
    await fails(
      cartScenario({ observation: [observed("a", { sensor: "tip_acc" }, 3)] }),
      /known: tip_acceleration/,
    );
    await fails(
      cartScenario({ observation: [observed("a", { body: "poel", field: "xpos" }, 3)] }),
      /did you mean "pole"/,
    );
    await fails(
      cartScenario({ observation: [observed("a", { site: "tpi", field: "xpos" }, 3)] }),
      /did you mean "tip"/,
    );
  });

  it("compares the size of a channel with the joint's", () =>
    fails(
      { ...boxesScenario(), observation: [observed("lower", { joint: "lower", field: "qvel" }, 7)] },
      /"lower" has another size[^]*expected: 6 values[^]*got: +7 values \(shape \[7\]\)/,
      BOXES,
    ));

  it("asks for a place in MuJoCo of every channel", () => {
    const { mujoco: _, ...channel } = observed("mystery", { sensor: "x" });
    return fails(cartScenario({ observation: [channel] }), /"mystery" does not say where it is in MuJoCo/);
  });

  it("names both periods when one is not a multiple of the other", () =>
    fails(cartScenario({ controlPeriodSec: 0.012 }), /control\.periodSec = 0\.012 s[^]*timestep="0\.005"/));

  it("refuses start dimensions that MuJoCo computes", () =>
    fails(
      cartScenario({
        observation: [observed("tip", { site: "tip", field: "xpos" }, 3)],
        dimensions: [
          {
            key: "tip[0]",
            unit: "m",
            range: [0, 1],
            target: { kind: "channel", channel: "tip", component: 0 },
          },
        ],
      }),
      /start dimension "tip\[0\]" cannot be set/,
    ));

  it("refuses a parameter that changes the structure of the model", async () => {
    const extra = parameter("extra", 0, { element: "size", attribute: "nuserdata", value: "{extra}" });
    const world = await open(cartScenario({ parameters: [extra] }));
    await world.reset([start(0)]);
    await expect(world.reset([start(0, {}, { extra: 3 })])).rejects.toThrow(
      /changes the structure of the MuJoCo model[^]*nuserdata becomes 3, was 0, with size\.nuserdata = "3"/,
    );
    await world.close();
  });

  it("refuses starts with the wrong number of values", async () => {
    const world = await open(cartScenario());
    await expect(world.reset([start(7, { velocity: [1] })])).rejects.toThrow(
      /start 7 gives channel "velocity"/,
    );
    await world.close();
  });
});
