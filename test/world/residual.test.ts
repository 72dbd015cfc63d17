import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Batch } from "../../src/core/channels.ts";
import { MujocoWorld } from "../../src/world/mujoco.ts";
import { ResidualWorld } from "../../src/world/residual.ts";
import { corrected } from "../../src/world/residual/correction.ts";
import type { WorldSpec } from "../../src/world/world.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";
import { AffineWorld, lineScenario, lineStarts, noForce } from "./fixtures/affine-world.ts";
import { writeCard } from "./fixtures/tiny-scenario.ts";
import { fixture, observed, scenarioOf } from "./mujoco-scenarios.ts";

const FOLDER = join(import.meta.dirname, "fixtures");
const facts = JSON.parse(readFileSync(join(FOLDER, "residual.json"), "utf8")) as {
  readonly true: System;
  readonly wrong: System;
  readonly turn: readonly [number, number, number];
  readonly sha256: Readonly<Record<string, string>>;
};

interface System {
  readonly state: readonly (readonly [number, number])[];
  readonly force: readonly number[];
}

/** position and velocity of a mass on a spring, after a step. */
function spring({ state, force }: System) {
  return (x: number, v: number, u: number): [number, number] => [
    state[0]![0] * x + state[0]![1] * v + force[0]! * u,
    state[1]![0] * x + state[1]![1] * v + force[1]! * u,
  ];
}

function card(model: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    schema: "simgate/residual-card@1",
    name: model,
    title: `the ${model} model`,
    license: "CC0-1.0",
    model: join(FOLDER, `${model}.onnx`),
    sha256: facts.sha256[model],
    controlPeriodSec: 0.02,
    trainedOn: "a spring that is too soft",
    inputs: [
      { tensor: "x", features: [{ channel: "position" }, { channel: "velocity" }, { action: "force" }] },
    ],
    outputs: [{ tensor: "residual", channels: ["position", "velocity"] }],
    ...changes,
  };
}

const breaking = card("residual-breaking", {
  inputs: [{ tensor: "x", features: [{ channel: "position" }] }],
  outputs: [{ tensor: "residual", channels: ["position"] }],
});

function softSpring(spec: Partial<WorldSpec> = {}): AffineWorld {
  return new AffineWorld({ name: "soft", spec, next: spring(facts.wrong) });
}

async function open(of: unknown, base = softSpring()): Promise<ResidualWorld> {
  return ResidualWorld.open({ name: "hybrid", scenario: lineScenario, base, cardPath: await writeCard(of) });
}

describeWorldContract("physics with a residual", async () => ({
  world: await open(card("residual-linear")),
  starts: lineStarts([0.5, -1, 0.25, 2, 1]),
}));

describe("a linear system that is wrong, with the residual that it lacks", () => {
  it("is the true system, for as long as one likes", async () => {
    const world = await open(card("residual-linear"));
    await world.reset(lineStarts([1, -0.5], 0.25));
    const step = spring(facts.true);
    const wanted = [
      [1, 0.25],
      [-0.5, 0.25],
    ] as [number, number][];
    for (let k = 0; k < 200; k++) {
      const force = Float64Array.of(Math.sin(0.1 * k), 0.3);
      const { observation } = await world.step({ lanes: 2, step: k, columns: { force } });
      wanted.forEach(([x, v], lane) => {
        wanted[lane] = step(x, v, force[lane]!);
        expect(observation.columns["position"]![lane]).toBeCloseTo(wanted[lane][0], 12);
        expect(observation.columns["velocity"]![lane]).toBeCloseTo(wanted[lane][1], 12);
      });
    }
    await world.close();
  });

  it("goes on from the sum: the base is there too", async () => {
    const base = softSpring();
    const world = await open(card("residual-linear"), base);
    await world.reset(lineStarts([1]));
    const { observation } = await world.step(noForce(1));
    const shown = observation.columns["velocity"]![0]!;
    const [, alone] = spring(facts.wrong)(observation.columns["position"]![0]!, shown, 0);
    const next = await base.step(noForce(1));
    expect(next.observation.columns["velocity"]![0]).toBe(alone);
    await world.close();
  });

  it("can be moved by hand, and the residual sees it where it is then", async () => {
    const world = await open(card("residual-linear"));
    await world.reset(lineStarts([1]));
    await world.set(0, { position: [-2] });
    const { observation } = await world.step(noForce(1));
    expect(observation.columns["velocity"]![0]).toBeCloseTo(spring(facts.true)(-2, 0, 0)[1], 13);
    await world.close();
  });
});

