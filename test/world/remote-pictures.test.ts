import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { openWorld as openByName } from "../../src/api/open.ts";
import type { Batch } from "../../src/core/channels.ts";
import type { Images } from "../../src/core/picture.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import { remoteWorldSchema } from "../../src/scenario/remote-schema.ts";
import { serveWorld } from "../../src/serve/world-server.ts";
import { decodeMap } from "../../src/wire/decode.ts";
import { encode } from "../../src/wire/encode.ts";
import { NdArray } from "../../src/wire/ndarray.ts";
import { SocketServer } from "../../src/wire/socket-server.ts";
import type { WireMap } from "../../src/wire/value.ts";
import { RemoteWorld } from "../../src/world/remote.ts";
import {
  isImaging,
  type ImagingWorld,
  isRestorable,
  type Snapshot,
  type World,
} from "../../src/world/world.ts";
import { describeWorldContract } from "../contracts/world-contract.ts";
import { PYTHON, whyNoPython } from "../wire/python.ts";

const scenario = await loadScenario("tabletop-push");
const starts = drawPanel(scenario, { count: 4 });
const PICTURE = 3 * 32 * 64;

async function serve(openWorld: () => Promise<World>): Promise<string> {
  const server = await serveWorld({ host: "127.0.0.1", port: 0, openWorld });
  onTestFinished(() => server.close());
  return server.url;
}

async function openAt(url: string): Promise<RemoteWorld> {
  const config = remoteWorldSchema.parse({ kind: "remote", url, connectWithinSec: 2 });
  const world = await RemoteWorld.open({ name: "served", scenario, config });
  onTestFinished(() => world.close());
  return world;
}

async function openHere(name: string): Promise<ImagingWorld> {
  const world = await openByName(scenario, name);
  onTestFinished(() => world.close());
  if (!isImaging(world)) throw new Error(`${name} shows no pictures`);
  return world;
}

const command = (step: number): Batch => ({
  lanes: starts.length,
  step,
  columns: { velocity: Float64Array.from({ length: 2 * starts.length }, (_, i) => 0.3 * Math.cos(i + step)) },
});

/** A world that tells no channels: its pictures are all that there is. */
function mute(world: ImagingWorld): ImagingWorld {
  const silent = (batch: Batch): Batch => ({ ...batch, columns: {} });
  return {
    spec: { ...world.spec, observation: [], restorable: false },
    reset: async (begun, signal) => silent(await world.reset(begun, signal)),
    step: async (actions, signal) => {
      const transition = await world.step(actions, signal);
      return { ...transition, observation: silent(transition.observation) };
    },
    images: () => world.images(),
    close: () => world.close(),
  };
}

