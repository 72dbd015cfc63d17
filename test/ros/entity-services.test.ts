import { afterEach, describe, expect, it } from "vitest";
import { until } from "../contracts/ros-node-contract.ts";
import { host, type HostOptions, type InMemoryHosted } from "./hosted.ts";
import { INTERFACES_2 } from "./interfaces.ts";

const [UNSUPPORTED, OK, NOT_FOUND, FAILED, INVALID_POSE] = [0, 1, 2, 4, 101];

let open: InMemoryHosted[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});
async function hosted(options: HostOptions = {}): Promise<InMemoryHosted> {
  const one = await host({ world: { settable: true }, ...options });
  open.push(one);
  return one;
}
const resultOf = (answer: Readonly<Record<string, unknown>>): number =>
  (answer["result"] as { result: number }).result;
const setState = (one: InMemoryHosted, request: Record<string, unknown>): Promise<number> =>
  one.call("set_entity_state", "SetEntityState", { entity: "crate", ...request }).then(resultOf);
const at = (x: number, more: object = {}) => ({ pose: { position: { x, y: 0, z: 0 }, ...more } });

describe("set_entity_state", () => {
  it("moves an object between two steps, shows it there at the same time, and goes on from there", async () => {
    const one = await hosted();
    one.command(1, 0);
    await until(() => one.heard.length === 1);
    await one.call("step_simulation", "StepSimulation", { steps: 1n });
    expect(await setState(one, { state: at(7) })).toBe(OK);
    one.command(0.5, 1);
    await until(() => one.heard.length === 3);
    await one.call("step_simulation", "StepSimulation", { steps: 1n });
    await until(() => one.heard.length === 4);
    expect(one.heard).toEqual([
      [0, 0],
      [1, 1],
      [1, 7],
      [2, 7.5],
    ]);
  });

  it("refuses what the scenario has no channel for, other frames, and unknown entities", async () => {
    const one = await hosted();
    expect(await setState(one, { entity: "dog", state: at(1) })).toBe(NOT_FOUND);
    expect(await setState(one, { entity: "cart", state: at(1) })).toBe(UNSUPPORTED); // the robot has no place
    expect(await setState(one, { state: at(1, { position: { x: 1, y: 2, z: 0 } }) })).toBe(INVALID_POSE);
    expect(await setState(one, { state: at(1, { orientation: { x: 0, y: 0, z: 0, w: 0 } }) })).toBe(
      INVALID_POSE,
    );
    expect(await setState(one, { state: { ...at(1), header: { frame_id: "moon" } } })).toBe(FAILED);
    expect(await setState(one, { state: { ...at(1), twist: { linear: { x: 1 } } } })).toBe(FAILED);
    expect(await setState(one, { state: { ...at(1), header: { frame_id: "world" } } })).toBe(OK);
  });

  it("sets in release 2 what its flags say, and nothing else", async () => {
    const one = await hosted({ interfaces: INTERFACES_2 });
    const position = () => one.bridge.simulator.episodes.observation.columns["position"]![0];
    const twist = { linear: { x: 1, y: 0, z: 0 } };
    expect(await setState(one, { state: { ...at(3), twist }, set_pose: true })).toBe(OK);
    expect(position()).toBe(3);
    expect(await setState(one, { state: { ...at(4), twist }, set_twist: true })).toBe(FAILED); // no such channel
    expect(await setState(one, { state: at(5) })).toBe(OK);
    expect(position()).toBe(3);
  });

  it("is not offered where the hosted world does not let anything be moved", async () => {
    const features = async (one: InMemoryHosted): Promise<number[]> =>
      (
        (await one.call("get_simulator_features", "GetSimulatorFeatures"))["features"] as {
          features: number[];
        }
      ).features;
    const fixed = await hosted({ world: {} });
    expect(await setState(fixed, { state: at(1) })).toBe(UNSUPPORTED);
    expect(await features(fixed)).not.toContain(11);
    const settable = await hosted();
    expect(await features(settable)).toContain(11);
    await settable.call("load_world", "LoadWorld", { uri: "counting" });
    expect(await features(settable)).not.toContain(11);
  });
});

