import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openWorld as openByName } from "../../src/api/open.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import { remoteWorldSchema } from "../../src/scenario/remote-schema.ts";
import { serveWorld } from "../../src/serve/world-server.ts";
import type { SocketServer } from "../../src/wire/socket-server.ts";
import { RemoteWorld } from "../../src/world/remote.ts";
import { describeWorldContract, type WorldUnderTest } from "../contracts/world-contract.ts";
import { EXAMPLES, startPython, whyNoPython } from "../wire/python.ts";

const scenario = await loadScenario("cartpole");
const starts = drawPanel(scenario, { count: 5 });

async function openAt(url: string, more: Record<string, unknown> = {}): Promise<RemoteWorld> {
  const config = remoteWorldSchema.parse({ kind: "remote", url, connectWithinSec: 2, ...more });
  return RemoteWorld.open({ name: "served", scenario, config });
}

describe("served by simgate", () => {
  const servers: SocketServer[] = [];
  const serve = async (name: string): Promise<string> => {
    const server = await serveWorld({
      host: "127.0.0.1",
      port: 0,
      openWorld: () => openByName(scenario, name),
    });
    servers.push(server);
    return server.url;
  };
  let urls: Record<string, string> = {};
  beforeAll(async () => {
    urls = { mujoco: await serve("mujoco"), gru: await serve("gru") };
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });

  const open =
    (name: string, more = {}) =>
    async (): Promise<WorldUnderTest> => ({ world: await openAt(urls[name]!, more), starts });
  describeWorldContract("remote, physics behind simgate serve", open("mujoco"));
  describeWorldContract("remote, a learned model behind simgate serve", open("gru"), { laneTolerance: 1e-6 });

  it("gives the same bits as the world in this process", async () => {
    const here = await openByName(scenario, "mujoco");
    const there = await openAt(urls["mujoco"]!);
    expect((await there.reset(starts)).columns).toEqual((await here.reset(starts)).columns);
    for (let step = 0; step < 20; step++) {
      const force = Float64Array.from(starts, (_, lane) => 30 * Math.sin(step + lane));
      const command = { lanes: starts.length, step, columns: { force } };
      const [a, b] = [await here.step(command), await there.step(command)];
      expect(b.observation.columns).toEqual(a.observation.columns);
      expect(b.appliedAction.columns).toEqual(a.appliedAction.columns);
    }
    await here.close();
    await there.close();
  });

  it("is refused where it is not of the scenario", async () => {
    const other = await loadScenario("tabletop-push");
    const config = remoteWorldSchema.parse({ kind: "remote", url: urls["mujoco"]! });
    const opening = RemoteWorld.open({ name: "served", scenario: other, config });
    await expect(opening).rejects.toMatchObject({ code: "input" });
    await expect(opening).rejects.toThrow(/another control period/);
  });

  it("is another world for a client that began with another", async () => {
    const config = remoteWorldSchema.parse({ kind: "remote", url: urls["mujoco"]! });
    const gru = await openAt(urls["gru"]!);
    await gru.close();
    const opening = RemoteWorld.open({ name: "served", scenario, config, expect: gru.spec.peer?.["sha256"] });
    await expect(opening).rejects.toMatchObject({ code: "runtime" });
  });
});

const noPython = whyNoPython("msgpack", "websockets", "numpy");
if (noPython !== undefined) {
  it("is served by Python", (context) => context.skip(noPython));
} else {
  describe("served by Python", () => {
    let url = "";
    beforeAll(async () => {
      const { address, stop } = await startPython(join(EXAMPLES, "world_server.py"), ["--port", "0"]);
      url = address;
      return stop;
    });
    describeWorldContract("remote, the example in Python", async () => ({
      world: await openAt(url),
      starts,
    }));

    it("does the same in chunks of four steps a call", async () => {
      const { address, stop } = await startPython(join(EXAMPLES, "world_server.py"), [
        ...["--port", "0", "--chunk", "4"],
      ]);
      onTestFinished(stop);
      const [single, chunked] = [await openAt(url), await openAt(address)];
      expect(chunked.spec.chunk).toEqual({ steps: 4, mode: "replay" });
      expect((await chunked.reset(starts)).columns).toEqual((await single.reset(starts)).columns);
      for (let step = 0; step < 10; step++) {
        const force = Float64Array.from(starts, (_, lane) => 10 * Math.sin(step + lane));
        const command = { lanes: starts.length, step, columns: { force } };
        const [a, b] = [await single.step(command), await chunked.step(command)];
        expect(b.observation.columns).toEqual(a.observation.columns);
      }
      await single.close();
      await chunked.close();
    });
  });
}