describe("corrections", () => {
  const channel = { name: "c", unit: "rad", shape: [], size: 1, tolerance: 1 };

  it("take an angle the short way round, and stay on the base's turn", () => {
    const angle = { ...channel, kind: "angle" } as const;
    expect(corrected(angle, [7], [0.5])).toEqual([7.5]);
    expect(corrected(angle, [7], [0.5 + 2 * Math.PI])[0]).toBeCloseTo(7.5, 12);
    expect(corrected({ ...channel, kind: "linear" }, [7], [0.5 + 2 * Math.PI])[0]).toBeCloseTo(13.783, 3);
  });

  it("turn an orientation about the body's own axes, and leave it of length 1", () => {
    const orientation = { ...channel, unit: "1", kind: "quaternion", shape: [4], size: 4 } as const;
    const half = Math.SQRT1_2;
    // A quarter about z, then a quarter about the body's x, which by then points along y: about y in the world.
    const turned = corrected(orientation, [half, 0, 0, half], [Math.PI / 2, 0, 0]);
    [0.5, 0.5, 0.5, 0.5].forEach((value, i) => expect(turned[i]).toBeCloseTo(value, 14));
    expect(corrected(orientation, [half, 0, 0, half], [0, 0, 0])).toEqual(
      [half, 0, 0, half].map((q) => q / Math.hypot(half, half)),
    );
    const r = facts.turn;
    let many: number[] = [1, 0, 0, 0];
    for (let i = 0; i < 10; i++) many = corrected(orientation, many, r);
    const angle = 10 * Math.hypot(...r);
    expect(many[0]).toBeCloseTo(Math.cos(angle / 2), 13);
    r.forEach((component, i) =>
      expect(many[i + 1]).toBeCloseTo((component / Math.hypot(...r)) * Math.sin(angle / 2), 13),
    );
    expect(Math.hypot(...many)).toBeCloseTo(1, 15);
  });
});

it("MuJoCo with a residual turns a ball that nothing turns, by the same angle in every step", async () => {
  const orientation = { unit: "1", kind: "quaternion", initial: [1, 0, 0, 0] } as const;
  const scenario = scenarioOf({
    observation: [observed("orientation", { joint: "ball", field: "qpos" }, 4, orientation)],
  });
  const world = await ResidualWorld.open({
    name: "hybrid",
    scenario,
    base: await MujocoWorld.open({ name: "ball", scenario, modelPath: fixture("ball-joint.xml") }),
    cardPath: await writeCard(
      card("residual-turn", {
        inputs: [{ tensor: "x", features: [{ channel: "orientation[0]" }] }],
        outputs: [{ tensor: "residual", channels: ["orientation"] }],
      }),
    ),
  });
  await world.reset([{ index: 0, initial: {}, parameters: {}, seed: 0n }]);
  const length = Math.hypot(...facts.turn);
  for (let step = 1; step <= 20; step++) {
    const { observation } = await world.step({ lanes: 1, step, columns: {} });
    const [w, ...xyz] = observation.columns["orientation"]!;
    const half = (step * length) / 2;
    expect(w).toBeCloseTo(Math.cos(half), 12);
    facts.turn.forEach((part, i) => expect(xyz[i]).toBeCloseTo((part / length) * Math.sin(half), 12));
  }
  await world.close();
});