describe("entities in space", () => {
  it("are found by a box or a sphere that they lie in", async () => {
    const one = await hosted();
    await setState(one, { state: at(3) });
    const found = async (type: number, ...points: object[]): Promise<unknown> => {
      const answer = await one.call("get_entities", "GetEntities", { filters: { bounds: { type, points } } });
      return resultOf(answer) === OK ? answer["entities"] : resultOf(answer);
    };
    const point = (x: number, y = 0, z = 0) => ({ x, y, z });
    expect(await found(1, point(4, 1, 1), point(2, -1, -1))).toEqual(["crate"]);
    expect(await found(1, point(4, 1, 1), point(3.1, -1, -1))).toEqual([]);
    expect(await found(3, point(5), point(2))).toEqual(["crate"]);
    expect(await found(3, point(5), point(1.9))).toEqual([]);
    expect(await found(2, point(0), point(1), point(0, 1))).toBe(UNSUPPORTED);
  });

  it("tell how large they are where the world knows", async () => {
    const box = { lower: [-1, -2, -3], upper: [1, 2, 4] } as const;
    const bounds = async (one: InMemoryHosted, entity: string) =>
      one.call("get_entity_bounds", "GetEntityBounds", { entity });
    expect(resultOf(await bounds(await hosted(), "crate"))).toBe(UNSUPPORTED);
    const one = await hosted({ world: { bounds: { crate: box } } });
    expect((await bounds(one, "crate"))["bounds"]).toEqual({
      type: 1,
      points: [
        { x: 1, y: 2, z: 4 },
        { x: -1, y: -2, z: -3 },
      ],
    });
    expect(resultOf(await bounds(one, "dog"))).toBe(NOT_FOUND);
    const touching = {
      type: 3,
      points: [
        { x: 4, y: 0, z: 0 },
        { x: 3, y: 0, z: 0 },
      ],
    };
    const found = await one.call("get_entities", "GetEntities", { filters: { bounds: touching } });
    expect(found["entities"]).toEqual(["crate"]);
  });

  it("are not answered with their last sight while they are hidden", async () => {
    const one = await hosted({
      scenario: { objects: [{ name: "crate", position: "position", visible: "position", matchWithin: 1 }] },
    });
    const state = (): Promise<number> =>
      one.call("get_entity_state", "GetEntityState", { entity: "crate" }).then(resultOf);
    expect(await state()).toBe(FAILED);
    await setState(one, { state: at(1) });
    expect(await state()).toBe(OK);
  });
});

describe("get_named_poses", () => {
  it("gives the places that the scenario names, by their tags", async () => {
    const one = await hosted({
      scenario: {
        poses: {
          dock: {
            position: [1, 2, 0],
            headingRad: Math.PI,
            tags: ["goal", "indoor"],
            description: "to unload",
          },
          gate: { position: [0, 0, 0], headingRad: 0, tags: ["indoor"] },
        },
      },
    });
    const names = async (tags: object): Promise<unknown> =>
      ((await one.call("get_named_poses", "GetNamedPoses", { tags }))["poses"] as { name: string }[]).map(
        ({ name }) => name,
      );
    expect(await names({})).toEqual(["dock", "gate"]);
    expect(await names({ tags: ["goal", "indoor"], filter_mode: 0 })).toEqual(["dock", "gate"]);
    expect(await names({ tags: ["goal", "indoor"], filter_mode: 1 })).toEqual(["dock"]);
    const { poses } = (await one.call("get_named_poses", "GetNamedPoses")) as {
      poses: { pose: { position: object; orientation: { z: number } } }[];
    };
    expect(poses[0]!.pose.position).toEqual({ x: 1, y: 2, z: 0 });
    expect(poses[0]!.pose.orientation.z).toBeCloseTo(1, 12);
  });

  it("is unsupported where it names none", async () => {
    expect(resultOf(await (await hosted()).call("get_named_poses", "GetNamedPoses"))).toBe(UNSUPPORTED);
  });
});
