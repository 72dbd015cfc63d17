import { describe, expect, it, onTestFinished } from "vitest";
import type { Start } from "../../src/core/trace.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import { remoteWorldSchema } from "../../src/scenario/remote-schema.ts";
import { decodeMap } from "../../src/wire/decode.ts";
import { encode } from "../../src/wire/encode.ts";
import { NdArray } from "../../src/wire/ndarray.ts";
import { SocketServer } from "../../src/wire/socket-server.ts";
import type { WireMap } from "../../src/wire/value.ts";
import { RemoteWorld } from "../../src/world/remote.ts";

const scenario = await loadScenario("cartpole");
const starts = drawPanel(scenario, { count: 5 });
const CHANNELS = scenario.observation.map(({ name }) => name);

interface ServerOptions {
  /** Added to the first frame. */
  readonly says?: WireMap;
  /** Instead of the answer to the nth step (from 0) of the connections it is asked of. */
  readonly misbehave?: (connection: number, step: number) => Promise<Uint8Array | string> | undefined;
  readonly port?: number;
}

/** What a connection was asked, and every number of noise it was given. */
interface Heard {
  readonly lanes: number[];
  readonly noise: number[][];
  /** With every reset and step. */
  readonly prompts: unknown[];
  steps: number;
}

/** A cart that moves by a thousandth of the force a step (and of the noise, where it wants some), every lane for itself. */
async function serveCart({ says = {}, misbehave, port = 0 }: ServerOptions = {}): Promise<{
  readonly server: SocketServer;
  readonly heard: readonly Heard[];
}> {
  const heard: Heard[] = [];
  const chunk = Number(says["chunk"] ?? 1);
  const server = await SocketServer.listen({
    host: "127.0.0.1",
    port,
    open: (send) => {
      const connection = heard.length;
      const own: Heard = { lanes: [], noise: [], prompts: [], steps: 0 };
      heard.push(own);
      let at = new Float64Array(0);
      const saved = new Map<number, Float64Array>();
      send(
        encode(
          {
            protocol: "simgate/world@1",
            name: "cart",
            observation: CHANNELS.map((name) => ({ name })),
            action: [{ name: "force" }],
            control_period_sec: scenario.controlPeriodSec,
            ...says,
          },
          { arrays: "bin" },
        ),
      );
      /** @param shown where each lane is after every step of the chunk, lane by lane */
      const observation = (shown: Float64Array, steps?: number): WireMap => {
        const shape = steps === undefined || chunk === 1 ? [at.length] : [at.length, steps];
        const zeros = new Float64Array(shown.length);
        return Object.fromEntries(
          CHANNELS.map((name, c) => [name, NdArray.from("<f8", shape, c === 0 ? shown : zeros)]),
        );
      };
      const answers: Record<string, (request: WireMap) => WireMap> = {
        reset: (request) => {
          own.lanes.push((request["starts"] as unknown[]).length);
          at = new Float64Array(own.lanes.at(-1)!);
          return { observation: observation(at) };
        },
        step: (request) => {
          const forces = ((request["actions"] as WireMap)["force"] as NdArray).toFloat64();
          const wanted = request["noise"] as WireMap | undefined;
          const noise = wanted === undefined ? undefined : (wanted["gust"] as NdArray).toFloat64();
          if (noise !== undefined) own.noise.push([...noise]);
          const shown = new Float64Array(at.length * chunk);
          for (let lane = 0; lane < at.length; lane++) {
            for (let k = 0; k < chunk; k++) {
              at[lane]! += (forces[lane * chunk + k]! + (noise?.[lane] ?? 0)) / 1000;
              shown[lane * chunk + k] = at[lane]!;
            }
          }
          return { observation: observation(shown, chunk) };
        },
        save: () => {
          saved.set(saved.size, at.slice());
          return { id: saved.size - 1 };
        },
        restore: (request) => {
          at = saved.get(Number(request["id"]))!.slice();
          return { observation: observation(at) };
        },
      };
      return Promise.resolve({
        async answer(message, signal) {
          const request = decodeMap(message).value;
          const op = request["op"] as string;
          if (op === "reset" || op === "step") own.prompts.push(request["prompts"]);
          const instead = op === "step" ? misbehave?.(connection, own.steps++) : undefined;
          if (instead === undefined) return encode(answers[op]!(request), { arrays: "bin" });
          const gone = new Promise<string>((resolve) => {
            signal.addEventListener("abort", () => resolve(""), { once: true });
          });
          return await Promise.race([instead, gone]);
        },
        close: () => Promise.resolve(),
      });
    },
  });
  onTestFinished(() => server.close());
  return { server, heard };
}

