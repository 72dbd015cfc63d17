import { describe, expect, it } from "vitest";
import type { ObservationChannel } from "../../../src/scenario/scenario.ts";
import { MujocoWorld } from "../../../src/world/mujoco.ts";
import { describeWorldContract } from "../../contracts/world-contract.ts";
import { loadReach, reachProblem } from "../../scenario/manifests.ts";
import { commanded, fixture, observed, scenarioOf, start } from "../mujoco-scenarios.ts";

const SCREEN = fixture("screen.xml");
const held = { heldBy: "visible" };
const CHANNELS = [
  observed("rail", { joint: "rail", field: "qpos", ...held }),
  observed("speed", { joint: "rail", field: "qvel", ...held }),
  observed("where", { body: "ball", field: "xpos", components: ["y", "x"], ...held }, 2),
  observed("sensed", { sensor: "place", ...held }, 3),
  observed("truth", { body: "ball", field: "xpos", components: ["x"] }),
  observed("visible", { sees: "ball", from: "eye", group: 2 }),
  observed("clear", { sees: "ball", from: "eye" }),
];

const open = (observation: readonly ObservationChannel[] = CHANNELS) =>
  MujocoWorld.open({
    name: "screen",
    scenario: scenarioOf({ observation, action: [commanded("push", "push", [-1, 1])] }),
    modelPath: SCREEN,
  });
const rest = (step: number, lanes = 1) => ({ lanes, step, columns: { push: new Float64Array(lanes) } });

/**
 * The line from the eye (0, −1) to the ball (x, 1) passes the front of a wall (y = −0.01) at 0.495 x, so the wall from
 * −0.2 to 0.2 hides the ball while |x| ≤ 0.404, and the pane, which begins at 0.25, from x = 0.495 on (at its back).
 */
const hiddenByWall = (x: number) => Math.abs(x) <= 0.2 / 0.495;
const hiddenByPane = (x: number) => x >= 0.25 / 0.505;

describeWorldContract("mujoco with a body that goes out of sight", async () => ({
  world: await open(),
  starts: [-0.5, -0.45, 0.3, 0.5].map((x, i) => start(i, { rail: [x], speed: [1 - i] })),
}));

describe("a line of sight in MuJoCo", () => {
  it("is free where geometry says so, by the geoms of its group or by all", async () => {
    const world = await open();
    await world.reset([start(0, { rail: [-0.5], speed: [1] })]);
    for (let step = 0; step < 60; step++) {
      const { columns } = (await world.step(rest(step))).observation;
      const x = -0.5 + 0.02 * (step + 1);
      expect(columns["truth"]![0]).toBeCloseTo(x, 10);
      expect(columns["visible"]![0], `x = ${x}`).toBe(hiddenByWall(x) ? 0 : 1);
      expect(columns["clear"]![0], `x = ${x}`).toBe(hiddenByWall(x) || hiddenByPane(x) ? 0 : 1);
    }
    await world.close();
  });

  it("holds what was seen last while it is blocked, and lets go when it is free again", async () => {
    const world = await open();
    await world.reset([start(0, { rail: [-0.5], speed: [1] })]);
    let last = -0.5;
    const shown = new Set<number>();
    for (let step = 0; step < 60; step++) {
      const { columns } = (await world.step(rest(step))).observation;
      const x = -0.5 + 0.02 * (step + 1);
      if (!hiddenByWall(x)) last = x;
      else shown.add(columns["rail"]![0]!);
      expect(columns["rail"]![0]).toBeCloseTo(last, 10);
      expect(columns["speed"]![0]).toBeCloseTo(1, 10);
      expect([...columns["where"]!]).toEqual([1, expect.closeTo(last, 10)]);
      expect([...columns["sensed"]!]).toEqual([expect.closeTo(last, 10), 1, 0]);
    }
    expect(shown.size).toBe(1);
    await world.close();
  });

  it("shows a hidden body where it truly starts", async () => {
    const world = await open();
    const first = await world.reset([start(0, { rail: [0.1], speed: [1] })]);
    expect(first.columns["visible"]![0]).toBe(0);
    expect(first.columns["rail"]![0]).toBe(0.1);
    const { observation } = await world.step(rest(0));
    expect(observation.columns["rail"]![0]).toBe(0.1);
    expect(observation.columns["truth"]![0]).toBeCloseTo(0.12, 10);
    await world.close();
  });

  it("keeps what is held in a snapshot, through other rollouts and for another world of the same model", async () => {
    const [world, other] = [await open(), await open()];
    await world.reset([start(0, { rail: [-0.5], speed: [1] })]);
    for (let step = 0; step < 10; step++) await world.step(rest(step));
    const snapshot = await world.save();
    const next = (await world.step(rest(10))).observation.columns["rail"]![0]!;
    expect(next).toBeCloseTo(-0.42, 10);
    await world.reset([start(1, { rail: [0.3], speed: [0] }), start(2, { rail: [2], speed: [0] })]);
    await world.step(rest(0, 2));
    for (const restored of [world, other]) {
      const again = await restored.restore(snapshot);
      expect(again.columns["rail"]![0]).toBe(next);
      for (let step = 10; step < 20; step++) {
        expect((await restored.step(rest(step))).observation.columns["rail"]![0]).toBe(next);
      }
      await restored.close();
    }
  });

  it("names a body or an eye that the model does not have, and a wrong size", async () => {
    const visible = (sees: string, from: string, size = 1) =>
      open([observed("visible", { sees, from }, size)]);
    await expect(visible("bal", "eye")).rejects.toThrow(
      /names body "bal", which the MJCF does not have[^]*"ball"/,
    );
    await expect(visible("ball", "eyes")).rejects.toThrow(/names site "eyes"[^]*"eye"/);
    await expect(visible("ball", "eye", 2)).rejects.toThrow(
      /expected: 1 value .*[^]*got: {6}2 values[^]*shape: \[\]/,
    );
    await expect(
      open([observed("where", { body: "ball", field: "xpos", components: ["x"] }, 3)]),
    ).rejects.toThrow(/expected: 1 value /);
  });
});

describe("a manifest with a held channel", () => {
  const tip = "limits: [-2, 2], frame: base }";
  const heldBy = (channel: string) =>
    [tip, tip.replace(" }", `, mujoco: { site: tip, field: xpos, heldBy: ${channel} } }`)] as const;

  it("must name a channel that says whether something is seen", async () => {
    expect(await reachProblem(heldBy("joint_vel"))).toMatch(
      /tip\.mujoco\.heldBy: "joint_vel" does not say whether something is seen/,
    );
    expect(await reachProblem(heldBy("joint_velo"))).toMatch(
      /tip\.mujoco\.heldBy: there is no channel "joint_velo"[^]*"joint_vel"/,
    );
  });

  it("is taken as it is written", async () => {
    const sight = `  tip_seen: { unit: "1", tolerance: 0.5, mujoco: { sees: forearm, from: eye, group: 2 } }\n`;
    const scenario = await loadReach(heldBy("tip_seen"), ["action:\n", `${sight}action:\n`]);
    expect(scenario.observation.find(({ name }) => name === "tip")!.mujoco).toEqual({
      site: "tip",
      field: "xpos",
      heldBy: "tip_seen",
    });
  });
});
