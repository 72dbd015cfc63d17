import { FoxgloveClient } from "@foxglove/ws-protocol";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { runOne } from "../../src/api/run.ts";
import { runViewed } from "../../src/api/view-run.ts";
import { LIVE_TOPICS, type LiveInfo, type TrustMessage } from "../../src/viewer/live-messages.ts";
import type { Session } from "../../src/viewer/session.ts";
import { decodeRecording } from "../../src/viewer/decode-recording.ts";
import { listen, type Listener } from "./foxglove-listener.ts";

const RUN = { scenario: "cartpole", world: "linear", policy: "lqr", start: "#1" };

it("a run is shown as it happens, says when not to believe it, and is then there to be replayed", async () => {
  const said = { info: [] as LiveInfo[], trust: [] as TrustMessage[], angles: 0 };
  let during: Promise<Session> | undefined;
  const { viewer, outcomes } = await runViewed({
    ...RUN,
    speed: 4,
    listen: { port: 0 },
    onReady: ({ port }) => {
      const session = async (): Promise<Session> =>
        (await (await fetch(`http://127.0.0.1:${port}/api/session`)).json()) as Session;
      during = session();
      const socket = new WebSocket(`ws://127.0.0.1:${port}/`, ["foxglove.sdk.v1"]);
      const client = new FoxgloveClient({ ws: socket as never });
      const topics = new Map<number, string>();
      client.on("advertise", (channels) => {
        for (const { id, topic } of channels) topics.set(client.subscribe(id), topic);
      });
      client.on("message", ({ subscriptionId, data }) => {
        const topic = topics.get(subscriptionId)!;
        if (topic === "/candidate/joint_states") said.angles++;
        if (topic !== LIVE_TOPICS.info && topic !== LIVE_TOPICS.trust) return;
        const message: unknown = JSON.parse(
          Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("utf8"),
        );
        if (topic === LIVE_TOPICS.info) said.info.push(message as LiveInfo);
        else said.trust.push(message as TrustMessage);
      });
    },
  });
  try {
    expect(await during).toMatchObject({
      kind: "live",
      truth: "mujoco",
      candidate: "linear",
      live: { url: "./" },
    });
    expect(said.info.map(({ entries }) => entries["world"]).sort()).toEqual(["linear", "mujoco"]);
    expect(said.angles).toBeGreaterThan(50);
    expect(said.trust.length).toBeGreaterThan(0);
    for (const { level, scaledError } of said.trust) {
      expect(level === "stop").toBe(scaledError! > 1);
    }

    const alone = await runOne(RUN);
    const candidate = outcomes.find(({ role }) => role === "candidate")!;
    expect(candidate.outcome).toEqual({ kind: alone.outcome, margin: alone.margin });

    const after = (await (await fetch(`http://127.0.0.1:${viewer.port}/api/session`)).json()) as Session;
    expect(after).toMatchObject({ kind: "recording", live: null, runs: [{ href: "api/traces/run.mcap" }] });
  } finally {
    await viewer.close();
  }
}, 120_000);

it("what a world says of its own error is heard while it runs, and is in the recording of it", async () => {
  let listener: Listener | undefined;
  const { viewer } = await runViewed({
    ...RUN,
    world: "ensemble",
    speed: 4,
    listen: { port: 0 },
    onReady: ({ port }) => (listener = listen(port)),
  });
  try {
    expect(listener!.count("/candidate/pole_angle/uncertainty")).toBeGreaterThan(20);
    expect(listener!.count("/truth/pole_angle/uncertainty")).toBe(0);
    const file = await fetch(`http://127.0.0.1:${viewer.port}/api/traces/run.mcap`);
    const { worlds } = await decodeRecording(new Uint8Array(await file.arrayBuffer()));
    const candidate = worlds.find(({ role }) => role === "candidate")!;
    const { timesSec } = candidate.uncertainty["pole_angle"]!;
    expect(timesSec).toHaveLength(candidate.steps);
    // Of what came of the first step, not of the start.
    expect(timesSec[0]).toBeCloseTo(candidate.controlPeriodSec!, 9);
  } finally {
    listener!.close();
    await viewer.close();
  }
}, 120_000);

it("what both worlds look like is in the recording, where it is asked for or a world makes its own pictures", async () => {
  const { viewer } = await runViewed({
    scenario: "tabletop-push",
    world: "ensemble",
    policy: "careful",
    start: "#1",
    speed: 1000,
    images: true,
    listen: { port: 0 },
    onReady: () => undefined,
  });
  try {
    const file = await fetch(`http://127.0.0.1:${viewer.port}/api/traces/run.mcap`);
    const { worlds } = await decodeRecording(new Uint8Array(await file.arrayBuffer()));
    expect(worlds.map(({ role }) => role)).toEqual(["truth", "candidate"]);
    for (const { steps, pictures } of worlds) {
      const { timesSec, files } = pictures["overhead"]!;
      expect(timesSec).toHaveLength(steps + 1);
      expect(Buffer.from(files[0]!.subarray(1, 4)).toString()).toBe("PNG");
    }
  } finally {
    await viewer.close();
  }
}, 120_000);

it("pictures of a scenario without any are refused before anything is shown", async () => {
  const onReady = (): void => expect.unreachable("it was shown");
  await expect(runViewed({ ...RUN, images: true, listen: { port: 0 }, onReady })).rejects.toMatchObject({
    code: "input",
    what: "scenario cartpole declares no images",
  });
});