async function open(
  server: SocketServer,
  more: Record<string, unknown> = {},
  promptDrift?: Scenario["promptDrift"],
): Promise<RemoteWorld> {
  const config = remoteWorldSchema.parse({
    kind: "remote",
    url: server.url,
    connectWithinSec: 2,
    answerWithinSec: 0.5,
    ...more,
  });
  const stressed = promptDrift === undefined ? scenario : { ...scenario, promptDrift };
  const world = await RemoteWorld.open({ name: "served", scenario: stressed, config });
  onTestFinished(() => world.close());
  return world;
}

const force = (step: number, lane: number): number => 10 * Math.sin(step + lane);

/** @returns `[step][lane]`: where the cart is after each step; the lanes that broke, and why */
async function drive(world: RemoteWorld, from: readonly Start[], steps: number) {
  await world.reset(from);
  const positions: number[][] = [];
  const faults = new Map<number, { step: number; kind: string; reason: string }>();
  for (let step = 0; step < steps; step++) {
    const columns = { force: Float64Array.from(from, (_, lane) => force(step, lane)) };
    const transition = await world.step({ lanes: from.length, step, columns });
    positions.push([...transition.observation.columns["cart_position"]!]);
    for (const { lane, ...fault } of transition.faults) if (!faults.has(lane)) faults.set(lane, fault);
  }
  return { positions, faults };
}

/** What the cart does when every command counts. */
function exact(lanes: number, steps: number, command = force): number[][] {
  const at = new Array<number>(lanes).fill(0);
  return Array.from({ length: steps }, (_, step) =>
    at.map((_, lane) => (at[lane]! += command(step, lane) / 1000)),
  );
}

describe("a world server", () => {
  it("with room for two lanes is given three connections for five", async () => {
    const { server, heard } = await serveCart({ says: { max_lanes: 2 } });
    const { positions } = await drive(await open(server), starts, 6);
    expect(heard.map(({ lanes }) => lanes)).toEqual([[2], [2], [1]]);
    expect(positions).toEqual(exact(5, 6));
  });

  it("that wants noise is given the same for the same seeds, whatever lane and connection they are on", async () => {
    const says = { noise: [{ name: "gust", shape: [] }] };
    const one = await serveCart({ says });
    const several = await serveCart({ says: { ...says, max_lanes: 2 } });
    const world = await open(one.server);
    expect(world.spec.stochastic).toBe(true);
    const first = await drive(world, starts, 4);
    expect(new Set(one.heard[0]!.noise.flat()).size).toBe(4 * 5);
    expect(await drive(world, starts, 4)).toEqual(first);
    expect(await drive(await open(several.server), starts, 4)).toEqual(first);
    const [, second] = starts;
    await drive(world, [second!], 4);
    expect(one.heard[0]!.noise.slice(-4).flat()).toEqual(
      one.heard[0]!.noise.slice(0, 4).map((all) => all[1]),
    );
  });

  it("that predicts four steps a call and can go back follows every command", async () => {
    const { server } = await serveCart({ says: { chunk: 4, restorable: true } });
    const world = await open(server);
    expect(world.spec.peer?.["title"]).toContain("4 steps a call, predicted anew each step");
    const { positions } = await drive(world, starts, 10);
    positions.forEach((all, step) =>
      all.forEach((x, lane) => expect(x).toBeCloseTo(exact(5, 10)[step]![lane]!, 12)),
    );
  });

  it("that predicts four steps a call and cannot go back holds the first command of each four", async () => {
    const { server } = await serveCart({ says: { chunk: 4 } });
    const world = await open(server);
    const { positions } = await drive(world, starts, 10);
    const held = exact(5, 10, (step, lane) => force(step - (step % 4), lane));
    positions.forEach((all, step) => all.forEach((x, lane) => expect(x).toBeCloseTo(held[step]![lane]!, 12)));
    await world.reset(starts);
    const command = (value: number) => ({ lanes: 5, columns: { force: new Float64Array(5).fill(value) } });
    await world.step({ ...command(3), step: 0 });
    const second = await world.step({ ...command(-3), step: 1 });
    expect([...second.appliedAction.columns["force"]!]).toEqual([3, 3, 3, 3, 3]);
  });
});

