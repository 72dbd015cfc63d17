import { beforeAll, describe, expect, it } from "vitest";
import { openPolicy, openWorld } from "../../../src/api/open.ts";
import { bytesOf, type Picture } from "../../../src/core/picture.ts";
import { ColourProbe } from "../../../src/perception/colour-probe.ts";
import { closedLoop } from "../../../src/rollout/closed-loop.ts";
import { loadScenario } from "../../../src/scenario/load.ts";
import { drawPanel } from "../../../src/scenario/panel.ts";
import type { Scenario, ScenarioImage } from "../../../src/scenario/scenario.ts";
import { SceneCamera } from "../../../src/world/camera/scene-camera.ts";
import { withCamera } from "../../../src/world/camera/with-camera.ts";
import { MujocoWorld } from "../../../src/world/mujoco.ts";
import { isImaging, isRestorable, isSettable, type World } from "../../../src/world/world.ts";
import { describeWorldContract } from "../../contracts/world-contract.ts";
import { start } from "../mujoco-scenarios.ts";

let table: Scenario;
let hall: Scenario;
beforeAll(async () => {
  [table, hall] = await Promise.all([loadScenario("tabletop-push"), loadScenario("warehouse-turn")]);
});

function draw(
  scenario: Scenario,
  observation: Record<string, number[]>,
  image = scenario.images![0]!,
): Picture {
  const columns = Object.fromEntries(
    scenario.observation.map(({ name, size }) => [
      name,
      Float64Array.from(observation[name] ?? new Array<number>(size).fill(0)),
    ]),
  );
  const rgb = new Uint8Array(bytesOf(image));
  new SceneCamera(image, scenario.observation).draw(columns, 0, {}, rgb);
  return { width: image.size[1], height: image.size[0], rgb };
}

describe("the picture of a scene", () => {
  it("shows a puck where it is, to two millimetres: 100 pixels a metre, y up", () => {
    const probe = new ColourProbe({ looks: [{ name: "red", colour: [0xcc, 0x38, 0x2e], tolerance: 60 }] });
    for (const [x, y] of [
      [-0.4, 0.05],
      [-0.437, -0.031],
      [0.3333, 0.0421],
    ] as const) {
      const [red] = probe.find(draw(table, { red_position: [x, y], red_visible: [1] }));
      expect(Math.abs((red!.position[0] - 64) / 100 - x)).toBeLessThan(0.002);
      expect(Math.abs((32 - red!.position[1]) / 100 - y)).toBeLessThan(0.002);
    }
    expect(probe.find(draw(table, { red_position: [-0.4, 0.05], red_visible: [0] }))).toEqual([]);
  });

  it("hides on the table what MuJoCo's rays say the eye does not see", async () => {
    const { columns } = await lookAt(table, "red", tablePlaces);
    const empty = draw(table, {});
    tablePlaces.forEach(([x, y], lane) => {
      const pixel = 3 * (Math.floor(32 - 100 * y) * 128 + Math.floor(64 + 100 * x));
      const hidden = empty.rgb[pixel] === 0x2b;
      expect({ x, y, hidden }).toEqual({ x, y, hidden: columns["red_visible"]![lane] === 0 });
    });
  });

  it("hides in the hall what MuJoCo's rays say the forklift does not see from where it is", async () => {
    const image = hall.images!.find(({ name }) => name === "coarse")!;
    const ground = image.ground[0];
    for (const position of [
      [0, 0],
      [2.6, 0.8],
      [1, 3.8],
    ]) {
      const { columns } = await lookAt(hall, "person", hallPlaces, { position });
      const empty = draw(hall, { position, yaw: [1] }, image);
      hallPlaces.forEach(([x, y], lane) => {
        const pixel = 3 * (Math.floor(32 - 8 * (y - 1.9)) * 72 + Math.floor(36 + 8 * (x - 0.8)));
        const hidden = empty.rgb[pixel]! < (0x2b + ground) / 2;
        expect({ position, x, y, hidden }).toEqual({
          position,
          x,
          y,
          hidden: columns["person_visible"]![lane] === 0,
        });
      });
    }
  });

  it("turns with what it shows: the forklift's load is ahead of its axle", () => {
    const image = hall.images![0]!;
    const probe = new ColourProbe({ looks: [{ name: "load", colour: [0xb3, 0x94, 0x6b], tolerance: 30 }] });
    for (const yaw of [0, 1, 2.5]) {
      const [load] = probe.find(draw(hall, { position: [1, 0.2], yaw: [yaw] }));
      const perPixel = 9 / image.size[1];
      const at = [0.8 + (load!.position[0] - 56) * perPixel, 1.9 + (48 - load!.position[1]) * perPixel];
      // The mast lies over a part of the load.
      expect(Math.abs(Math.atan2(at[1]! - 0.2, at[0]! - 1) - yaw)).toBeLessThan(0.15);
    }
  });

  it("is as bright as its light", () => {
    const image = table.images![0]!;
    const dim = draw(table, {}, { ...image, light: { ...image.light, brightness: 0.5 } });
    draw(table, {}).rgb.forEach((value, i) => expect(Math.abs(dim.rgb[i]! - value / 2)).toBeLessThan(0.6));
    const slanted = draw(table, {}, { ...image, light: { ...image.light, slope: [0.2, 0] } });
    const [left, right] = [3 * (50 * 128 + 2), 3 * (50 * 128 + 125)];
    expect(slanted.rgb[right]! / slanted.rgb[left]!).toBeCloseTo(1.2 / 0.8, 1);
  });

  it("may be as large as one likes, from where one likes", () => {
    const image = { ...table.images![0]!, size: [256, 256] as [number, number] };
    const near: ScenarioImage = { ...image, view: { centre: "red_position", width: 0.2, turn: 0 } };
    const picture = draw(table, { red_position: [-0.4, 0.05], red_visible: [1] }, near);
    expect([...picture.rgb.subarray(3 * (128 * 256 + 128), 3 * (128 * 256 + 129))]).toEqual([
      0xcc, 0x38, 0x2e,
    ]);
  });
});

