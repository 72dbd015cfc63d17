import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { inputError, messageOf } from "../core/errors.ts";
import { isLoopback } from "../core/loopback.ts";
import { type GuardOptions, refusalOf } from "./http/guard.ts";
import { createRoutes } from "./http/routes.ts";
import { loadPage } from "./http/static-page.ts";
import { SUBPROTOCOLS } from "./live-messages.ts";
import type { LiveSource } from "./session.ts";
import type { ViewerSource } from "./source.ts";

/** Whoever speaks to the clients of the WebSocket. */
export interface SocketHost {
  readonly clients: number;
  connect(client: WebSocket): void;
  close(): void;
}

export interface ViewerOptions extends GuardOptions {
  readonly source: ViewerSource;
  readonly sockets: SocketHost;
  readonly live: () => LiveSource | null;
  /** Folder of the built page. */
  readonly page: string;
  /** Default 127.0.0.1. Any other needs a token: one is made up if none is given. */
  readonly host?: string | undefined;
  /** Default: 8765, or the next that is free. A port asked for is not exchanged for another. */
  readonly port?: number | undefined;
}

export const DEFAULT_PORT = 8765;
const PORTS_TO_TRY = 50;
const MOST_CLIENTS = 128;
/** Clients subscribe and ask; they send no data. */
const MOST_MESSAGE_BYTES = 256 * 1024;

/** HTTP and the Foxglove WebSocket on one port. */
export class ViewerServer {
  readonly port: number;
  /** To be opened in a browser; with the token, where there is one. */
  readonly url: string;
  readonly #http: Server;
  readonly #sockets: SocketHost;
  #closed: Promise<void> | undefined;

  private constructor(http: Server, sockets: SocketHost, port: number, url: string) {
    this.#http = http;
    this.#sockets = sockets;
    this.port = port;
    this.url = url;
  }

  /** @throws SimgateError `input` if it cannot listen there */
  static async open(options: ViewerOptions): Promise<ViewerServer> {
    const { source, sockets, live, host = "127.0.0.1", allowOrigins } = options;
    const isLocal = isLoopback(host);
    const token = options.token ?? (isLocal ? undefined : randomBytes(24).toString("base64url"));
    const guard: GuardOptions = { token, allowOrigins };
    const page = await loadPage(options.page);
    const http = createServer(createRoutes({ ...guard, source, live, page }));
    http.requestTimeout = 30_000;
    http.headersTimeout = 10_000;
    http.maxConnections = 2 * MOST_CLIENTS;
    const upgrades = new WebSocketServer({
      noServer: true,
      maxPayload: MOST_MESSAGE_BYTES,
      perMessageDeflate: false,
      handleProtocols: (offered) => SUBPROTOCOLS.find((one) => offered.has(one)) ?? false,
    });
    http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on("error", () => socket.destroy());
      const url = new URL(request.url ?? "/", "http://server");
      const refusal =
        refusalOf(request, url, guard) ??
        (sockets.clients >= MOST_CLIENTS ? { status: 503, reason: "too many clients" } : undefined) ??
        (offers(request) ? undefined : { status: 400, reason: `sub-protocols: ${SUBPROTOCOLS.join(", ")}` });
      if (refusal !== undefined) {
        socket.end(
          `HTTP/1.1 ${refusal.status} Refused\r\nConnection: close\r\nContent-Type: text/plain\r\n` +
            `Content-Length: ${Buffer.byteLength(refusal.reason)}\r\n\r\n${refusal.reason}`,
        );
        return;
      }
      upgrades.handleUpgrade(request, socket, head, (client) => sockets.connect(client));
    });
    const port = await listen(http, host, options.port);
    const shown = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
    const query = token === undefined ? "" : `?token=${token}`;
    return new ViewerServer(http, sockets, port, `http://${shown}:${port}/${query}`);
  }

  close(): Promise<void> {
    this.#closed ??= new Promise<void>((resolve) => {
      this.#sockets.close();
      this.#http.close(() => resolve());
      this.#http.closeIdleConnections();
      setTimeout(() => this.#http.closeAllConnections(), 500).unref();
    });
    return this.#closed;
  }
}

function offers(request: IncomingMessage): boolean {
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim());
  return SUBPROTOCOLS.some((one) => offered.includes(one));
}

async function listen(http: Server, host: string, asked: number | undefined): Promise<number> {
  const ports =
    asked === undefined ? Array.from({ length: PORTS_TO_TRY }, (_, i) => DEFAULT_PORT + i) : [asked];
  for (const port of ports) {
    try {
      await new Promise<void>((resolve, reject) => {
        http.once("error", reject);
        http.listen(port, host, () => {
          http.off("error", reject);
          resolve();
        });
      });
      const address = http.address();
      return typeof address === "object" && address !== null ? address.port : port;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "EADDRINUSE" && port !== ports.at(-1)) continue;
      throw inputError("the viewer cannot listen there", {
        where: `${host}:${port}`,
        got: messageOf(cause),
        hint: "choose another with --port or --host",
        cause,
      });
    }
  }
  throw inputError("no port is free", { where: host });
}
