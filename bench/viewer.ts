/**
 * What slow clients cost the loop that publishes, and whether memory stays bounded over an hour of 100 Hz:
 *   npm run build && npx jiti bench/viewer.ts
 * 50 clients subscribe to all topics and never read. Ratios of one run: the machine's speed does not matter.
 */
import { connect, type Socket } from "node:net";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { loadScenario } from "../src/scenario/load.ts";
import { Hub } from "../src/viewer/foxglove/hub.ts";
import { LiveFeed } from "../src/viewer/live-feed.ts";

const CLIENTS = 50;
const HOUR_STEPS = 360_000;
const PERIOD_SEC = 0.01;

const scenario = await loadScenario("cartpole");
const hub = new Hub({ name: "bench", sessionId: "bench" });
const worlds = [
  { role: "truth", world: "a" },
  { role: "candidate", world: "b" },
] as const;
const feed = new LiveFeed(hub, { channels: scenario, controlPeriodSec: PERIOD_SEC, worlds });
feed.begin({ index: 0, initial: {}, parameters: {}, seed: 1n });
const sinks = worlds.map(({ role }) => feed.sink(role));

const columns = Object.fromEntries(
  [...scenario.observation, ...scenario.action].map(({ name, size }) => [name, new Float64Array(size)]),
);
let step = 0;
function publish(): void {
  const batch = { lanes: 1, step, columns };
  for (const sink of sinks) {
    void sink.write({
      step,
      timeSec: step * PERIOD_SEC,
      observation: batch,
      ...(step === 0 ? {} : { requestedAction: batch, appliedAction: batch }),
    });
  }
  step++;
}

/** CPU time of one step, µs. */
async function costUs(steps: number): Promise<number> {
  let usedUs = 0;
  for (let done = 0; done < steps; done += 1000) {
    const before = process.cpuUsage();
    for (let i = 0; i < 1000; i++) publish();
    // Sockets and the care of clients have their turn, and count.
    await new Promise((resolve) => setImmediate(resolve));
    const { user, system } = process.cpuUsage(before);
    usedUs += user + system;
  }
  return usedUs / steps;
}

const http = createServer();
const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
http.on("upgrade", (request, socket, head) =>
  server.handleUpgrade(request, socket, head, (client) => hub.connect(client)),
);
await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
const { port } = http.address() as { port: number };

/** Subscribes to channels 1 … 20 and then never reads again. */
function slowClient(): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(
        `GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      );
      socket.once("data", () => {
        const subscriptions = Array.from({ length: 20 }, (_, i) => ({ id: i, channelId: i + 1 }));
        const text = Buffer.from(JSON.stringify({ op: "subscribe", subscriptions }));
        const head = Buffer.from([0x81, 0x80 | 126, text.length >> 8, text.length & 255, 0, 0, 0, 0]);
        socket.write(Buffer.concat([head, text]));
        socket.pause();
        resolve(socket);
      });
    });
  });
}

await costUs(20_000);
const alone = await costUs(50_000);
const clients = await Promise.all(Array.from({ length: CLIENTS }, slowClient));
await new Promise((resolve) => setTimeout(resolve, 500));
// Their queues fill once: what follows is the hour.
await costUs(50_000);
const filled = process.memoryUsage().rss;
const beside = await costUs(HOUR_STEPS);
const after = process.memoryUsage().rss;

const budgetUs = PERIOD_SEC * 1e6;
console.log(`clients: ${hub.clients}, messages left out: ${hub.dropped}`);
console.log(
  `a step costs ${alone.toFixed(1)} µs alone, ${beside.toFixed(1)} µs beside ${CLIENTS} clients that never read`,
);
console.log(`they take ${((100 * (beside - alone)) / budgetUs).toFixed(2)} % of a period of ${PERIOD_SEC} s`);
console.log(
  `memory: ${(filled / 2 ** 20).toFixed(0)} MiB once their queues were full, ${(after / 2 ** 20).toFixed(0)} MiB after an hour of ${1 / PERIOD_SEC} Hz`,
);
for (const client of clients) client.destroy();
hub.close();
http.close();
