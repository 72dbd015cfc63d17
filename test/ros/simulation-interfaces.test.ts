import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../contracts/ros-node-contract.ts";
import { INTERFACES_2 } from "./interfaces.ts";
import { host, type InMemoryHosted } from "./hosted.ts";

let one: InMemoryHosted;
beforeEach(async () => {
  one = await host();
});
afterEach(() => one.close());

const [STOPPED, PLAYING, PAUSED, QUITTING] = [0, 1, 2, 3];
const [UNSUPPORTED, OK, NOT_FOUND, FAILED] = [0, 1, 2, 4];
const result = (answer: Readonly<Record<string, unknown>>): number =>
  (answer["result"] as { result: number }).result;
const setState = async (state: number): Promise<number> =>
  result(await one.call("set_simulation_state", "SetSimulationState", { state: { state } }));
const state = async (): Promise<unknown> =>
  (await one.call("get_simulation_state", "GetSimulationState"))["state"];

describe("simulation_interfaces server", () => {
  it("moves between stopped, paused and playing, and answers with the codes of the interface", async () => {
    expect(await state()).toEqual({ state: STOPPED });
    expect(await setState(STOPPED)).toBe(101);
    expect(await setState(PAUSED)).toBe(OK);
    expect(await setState(PLAYING)).toBe(OK);
    expect(await state()).toEqual({ state: PLAYING });
    expect(await setState(PLAYING)).toBe(101);
    expect(await setState(STOPPED)).toBe(OK);
    expect(one.bridge.simulator.episodes.epoch).toBe(2); // stopping resets
    expect(await setState(4)).toBe(103);
    expect(await setState(QUITTING)).toBe(OK);
    await one.bridge.quit;
  });

  it("steps while paused, and refuses while playing", async () => {
    const step = (steps: bigint): Promise<number> =>
      one.call("step_simulation", "StepSimulation", { steps }).then(result);
    one.command(0.5, 0);
    await until(() => one.heard.length === 1);
    expect(await step(3n)).toBe(OK);
    await until(() => one.heard.length === 4);
    expect(one.heard.at(-1)).toEqual([3, 1.5]);
    expect(await setState(PLAYING)).toBe(OK);
    expect(await step(1n)).toBe(FAILED);
  });

  it("says why it cannot step on, and plays only after a reset", async () => {
    const answer = await one.call("step_simulation", "StepSimulation", { steps: 6n });
    expect(answer["result"]).toMatchObject({
      result: FAILED,
      error_message: expect.stringMatching(/horizon of 5 steps/) as string,
    });
    expect(await setState(PLAYING)).toBe(102);
  });

  it("carries out simulate_steps with its progress, and stops it when it is cancelled", async () => {
    const progress: unknown[] = [];
    const goal = one.network.sendGoal("/simgate/simulate_steps", { steps: 2n }, (m) => progress.push(m));
    expect(await goal.outcome).toMatchObject({ status: "succeeded", result: { result: { result: OK } } });
    expect(progress).toEqual([
      { completed_steps: 1n, remaining_steps: 1n },
      { completed_steps: 2n, remaining_steps: 0n },
    ]);
    const long = one.network.sendGoal("/simgate/simulate_steps", { steps: 3n }, () => long.cancel());
    expect(await long.outcome).toMatchObject({ status: "canceled" });
    expect(one.bridge.simulator.episodes.step).toBe(3);
  });

  it("gives up the steps that are left when it leaves", async () => {
    const other = await host({ config: { atEnd: "continue" } });
    const answer = other.call("step_simulation", "StepSimulation", { steps: 1_000_000_000n });
    await until(() => other.bridge.simulator.episodes.step > 0);
    await other.bridge.close();
    expect(await answer).toMatchObject({
      result: { result: FAILED, error_message: expect.stringMatching(/^it left after \d+ of/) as string },
    });
    await other.close();
  });

  it("advertises what it can do, and answers FEATURE_UNSUPPORTED for the rest", async () => {
    const { features } = (await one.call("get_simulator_features", "GetSimulatorFeatures")) as {
      features: { features: number[]; custom_info: string };
    };
    expect(features.features).toEqual([6, 8, 10, 12, 20, 21, 22, 24, 25, 26, 31, 32, 33, 40, 44, 45]);
    expect(JSON.parse(features.custom_info)).toEqual({
      claim: "C2",
      world: "counting",
      stochastic: "false",
      responds_to_actions: "true",
      node: "/simgate",
      at_end: "pause",
    });
    for (const [name, type] of [
      ["spawn_entity", "SpawnEntity"],
      ["delete_entity", "DeleteEntity"],
      ["set_entity_state", "SetEntityState"],
      ["get_spawnables", "GetSpawnables"],
      ["unload_world", "UnloadWorld"],
      ["get_entity_bounds", "GetEntityBounds"],
    ] as const) {
      expect(result(await one.call(name, type)), name).toBe(UNSUPPORTED);
    }
    expect(result(await one.call("reset_simulation", "ResetSimulation", { scope: 4 }))).toBe(UNSUPPORTED);
  });

  it("knows the robot and the scenario's objects, where they are, and no others", async () => {
    const entities = async (filters: object): Promise<unknown> =>
      (await one.call("get_entities", "GetEntities", { filters }))["entities"];
    expect(await entities({})).toEqual(["cart", "crate"]);
    expect(await entities({ filter: "^cr" })).toEqual(["crate"]);
    expect(await entities({ categories: [{ category: 1 }] })).toEqual(["cart"]);
    await one.call("reset_simulation", "ResetSimulation", { scope: 2 });
    const state = await one.call("get_entity_state", "GetEntityState", { entity: "crate" });
    expect(state).toMatchObject({
      result: { result: OK },
      state: {
        header: { stamp: { sec: 1 }, frame_id: "world" },
        pose: { position: { x: 0 }, orientation: { w: 1 } },
      },
    });
    expect(result(await one.call("get_entity_state", "GetEntityState", { entity: "dog" }))).toBe(NOT_FOUND);
    expect(result(await one.call("get_entity_state", "GetEntityState", { entity: "cart" }))).toBe(FAILED);
    const info = await one.call("get_entity_info", "GetEntityInfo", { entity: "cart" });
    expect(info["info"]).toEqual({ category: { category: 1 }, description: "A cart", tags: [] });
  });

  it("lists the scenario's worlds and the one it hosts", async () => {
    const world = {
      name: "counting",
      world_resource: { uri: "counting.xml", resource_string: "" },
      description: "counts",
      tags: [],
    };
    expect((await one.call("get_available_worlds", "GetAvailableWorlds"))["worlds"]).toMatchObject([
      world,
      { name: "broken" },
    ]);
    expect((await one.call("get_current_world", "GetCurrentWorld"))["world"]).toEqual(world);
  });

  it("hosts another world when asked, by name or uri, and keeps the present one if it cannot", async () => {
    const load = (uri: string, resource_string = "") =>
      one.call("load_world", "LoadWorld", { uri, resource_string }).then(result);
    await one.call("step_simulation", "StepSimulation", { steps: 1n });
    const before = one.bridge.world;
    expect(await load("broken")).toBe(FAILED);
    expect(await load("moon")).toBe(NOT_FOUND);
    expect(await load("")).toBe(102);
    expect(await load("", "<mujoco/>")).toBe(101);
    expect(one.bridge.world).toBe(before);
    expect(one.bridge.simulator.episodes.step).toBe(1);
    expect(await load("counting.xml")).toBe(OK);
    expect(one.bridge.world).not.toBe(before);
    expect(one.bridge.simulator).toMatchObject({ state: "stopped", episodes: { step: 0, epoch: 2 } });
  });

  it("reads the fields of release 2 where that is installed", async () => {
    const two = await host({
      interfaces: INTERFACES_2,
    });
    const answer = await two.call("load_world", "LoadWorld", { world_resource: { uri: "counting" } });
    expect(result(answer)).toBe(OK);
    await two.close();
  });
});