describe("a world server that goes by text", () => {
  const prompt = "a cart on a rail";
  const drift = { of: "world", wordings: ["a waggon on a track", "a trolley"], fromStep: 2 } as const;
  const five = (said: string): string[] => new Array<string>(5).fill(said);

  it("is told what the manifest says with every reset and step, and nothing if it says nothing", async () => {
    const { server, heard } = await serveCart();
    await drive(await open(server), starts, 2);
    await drive(await open(server, { prompt }), starts, 2);
    await drive(await open(server, { prompt }, { ...drift, of: "policy" }), starts, 2);
    const told = [five(prompt), five(prompt), five(prompt)];
    expect(heard.map(({ prompts }) => prompts)).toEqual([[undefined, undefined, undefined], told, told]);
  });

  it("is told something else under the stressor, by the seed of each lane, whatever connection it is on", async () => {
    const one = await serveCart();
    const several = await serveCart({ says: { max_lanes: 2 } });
    await drive(await open(one.server, { prompt }, drift), starts, 4);
    await drive(await open(several.server, { prompt }, drift), starts, 4);
    const [reset, first, second, third, fourth] = one.heard[0]!.prompts as string[][];
    expect([reset, first, second]).toEqual([five(prompt), five(prompt), five(prompt)]);
    expect(fourth).toEqual(third);
    for (const said of third!) expect(drift.wordings).toContain(said);
    expect(new Set(third).size).toBe(2);
    expect(several.heard.flatMap(({ prompts }) => prompts[3])).toEqual(third);
  });

  it("is told it where the next chunk begins, if its model predicts several steps a call", async () => {
    const { server, heard } = await serveCart({ says: { chunk: 3, restorable: true } });
    const wordings = ["a trolley"];
    await drive(await open(server, { prompt }, { ...drift, wordings }), starts, 6);
    const said = (heard[0]!.prompts as string[][]).map(([first]) => first);
    expect(said).toEqual([prompt, prompt, prompt, prompt, ...new Array<string>(3).fill("a trolley")]);
  });
});

describe("a world server that misbehaves", () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const wrongShape = encode(
    {
      observation: Object.fromEntries(CHANNELS.map((name) => [name, NdArray.from("<f8", [3], [0, 0, 0])])),
    },
    { arrays: "bin" },
  );
  const cases: readonly (readonly [string, () => Promise<Uint8Array | string>, string, RegExp])[] = [
    ["hangs", never, "deadline", /did not answer within 0\.5 s/],
    ["lies about shapes", () => Promise.resolve(wrongShape), "threw", /another shape than declared/],
    ["sends text", () => Promise.resolve("CUDA out of memory"), "threw", /CUDA out of memory/],
    ["sends no msgpack", () => Promise.resolve(Uint8Array.of(0xc1, 1, 2)), "threw", /./],
    ["fails", () => Promise.reject(new Error("no such object")), "threw", /no such object/],
  ];
  for (const [what, answer, kind, reason] of cases) {
    it(`${what} breaks the lanes of its connection, and no others`, async () => {
      const { server } = await serveCart({
        says: { max_lanes: 2 },
        misbehave: (connection, step) => (connection === 1 && step === 3 ? answer() : undefined),
      });
      const world = await open(server);
      const { positions, faults } = await drive(world, starts, 6);
      expect([...faults.keys()].sort()).toEqual([2, 3]);
      for (const fault of faults.values()) {
        expect(fault.kind).toBe(kind);
        expect(fault.reason).toMatch(reason);
      }
      for (const lane of [0, 1, 4]) {
        expect(positions.map((all) => all[lane])).toEqual(exact(5, 6).map((all) => all[lane]));
      }
      // The next episode connects anew, to the connection after the last.
      const again = await drive(world, starts, 6);
      expect(again.faults.size).toBe(0);
      expect(again.positions).toEqual(exact(5, 6));
    });
  }

  it("is started again in mid-episode: its lanes break, and the next episode runs", async () => {
    const { server } = await serveCart();
    const port = Number(new URL(server.url).port);
    const world = await open(server);
    await world.reset(starts);
    const command = { lanes: 5, columns: { force: new Float64Array(5) } };
    await world.step({ ...command, step: 0 });
    await server.close();
    const broken = await world.step({ ...command, step: 1 });
    expect(broken.faults.map(({ lane }) => lane)).toEqual([0, 1, 2, 3, 4]);
    expect(broken.faults[0]!.reason).toMatch(/closed the connection/);
    await serveCart({ port });
    const { positions, faults } = await drive(world, starts, 6);
    expect(faults.size).toBe(0);
    expect(positions).toEqual(exact(5, 6));
  });

  it("comes back as another model: that is said, and it is not taken for the first", async () => {
    const { server } = await serveCart({ says: { model: "v1" } });
    const port = Number(new URL(server.url).port);
    const world = await open(server);
    await world.reset(starts);
    await server.close();
    await world.step({ lanes: 5, step: 0, columns: { force: new Float64Array(5) } });
    await serveCart({ port, says: { model: "v2" } });
    await expect(world.reset(starts)).rejects.toThrow(/other things of itself/);
  });
});
