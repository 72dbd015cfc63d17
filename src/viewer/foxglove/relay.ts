import { type RawData, WebSocket } from "ws";
import type { SocketHost } from "../server.ts";
import { SUBPROTOCOLS } from "../live-messages.ts";

/** What may wait for a client; then the server is read no further, and has to leave messages out itself. */
const MOST_QUEUED_BYTES = 1024 * 1024;
/** What a client may ask before the server has answered. */
const MOST_WAITING = 1000;
const HANDSHAKE_MS = 5000;

/**
 * Clients of a Foxglove WebSocket server that runs elsewhere: each gets a connection of its own, and what either side
 * says is passed on as it is. So latency, dropped messages and control of a playback are those of that server.
 */
export class Relay implements SocketHost {
  readonly #url: URL;
  readonly #pairs = new Set<{ readonly client: WebSocket; readonly server: WebSocket }>();

  constructor(url: URL) {
    this.#url = url;
  }

  get clients(): number {
    return this.#pairs.size;
  }

  connect(client: WebSocket): void {
    const server = new WebSocket(this.#url, [...SUBPROTOCOLS], {
      handshakeTimeout: HANDSHAKE_MS,
      perMessageDeflate: false,
    });
    const pair = { client, server };
    this.#pairs.add(pair);
    const waiting: { readonly data: RawData; readonly binary: boolean }[] = [];
    const part = (reason: string): void => {
      this.#pairs.delete(pair);
      server.terminate();
      client.close(1013, reason);
    };
    server.on("open", () => {
      for (const { data, binary } of waiting) server.send(data, { binary });
      waiting.length = 0;
    });
    server.on("message", (data: RawData, binary: boolean) => {
      client.send(data, { binary }, () => {
        if (server.isPaused && client.bufferedAmount < MOST_QUEUED_BYTES / 2) server.resume();
      });
      if (client.bufferedAmount > MOST_QUEUED_BYTES) server.pause();
    });
    server.on("close", () => part("the server is gone"));
    // A close follows.
    server.on("error", () => undefined);
    client.on("message", (data: RawData, binary: boolean) => {
      if (server.readyState === WebSocket.OPEN) server.send(data, { binary });
      else if (waiting.length < MOST_WAITING) waiting.push({ data, binary });
    });
    client.on("close", () => part("the client is gone"));
    client.on("error", () => client.terminate());
  }

  close(): void {
    for (const { client, server } of this.#pairs) {
      server.terminate();
      client.close(1001, "the viewer is closing");
    }
    const clients = [...this.#pairs];
    setTimeout(() => clients.forEach(({ client }) => client.terminate()), 200).unref();
  }
}