describe("a world of pictures behind a server", () => {
  it("shows the same pictures and channels as in this process, byte for byte, and goes back to them", async () => {
    const here = await openHere("dreamer");
    const there = await openAt(await serve(() => openByName(scenario, "dreamer")));
    expect(there.spec.images).toEqual([{ name: "coarse", size: [32, 64] }]);
    expect((await there.reset(starts)).columns).toEqual((await here.reset(starts)).columns);
    expect(there.images()).toEqual(here.images());
    let pictures: Images = {};
    let snapshot: Snapshot = await there.save();
    for (let step = 0; step < 6; step++) {
      if (step === 3) [snapshot, pictures] = [await there.save(), there.images()];
      const [a, b] = [await here.step(command(step)), await there.step(command(step))];
      expect(b.observation.columns).toEqual(a.observation.columns);
      expect(there.images()).toEqual(here.images());
    }
    expect(there.images()).not.toEqual(pictures);
    await there.restore(snapshot);
    expect(there.images()).toEqual(pictures);
  });

  it("that tells no channel is read from its pictures", async () => {
    const here = await openHere("dreamer");
    const there = await openAt(await serve(async () => mute(await openHere("dreamer"))));
    await here.reset(starts);
    const first = await there.reset(starts);
    starts.forEach(({ initial }, lane) => {
      expect([...first.columns["red_position"]!.subarray(2 * lane, 2 * lane + 2)]).toEqual(
        initial["red_position"],
      );
    });
    for (let step = 0; step < 12; step++) {
      const [a, b] = [await here.step(command(step)), await there.step(command(step))];
      // The dreamer tells where the pusher is; all else it has out of the same pictures.
      for (const name of ["red_position", "red_velocity", "red_visible", "blue_position", "blue_visible"]) {
        expect(b.observation.columns[name], `${name} at ${step}`).toEqual(a.observation.columns[name]);
      }
      const told = a.observation.columns["pusher_position"]!;
      b.observation.columns["pusher_position"]!.forEach((x, i) =>
        expect(Math.abs(x - told[i]!)).toBeLessThan(0.05),
      );
    }
  });

  it("that draws from its channels is not asked for what its client can draw, and shows the same", async () => {
    const url = await serve(() => openByName(scenario, "mujoco"));
    const there = await openHere(url);
    const here = await openHere("mujoco");
    await here.reset(starts);
    await there.reset(starts);
    await here.step(command(0));
    await there.step(command(0));
    expect(there.spec.images!.map(({ drawn }) => drawn)).toEqual([true, true]);
    expect(there.images()).toEqual(here.images());
    expect(isRestorable(there)).toBe(true);
  });
});

describeWorldContract(
  "remote, a world of pictures behind simgate serve",
  async () => ({ world: await openAt(await serve(() => openByName(scenario, "dreamer"))), starts }),
  { laneTolerance: 1e-4 },
);

/** A server of one grey picture a lane, which answers as it is told. */
async function serveGrey(
  says: WireMap,
  picture: (lanes: number, step: number) => NdArray,
): Promise<{ readonly url: string; readonly heard: WireMap[] }> {
  const heard: WireMap[] = [];
  const server = await SocketServer.listen({
    host: "127.0.0.1",
    port: 0,
    open: (send) => {
      const about = {
        protocol: "simgate/world@1",
        name: "grey",
        observation: [{ name: "coarse", shape: [32, 64, 3], dtype: "uint8" }],
        action: [{ name: "velocity", shape: [2] }],
        control_period_sec: 0.05,
        ...says,
      };
      send(encode(about, { arrays: "bin" }));
      let [lanes, step] = [0, 0];
      return Promise.resolve({
        answer(message) {
          const request = decodeMap(message).value;
          heard.push(request);
          if (request["op"] === "reset") [lanes, step] = [(request["starts"] as unknown[]).length, 0];
          else step++;
          return Promise.resolve(
            encode({ observation: { coarse: picture(lanes, step) } }, { arrays: "bin" }),
          );
        },
        close: () => Promise.resolve(),
      });
    },
  });
  onTestFinished(() => server.close());
  return { url: server.url, heard };
}

const grey = (lanes: number): NdArray =>
  new NdArray("|u1", [lanes, 32, 64, 3], new Uint8Array(lanes * PICTURE).fill(90));

