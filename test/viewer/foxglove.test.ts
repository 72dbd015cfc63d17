import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FoxgloveClient } from "@foxglove/ws-protocol";
import { parse } from "@foxglove/rosmsg";
import { MessageReader } from "@foxglove/rosmsg2-serialization";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { view, type Viewer } from "../../src/api/view.ts";
import { writeTraces } from "../../src/record/write-traces.ts";
import { loadScenario } from "../../src/scenario/load.ts";

const STEPS = 200;
const PERIOD_SEC = 0.02;

/** A recording whose pole_angle is k / 1000 at step k. */
async function record(path: string): Promise<void> {
  const scenario = await loadScenario("cartpole");
  const rows = (count: number, of: (k: number) => number) =>
    Float64Array.from({ length: count }, (_, k) => of(k));
  const trace = {
    start: { index: 0, initial: {}, parameters: {}, seed: 1n },
    steps: STEPS,
    controlPeriodSec: PERIOD_SEC,
    end: "horizon" as const,
    observation: Object.fromEntries(
      scenario.observation.map(({ name }) => [
        name,
        rows(STEPS + 1, (k) => (name === "pole_angle" ? k / 1000 : 0)),
      ]),
    ),
    requestedAction: { force: new Float64Array(STEPS) },
    appliedAction: { force: new Float64Array(STEPS) },
  };
  await writeTraces([{ role: "truth", world: "mujoco", policy: "none", trace }], {
    path,
    channels: scenario,
    scenario,
  });
}

/** Play or pause at `seekSec`, as the protocol's binary message 3. */
function playback(command: 0 | 1, speed: number, seekSec: number): Buffer {
  const frame = Buffer.alloc(19);
  frame[0] = 3;
  frame[1] = command;
  frame.writeFloatLE(speed, 2);
  frame[6] = 1;
  frame.writeBigUInt64LE(BigInt(Math.round(seekSec * 1e9)), 7);
  return frame;
}

describe("the viewer's server, to the Foxglove protocol's own client", () => {
  const folder = mkdtempSync(join(tmpdir(), "simgate-foxglove-"));
  let viewer: Viewer;

  beforeAll(async () => {
    const path = join(folder, "run.mcap");
    await record(path);
    viewer = await view({ target: path, port: 0 });
  }, 60_000);

  afterAll(async () => {
    await viewer.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(["foxglove.websocket.v1", "foxglove.sdk.v1"])(
    "announces, sends and seeks over %s",
    async (protocol) => {
      const socket = new WebSocket(`ws://127.0.0.1:${viewer.port}/`, [protocol]);
      const client = new FoxgloveClient({ ws: socket as never });
      // Both come in one go: listen for both before either.
      const announced = new Promise<Parameters<Parameters<typeof client.on<"advertise">>[1]>[0]>((resolve) =>
        client.on("advertise", resolve),
      );
      const info = await new Promise<{ capabilities: string[] }>((resolve) =>
        client.on("serverInfo", resolve),
      );
      expect(info.capabilities).toEqual(expect.arrayContaining(["time", "parameters", "playbackControl"]));
      const channels = await announced;
      const joints = channels.find(({ topic }) => topic === "/truth/joint_states")!;
      expect(joints).toMatchObject({ encoding: "cdr", schemaName: "sensor_msgs/msg/JointState" });

      const reader = new MessageReader<{ name: string[]; position: Float64Array }>(
        parse(joints.schema, { ros2: true }),
      );
      const seen: { timeSec: number; angle: number }[] = [];
      client.on("message", ({ timestamp, data }) => {
        const { name, position } = reader.readMessage(data);
        seen.push({ timeSec: Number(timestamp) / 1e9, angle: position[name.indexOf("hinge")]! });
      });
      const subscription = client.subscribe(joints.id);
      socket.send(playback(1, 1, 2));
      await expect.poll(() => seen.at(-1)?.timeSec, { timeout: 10_000 }).toBeCloseTo(2, 6);
      expect(seen.at(-1)!.angle).toBeCloseTo(0.1, 12);

      seen.length = 0;
      socket.send(playback(0, 20, 0));
      await expect.poll(() => seen.at(-1)?.timeSec, { timeout: 20_000 }).toBeCloseTo(STEPS * PERIOD_SEC, 6);
      expect(seen).toHaveLength(STEPS + 1);
      for (const { timeSec, angle } of seen) expect(angle).toBeCloseTo(timeSec / PERIOD_SEC / 1000, 9);

      client.unsubscribe(subscription);
      const values = new Promise((resolve) => client.on("parameterValues", resolve));
      client.getParameters(["simgate.dropped"], "mine");
      expect(await values).toMatchObject({ id: "mine", parameters: [{ name: "simgate.dropped", value: 0 }] });
      client.close();
    },
    60_000,
  );
});

describe("the viewer's server, to whom it must not answer", () => {
  const folder = mkdtempSync(join(tmpdir(), "simgate-guard-"));
  const path = join(folder, "run.mcap");
  beforeAll(() => record(path), 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const status = (viewer: Viewer, address: string, headers: Record<string, string> = {}): Promise<number> =>
    fetch(`http://127.0.0.1:${viewer.port}${address}`, { headers }).then((answer) => answer.status);

  it("refuses pages of other origins, and addresses that lead out of its folder", async () => {
    const viewer = await view({ target: path, port: 0 });
    try {
      expect(await status(viewer, "/api/session")).toBe(200);
      expect(await status(viewer, "/api/session", { Origin: "http://elsewhere.example" })).toBe(403);
      expect(await status(viewer, "/api/traces/run.mcap", { Range: "bytes=0-7" })).toBe(206);
      expect(await status(viewer, "/api/traces/..%2f..%2fpackage.json")).toBe(404);
      const refused = new WebSocket(`ws://127.0.0.1:${viewer.port}/`, ["foxglove.sdk.v1"], {
        origin: "http://elsewhere.example",
      });
      await expect(new Promise((_, reject) => refused.on("error", reject))).rejects.toThrow(/403/);
    } finally {
      await viewer.close();
    }
  }, 60_000);

  it("asks everybody for the token once it listens to other machines, and puts one up by itself", async () => {
    const viewer = await view({ target: path, port: 0, host: "0.0.0.0" });
    try {
      const token = new URL(viewer.url).searchParams.get("token")!;
      expect(token.length).toBeGreaterThanOrEqual(24);
      expect(await status(viewer, "/api/session")).toBe(401);
      expect(await status(viewer, "/api/session?token=guess")).toBe(401);
      expect(await status(viewer, `/api/session?token=${token}`)).toBe(200);
      expect(await status(viewer, "/api/session", { Cookie: `simgate_token=${token}` })).toBe(200);
    } finally {
      await viewer.close();
    }
  }, 60_000);

  it("closes on a client that talks too much or too long", async () => {
    const viewer = await view({ target: path, port: 0 });
    try {
      const code = (send: (socket: WebSocket) => void): Promise<number> =>
        new Promise((resolve) => {
          const socket = new WebSocket(`ws://127.0.0.1:${viewer.port}/`, ["foxglove.sdk.v1"]);
          socket.on("open", () => send(socket));
          socket.on("close", resolve);
          socket.on("error", () => undefined);
        });
      expect(await code((socket) => socket.send("x".repeat(300_000)))).toBe(1009);
      expect(
        await code((socket) => {
          for (let i = 0; i < 3000; i++) socket.send("{}");
        }),
      ).toBe(1008);
    } finally {
      await viewer.close();
    }
  }, 60_000);
});