describe("what breaks", () => {
  it("is the lane whose residual is no number, and no other", async () => {
    const world = await open(breaking);
    await world.reset(lineStarts([0.5, 0, 2]));
    const { faults, observation } = await world.step(noForce(3));
    expect(faults).toEqual([
      { lane: 1, step: 0, kind: "not-finite", reason: "the residual of position is Infinity" },
    ]);
    expect(observation.columns["position"]![1]).toBe(0);
    expect(observation.columns["position"]![0]).toBeCloseTo(spring(facts.wrong)(0.5, 0, 0)[0] + 1 / 0.5, 14);
    const after = await world.step(noForce(3));
    expect(after.faults).toEqual([]);
    await world.close();
  });

  it("is a lane whose sum leaves its limits", async () => {
    const world = await open(breaking);
    await world.reset(lineStarts([1, 0.0005]));
    const { faults } = await world.step(noForce(2));
    expect(faults).toMatchObject([{ lane: 1, kind: "out-of-limits" }]);
    await world.close();
  });

  it("is a lane that breaks in the base", async () => {
    const base = new AffineWorld({ name: "soft", next: (x, v) => [x > 1.5 ? NaN : x, v] });
    const world = await open(card("residual-linear"), base);
    await world.reset(lineStarts([1, 2, 1]));
    const { faults } = await world.step(noForce(3));
    expect(faults).toMatchObject([{ lane: 1, step: 0, kind: "not-finite", reason: "position is NaN" }]);
    await world.close();
  });
});

describe("what is refused when it is opened", () => {
  it("a base that cannot be set, which is closed", async () => {
    const base = softSpring({ settable: [] });
    await expect(open(card("residual-linear"), base)).rejects.toThrow(/soft cannot carry a residual/);
    expect(base.closed).toBe(1);
  });

  it("a channel that the base computes", async () => {
    const base = softSpring({ settable: ["position"] });
    await expect(open(card("residual-linear"), base)).rejects.toThrow(
      /"velocity" cannot be corrected.*computes/s,
    );
    expect(base.closed).toBe(1);
  });

  it("a channel that says yes or no, and one that is held", async () => {
    const [position, velocity] = lineScenario.observation;
    const opened = async (mujoco: NonNullable<(typeof lineScenario.observation)[number]["mujoco"]>) =>
      ResidualWorld.open({
        name: "hybrid",
        scenario: { ...lineScenario, observation: [{ ...position!, mujoco }, velocity!] },
        base: softSpring(),
        cardPath: await writeCard(card("residual-linear")),
      });
    await expect(opened({ sees: "puck", from: "eye" })).rejects.toThrow(/yes or no/);
    const held = { joint: "x", field: "qpos", heldBy: "velocity" } as const;
    await expect(opened(held)).rejects.toThrow(/while velocity is 0/);
  });

  it("a card of another kind, and a residual as a world of its own", async () => {
    await expect(open({ ...card("residual-linear"), schema: "simgate/world-card@1" })).rejects.toThrow(
      /schema/,
    );
    await expect(open(card("residual-linear", { sha256: "0".repeat(64) }))).rejects.toThrow(/sha256/);
  });
});

it("a world that is closed twice closes its base once", async () => {
  const base = softSpring();
  const world = await open(card("residual-linear"), base);
  await world.close();
  await world.close();
  expect(base.closed).toBe(1);
});

it("a snapshot is plain data: another instance goes on from it", async () => {
  const actions = (step: number): Batch => ({
    ...noForce(2),
    columns: { force: Float64Array.of(0.1 * step, -0.2) },
  });
  const first = await open(card("residual-linear"));
  await first.reset(lineStarts([1, 0.5]));
  for (let k = 0; k < 5; k++) await first.step(actions(k));
  const snapshot = structuredClone(await first.save());
  const wanted = (await first.step(actions(5))).observation.columns["position"]!.slice();
  const second = await open(card("residual-linear"));
  await second.restore(snapshot);
  expect((await second.step(actions(5))).observation.columns["position"]).toEqual(wanted);
  await first.close();
  await second.close();
});