describe("a world with a camera", { timeout: 120_000 }, () => {
  it("keeps pictures where asked, the same bytes whatever the lanes", async () => {
    const image = table.images![0]!;
    const roll = async (count: number, keep: boolean) => {
      const world = await openWorld(table, "mujoco");
      const policy = await openPolicy(table, "careful");
      const { tape } = await closedLoop(world, policy, drawPanel(table, { count: 3 }).slice(0, count), {
        horizonSteps: 12,
        ...(keep ? { keep: ["images"] } : {}),
      });
      await Promise.all([world.close(), policy.close()]);
      return tape.traces();
    };
    const [one] = await roll(1, true);
    const many = await roll(3, true);
    expect(one!.images!["overhead"]!.length).toBe(13 * bytesOf(image));
    expect(many[0]!.images).toEqual(one!.images);
    expect(many[1]!.images).not.toEqual(one!.images);
    expect((await roll(1, false))[0]!.images).toBeUndefined();
  });

  it("draws a learned world, and goes on being what it was", async () => {
    const world = await openWorld(table, "gru");
    expect(isImaging(world) && isRestorable(world) && "latent" in world).toBe(true);
    await world.reset(drawPanel(table, { count: 2 }));
    if (!isImaging(world)) throw new Error("no pictures");
    expect(world.images()["overhead"]!.length).toBe(2 * bytesOf(table.images![0]!));
    expect(Object.keys(world.images(["coarse"]))).toEqual(["coarse"]);
    await world.close();
    const physics = await openWorld(table, "mujoco");
    expect(isSettable(physics)).toBe(true);
    await physics.close();
  });

  it("is not wrapped at all where the scenario declares no pictures", () => {
    const world = { spec: {} } as World;
    const { images: _, ...without } = table;
    expect(withCamera(world, without)).toBe(world);
  });
});

describeWorldContract("mujoco with a camera", async () => {
  const world = await MujocoWorld.open({ name: "mujoco", scenario: table, modelPath: modelOf(table) });
  return { world: withCamera(world, table), starts: drawPanel(table, { count: 5 }) };
});

const tablePlaces = [-0.3, -0.22, -0.17, -0.1, 0, 0.11, 0.165, 0.22, 0.3].flatMap((x) =>
  [-0.09, 0.02, 0.06, 0.12].map((y) => [x, y] as const),
);

/** Between the racks, apart from where the forklift is put. */
const hallPlaces = [-2.6, -1.7, -0.55, 1.05, 1.93, 3.3, 4.05].flatMap((x) =>
  [-0.7, 0.55, 1.05, 2.2, 2.9, 4.5].map((y) => [x, y] as const),
);

/** What the observer sees of an object at these places. */
async function lookAt(
  scenario: Scenario,
  object: string,
  places: readonly (readonly [number, number])[],
  besides: Record<string, number[]> = { blue_position: [-0.5, 0.13] },
) {
  const world = await MujocoWorld.open({ name: "mujoco", scenario, modelPath: modelOf(scenario) });
  const parameters = Object.fromEntries(scenario.parameters.map(({ name, nominal }) => [name, nominal]));
  const starts = places.map((place, i) =>
    start(i, { [`${object}_position`]: [...place], ...besides }, parameters),
  );
  const observation = await world.reset(starts);
  await world.close();
  return observation;
}

function modelOf({ worlds }: Scenario): string {
  const world = worlds["mujoco"]!;
  if (world.kind !== "mujoco") throw new Error("not MuJoCo");
  return world.model;
}
