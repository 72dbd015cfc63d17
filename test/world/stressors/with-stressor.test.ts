import { describe, expect, it } from "vitest";
import type { StressorConfig } from "../../../src/scenario/schema.ts";
import { MujocoWorld } from "../../../src/world/mujoco.ts";
import { withActionDelay } from "../../../src/world/stressors/with-action-delay.ts";
import { withActionNoise } from "../../../src/world/stressors/with-action-noise.ts";
import { withStressor } from "../../../src/world/stressors/with-stressor.ts";
import { isRestorable, type World } from "../../../src/world/world.ts";
import { describeWorldContract } from "../../contracts/world-contract.ts";
import { CountingWorld, startsAt } from "../../rollout/counting-world.ts";
import { CART, CART_STARTS, cartScenario } from "../mujoco-scenarios.ts";

const openCart = (): Promise<World> =>
  MujocoWorld.open({ name: "mujoco", scenario: cartScenario(), modelPath: CART });

const arrivesLate = "the command arrives, and breaks its lane, as many steps later as it is delayed";

describeWorldContract(
  "a world that hears late",
  async () => ({ world: withActionDelay(await openCart(), { steps: 2 }), starts: CART_STARTS }),
  {
    skip: [
      { test: "turns an action that is not a number into a fault on its lane alone", reason: arrivesLate },
      { test: "keeps a broken lane broken across a restore", reason: arrivesLate },
    ],
  },
);

describeWorldContract("a world with a noisy motor", async () => ({
  world: withActionNoise(await openCart(), { std: { command: 0.5 } }),
  starts: CART_STARTS,
}));

/** What a world was given at each step: its own report, lane by lane. */
async function applied(
  world: World,
  speeds: readonly (readonly number[])[],
  positions: readonly number[] = speeds[0]!.map(() => 0),
): Promise<number[][]> {
  await world.reset(startsAt(...positions));
  const found: number[][] = [];
  for (const [step, lane] of speeds.entries()) {
    const columns = { speed: Float64Array.from(lane) };
    const { appliedAction } = await world.step({ lanes: lane.length, step, columns });
    found.push([...appliedAction.columns["speed"]!]);
  }
  return found;
}

describe("a world that hears late", () => {
  it("applies each command the given number of steps later, 0 before, and says so", async () => {
    const world = withActionDelay(new CountingWorld(), { steps: 2 });
    const commands = [0.1, 0.2, 0.3, 0.4, 0.5].map((speed) => [speed, 1 - speed]);
    const found = await applied(world, commands);
    expect(found.map(([first]) => first)).toEqual([0, 0, 0.1, 0.2, 0.3]);
    expect(found.map(([, second]) => second)).toEqual([0, 0, 0.9, 0.8, 0.7]);
  });

  it("forgets at a reset what was on its way", async () => {
    const world = withActionDelay(new CountingWorld(), { steps: 1 });
    await applied(world, [[0.5], [0.5]]);
    expect(await applied(world, [[0.25], [0]])).toEqual([[0], [0.25]]);
  });

  it("breaks a lane when the command that is not a number arrives", async () => {
    const world = withActionDelay(await openCart(), { steps: 2 });
    await world.reset(CART_STARTS.slice(0, 2));
    const faults = [];
    for (let step = 0; step < 4; step++) {
      const command = Float64Array.of(0, 0, 0, step === 1 ? NaN : 0);
      faults.push(...(await world.step({ lanes: 2, step, columns: { command } })).faults);
    }
    await world.close();
    expect(faults).toMatchObject([{ lane: 1, step: 3, kind: "not-finite" }]);
  });

  it("sends again after a restore what was on its way when it was saved", async () => {
    const world = withActionDelay(await openCart(), { steps: 1 });
    if (!isRestorable(world)) throw new Error("MuJoCo can go back");
    const step = async (force: number): Promise<number> => {
      const columns = { command: Float64Array.of(0, force) };
      return (await world.step({ lanes: 1, step: 0, columns })).appliedAction.columns["command"]![1]!;
    };
    await world.reset(CART_STARTS.slice(0, 1));
    await step(0.5);
    const saved = await world.save();
    await step(0.25);
    await step(0.125);
    await world.restore(saved);
    expect(await step(-0.5)).toBe(0.5);
    expect(await step(0)).toBe(-0.5);
    await world.close();
  });

  it("refuses a delay that is no whole number of steps", () => {
    expect(() => withActionDelay(new CountingWorld(), { steps: 0.5 })).toThrow(
      /whole number of control steps/,
    );
  });
});

describe("a world with a noisy motor", () => {
  const noisy = (std: number): World => withActionNoise(new CountingWorld(), { std: { speed: std } });

  it("adds what the lane's seed and the step decide, in whatever lane and company", async () => {
    // The seeds of these starts are 0, 1, 2 in the order given: what differs is the order.
    const commands = Array.from({ length: 6 }, () => [0, 0, 0]);
    const three = await applied(noisy(0.1), commands, [0, 1, 2]);
    const alone = await applied(
      noisy(0.1),
      commands.map(() => [0]),
      [0],
    );
    expect(alone.flat()).toEqual(three.map(([first]) => first));
    expect(new Set(three.flat()).size).toBe(18);
    expect(await applied(noisy(0.1), commands, [5, 6, 7])).toEqual(three);
  });

  it("has the standard deviation asked for", async () => {
    const found = (
      await applied(
        noisy(0.1),
        Array.from({ length: 1000 }, () => [0, 0]),
      )
    ).flat();
    const variance = found.reduce((sum, value) => sum + value * value, 0) / found.length;
    // Relative standard error of a standard deviation from 2000 normal values: 1 / sqrt(4000) = 1.6 %.
    expect(Math.sqrt(variance)).toBeGreaterThan(0.095);
    expect(Math.sqrt(variance)).toBeLessThan(0.105);
  });

  it("keeps to the limits of the actuator, and reports what was applied", async () => {
    const found = (
      await applied(
        noisy(0.3),
        Array.from({ length: 200 }, () => [7]),
      )
    ).flat();
    expect(Math.max(...found)).toBe(1);
    // A command beyond the limit is the limit before the noise: about half of the draws lower it.
    const lowered = found.filter((value) => value < 1).length;
    expect(lowered).toBeGreaterThan(70);
    expect(lowered).toBeLessThan(130);
  });

  it("refuses a channel the world does not have", () => {
    expect(() => withActionNoise(new CountingWorld(), { std: { sped: 1 } })).toThrow(/did you mean "speed"/);
  });
});

describe("a stressor on the world's side", () => {
  it("leaves the world alone where it is about what the policy sees, or about the contract", () => {
    const world = new CountingWorld();
    const others: StressorConfig[] = [
      { kind: "observation-delay", steps: 1 },
      { kind: "observation-dropout", rate: 0.5 },
      { kind: "parameter-shift", parameters: {} },
      { kind: "horizon-extension", factor: 2 },
    ];
    for (const stressor of others) expect(withStressor(world, stressor)).toBe(world);
    expect(withStressor(world, { kind: "action-delay", steps: 1 })).not.toBe(world);
    expect(withStressor(world, { kind: "action-noise", std: { speed: 1 } }).spec.stochastic).toBe(true);
  });
});
