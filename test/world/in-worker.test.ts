import { describe, expect, it } from "vitest";
import { openInWorker } from "../../src/world/in-worker.ts";
import { isRestorable, isSettable } from "../../src/world/world.ts";
import { MujocoWorld } from "../../src/world/mujoco.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";
import { CART, CART_STARTS, cartScenario, start } from "./mujoco-scenarios.ts";

const PHYSICS = new URL("./fixtures/mujoco-in-worker.mjs", import.meta.url);
const TROUBLE = new URL("./fixtures/trouble-in-worker.mjs", import.meta.url);
const recipe = { name: "mujoco", scenario: cartScenario(), modelPath: CART };

describeWorldContract("mujoco in a worker thread", async () => ({
  world: await openInWorker({ module: PHYSICS, recipe }),
  starts: CART_STARTS,
}));

const troubled = async (trouble: string, stepDeadlineMs = 20_000) => {
  const world = await openInWorker({ module: TROUBLE, recipe: { trouble }, stepDeadlineMs });
  await world.reset([start(0), start(1)]);
  const step = (signal?: AbortSignal) => world.step({ lanes: 2, step: 0, columns: {} }, signal);
  await step();
  return { world, step };
};

describe("a world in a worker thread", () => {
  it("gives the bytes that it gives in this thread", async () => {
    const here = await MujocoWorld.open(recipe);
    const there = await openInWorker({ module: PHYSICS, recipe });
    await Promise.all([here.reset(CART_STARTS), there.reset(CART_STARTS)]);
    for (let step = 0; step < 50; step++) {
      const command = Float64Array.from({ length: 10 }, (_, i) => Math.sin(step + i));
      const actions = { lanes: 5, step, columns: { command } };
      const [a, b] = [await here.step(actions), await there.step(actions)];
      expect(b).toEqual(a);
      expect(command).toHaveLength(10);
    }
    expect(isRestorable(there)).toBe(true);
    await Promise.all([here.close(), there.close()]);
  });

  it("lets state be set as it does in this thread", async () => {
    const here = await MujocoWorld.open(recipe);
    const there = await openInWorker({ module: PHYSICS, recipe });
    if (!isSettable(there)) throw new Error("it is not settable");
    await Promise.all([here.reset(CART_STARTS), there.reset(CART_STARTS)]);
    const name = here.spec.settable[0]!;
    const { size } = here.spec.observation.find((channel) => channel.name === name)!;
    const values = { [name]: new Array<number>(size).fill(0.25) };
    const [a, b] = [await here.set(1, values), await there.set(1, values)];
    expect([...a.columns[name]!.subarray(size, 2 * size)]).toEqual(values[name]);
    expect(b).toEqual(a);
    await expect(there.set(9, values)).rejects.toThrow(/lane 9/);
    await Promise.all([here.close(), there.close()]);
  });

  it("passes errors on as they are, with their fields", async () => {
    await expect(openInWorker({ module: TROUBLE, recipe: { trouble: "open" } })).rejects.toMatchObject({
      name: "SimgateError",
      code: "input",
      what: "cannot open",
      details: { where: "here", expected: "a", got: "b", hint: "c" },
    });
    const { world, step } = await troubled("throw");
    await expect(step()).rejects.toMatchObject({
      code: "runtime",
      what: "boom",
      details: { where: "step 2" },
    });
    await step();
    await world.close();
    const plain = await troubled("plain");
    await expect(plain.step()).rejects.toMatchObject({ code: "runtime", what: "plain boom" });
    await plain.world.close();
  });

  it("says so when its module does not export openWorld", async () => {
    const module = new URL("data:text/javascript,export const other = 1");
    await expect(openInWorker({ module, recipe })).rejects.toThrow(
      /does not export openWorld[^]*exports other/,
    );
  });

  it.each([
    ["exit", /world trouble cannot go on: its worker thread exited with code 7/],
    ["crash", /world trouble cannot go on: its worker thread died: out of the blue/],
  ])("fails, and keeps failing, when its thread dies (%s)", async (trouble, message) => {
    const { world, step } = await troubled(trouble);
    await expect(step()).rejects.toThrow(message);
    await expect(step()).rejects.toMatchObject({
      code: "runtime",
      message: expect.stringMatching(message) as string,
    });
    await world.close();
  });

  it.each(["wait", "spin"])("is ended when it misses its deadline (%s)", async (trouble) => {
    const { world, step } = await troubled(trouble, 300);
    await expect(step()).rejects.toThrow(/gave no answer to step within 300 ms/);
    await world.close();
  });

  it("hears of an abort", async () => {
    const { world, step } = await troubled("listen");
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await expect(step(controller.signal)).rejects.toThrow(/heard it/);
    await world.close();
  });

  it("is ended when it does not stop on request", async () => {
    const { world, step } = await troubled("spin");
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await expect(step(controller.signal)).rejects.toMatchObject({ code: "aborted" });
    await expect(step()).rejects.toThrow(/did not stop on request/);
    await world.close();
  });

  it("closes even if its world never does", async () => {
    const { world } = await troubled("close");
    await world.close();
    await world.close();
  });
});