describe("a server of pictures", () => {
  it("that begins with one is brought the picture which the scenario's camera draws of each start", async () => {
    const { url, heard } = await serveGrey({ begins_with: ["coarse"] }, grey);
    await (await openAt(url)).reset(starts);
    const truth = await openHere("mujoco");
    await truth.reset(starts);
    const given = (heard[0]!["pictures"] as WireMap)["coarse"] as NdArray;
    expect([given.dtype.name, given.shape]).toEqual(["|u1", [4, 32, 64, 3]]);
    expect(Buffer.from(given.data).equals(Buffer.from(truth.images()["coarse"]!))).toBe(true);
  });

  it("that shows nothing of a puck leaves it where it was, unseen", async () => {
    const world = await openAt((await serveGrey({}, grey)).url);
    await world.reset(starts);
    const { observation } = await world.step(command(0));
    expect([...observation.columns["red_visible"]!]).toEqual([0, 0, 0, 0]);
    expect(observation.columns["red_position"]![0]).toBe(starts[0]!.initial["red_position"]![0]);
  });

  it("that answers with floats or another size breaks its lanes, and what was expected is said", async () => {
    const floats = (lanes: number, step: number): NdArray =>
      step === 0 ? grey(lanes) : NdArray.from("<f4", [lanes, 32, 64, 3], new Float32Array(lanes * PICTURE));
    const world = await openAt((await serveGrey({}, floats)).url);
    await world.reset(starts);
    const { faults } = await world.step(command(0));
    expect(faults).toHaveLength(4);
    expect(faults[0]!.reason).toMatch(/"coarse" is not as declared.*\[4, 32, 64, 3\] of uint8.*of <f4/s);
    expect(world.images()["coarse"]![0]).toBe(90);
  });

  const refused: readonly (readonly [string, WireMap, RegExp])[] = [
    [
      "another size",
      { observation: [{ name: "coarse", shape: [64, 64, 3] }] },
      /another shape.*\[32, 64, 3\]/s,
    ],
    [
      "a type of its own",
      { observation: [{ name: "coarse", shape: [32, 64, 3], dtype: "float32" }] },
      /float32/,
    ],
    ["a first picture nobody draws", { begins_with: ["wrist"] }, /"wrist" that nobody can draw/],
  ];
  for (const [what, says, why] of refused) {
    it(`that announces ${what} is refused at once`, async () => {
      const { url } = await serveGrey(says, grey);
      await expect(openAt(url)).rejects.toMatchObject({ code: "input" });
      await expect(openAt(url)).rejects.toThrow(why);
    });
  }
});

interface Heard {
  readonly about: Readonly<Record<string, { shape: number[]; dtype?: string; drawn?: boolean }>>;
  readonly steps: readonly Readonly<Record<string, { dtype: string; shape: number[]; sha256: string }>>[];
}

const noPython = whyNoPython("msgpack", "websockets", "numpy");
const PEER = join(import.meta.dirname, "../wire/fixtures/world_client.py");

describe("pictures told to Python", () => {
  if (noPython !== undefined) {
    it("are arrays of bytes, height × width × 3", (context) => context.skip(noPython));
    return;
  }
  const ask = async (name: string, show: readonly string[] | null): Promise<Heard> => {
    const url = await serve(() => openByName(scenario, name));
    const { index, initial, parameters, seed } = starts[0]!;
    const args = [PEER, url, JSON.stringify({ index, initial, parameters }), `${seed}`, JSON.stringify(show)];
    return JSON.parse((await promisify(execFile)(PYTHON, args)).stdout) as Heard;
  };
  it.each(["dreamer", "mujoco"])("are arrays of bytes, height × width × 3: %s", async (name) => {
    const { about, steps } = await ask(name, null);
    expect(about["coarse"]).toMatchObject({ shape: [32, 64, 3], dtype: "uint8" });
    const here = await openHere(name);
    const lane = starts.slice(0, 1);
    await here.reset(lane);
    for (let step = 0; step <= 3; step++) {
      const sha256 = createHash("sha256").update(here.images()["coarse"]!).digest("hex");
      expect(steps[step]!["coarse"], `step ${step}`).toEqual({
        dtype: "uint8",
        shape: [1, 32, 64, 3],
        sha256,
      });
      expect(steps[step]!["red_position"]).toMatchObject({ dtype: "float64", shape: [1, 2] });
      await here.step({ lanes: 1, step, columns: { velocity: Float64Array.of(0.1, 0.1) } });
    }
  });

  it("are those that it wants to see", async () => {
    const { about, steps } = await ask("mujoco", ["overhead"]);
    expect(about["overhead"]!.drawn).toBe(true);
    expect(steps[1]!["overhead"]).toMatchObject({ shape: [1, 64, 128, 3] });
    expect(steps[1]).not.toHaveProperty("coarse");
  });
});
