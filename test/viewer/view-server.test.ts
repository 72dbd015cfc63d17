import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocketServer } from "ws";
import { runOne } from "../../src/api/run.ts";
import { view, type Viewer } from "../../src/api/view.ts";
import type { Session } from "../../src/viewer/session.ts";
import { listen } from "./foxglove-listener.ts";

describe("view of a server that runs elsewhere", { timeout: 60_000 }, () => {
  let folder: string;
  let elsewhere: Viewer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "simgate-elsewhere-"));
    const record = join(folder, "run.mcap");
    await runOne({ scenario: "cartpole", policy: "lqr", record });
    elsewhere = await view({ target: record, port: 0, token: "a-token-that-is-long" });
  }, 60_000);
  afterAll(async () => {
    await elsewhere.close();
    await rm(folder, { recursive: true, force: true });
  });
  const there = (): string => `ws://127.0.0.1:${elsewhere.port}/?token=a-token-that-is-long`;

  /** A web server until the test is over; `speaks`: it also takes WebSockets, of no protocol that we know. */
  async function server(speaks = false): Promise<string> {
    const http = createServer((_request, response) => response.end("a web page"));
    if (speaks) new WebSocketServer({ server: http, handleProtocols: () => false });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      http.close();
      http.closeAllConnections();
    });
    return `ws://127.0.0.1:${(http.address() as { port: number }).port}`;
  }

  it("shows what a server of ours shows, and lets its stream through", async () => {
    const viewer = await view({ target: there(), port: 0 });
    onTestFinished(() => viewer.close());
    const at = `http://127.0.0.1:${viewer.port}`;
    const session = (await (await fetch(`${at}/api/session`)).json()) as Session;
    expect(session).toMatchObject({ kind: "recording", title: "run.mcap", scenario: { name: "cartpole" } });
    const scene = await fetch(`${at}/api/scene?parameters={}`);
    expect(((await scene.json()) as { bodies: unknown[] }).bodies.length).toBeGreaterThan(1);
    const trace = await fetch(`${at}/api/traces/run.mcap`);
    expect(
      Buffer.from(await trace.arrayBuffer())
        .subarray(1, 5)
        .toString(),
    ).toBe("MCAP");
    const heard = listen(viewer.port);
    onTestFinished(() => heard.close());
    await vi.waitFor(() => expect(heard.count("/joint_states")).toBeGreaterThan(3));
  });

  it("lets go of its clients when the server is gone, so that they know", async () => {
    const other = await view({ target: join(folder, "run.mcap"), port: 0 });
    const viewer = await view({ target: `ws://127.0.0.1:${other.port}`, port: 0 });
    onTestFinished(() => viewer.close());
    const heard = listen(viewer.port);
    await vi.waitFor(() => expect(heard.sessionIds).toHaveLength(1));
    await other.close();
    await heard.closed;
  });

  it("asks for the token where one is needed", async () => {
    await expect(view({ target: `ws://127.0.0.1:${elsewhere.port}`, port: 0 })).rejects.toMatchObject({
      code: "input",
      what: "the server wants a token",
    });
  });

  it("says that nobody is there, or that it is not an address", async () => {
    await expect(view({ target: "ws://127.0.0.1:1" })).rejects.toMatchObject({
      code: "input",
      what: "no server can be reached there",
    });
    await expect(view({ target: "ws://" })).rejects.toMatchObject({
      code: "input",
      what: "this is no address of a server",
    });
  });

  it("says so of a web server, and of one that speaks another protocol", async () => {
    await expect(view({ target: await server() })).rejects.toMatchObject({
      code: "input",
      what: expect.stringMatching(/Foxglove/) as string,
    });
    const other = await server(true);
    await expect(view({ target: other })).rejects.toMatchObject({
      code: "input",
      what: "the server speaks another protocol",
    });
  });
});
