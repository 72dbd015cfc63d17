import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { inputError, messageOf, SimgateError } from "../core/errors.ts";
import { isLoopback } from "../core/loopback.ts";

/** One client's side of a server: what it asks is answered one by one, in order. */
export interface Connection {
  /** The answer to a message; what it throws is told as text, and ends the connection as openpi does (code 1011). */
  answer(message: Uint8Array, signal: AbortSignal): Promise<Uint8Array | string>;
  close(): Promise<void>;
}

export interface SocketServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Asked of clients as `Authorization: Api-Key …`. Needed unless the host is this machine alone. */
  readonly apiKey?: string | undefined;
  /** Begins a connection; `send` is for what a server says unasked, as its first frame. */
  readonly open: (send: (message: Uint8Array) => void) => Promise<Connection>;
  /** Told of connections that come, go and fail. */
  readonly log?: (text: string) => void;
}

const LARGEST_MESSAGE = 1 << 28;

/** A WebSocket server with `GET /healthz` beside it. */
export class SocketServer {
  readonly url: string;
  readonly #stop: () => Promise<void>;
  #closing: Promise<void> | undefined;

  private constructor(url: string, stop: () => Promise<void>) {
    this.url = url;
    this.#stop = stop;
  }

  /** @throws SimgateError `input` where the port is taken, or a host that others reach has no key. */
  static async listen({ host, port, apiKey, open, log }: SocketServerOptions): Promise<SocketServer> {
    if (apiKey === undefined && !isLoopback(host)) {
      throw inputError(`other machines could reach ${host}, and nothing would ask who they are`, {
        hint: "give a key that clients must send (--api-key-variable NAME), or stay with --host 127.0.0.1",
      });
    }
    const allowed = (request: IncomingMessage): boolean =>
      apiKey === undefined || same(request.headers.authorization ?? "", `Api-Key ${apiKey}`);
    const http = createServer((request, response) => {
      const healthy = request.method === "GET" && request.url === "/healthz";
      response.writeHead(healthy ? 200 : 426, { "content-type": "text/plain" });
      response.end(healthy ? "OK\n" : "this is a WebSocket server\n");
    });
    const sockets = new WebSocketServer({
      server: http,
      perMessageDeflate: false,
      maxPayload: LARGEST_MESSAGE,
      verifyClient: ({ req }, done) =>
        allowed(req) ? done(true) : done(false, 401, "the key is missing or wrong"),
    });
    const running = new Set<Promise<void>>();
    sockets.on("connection", (socket, request) => {
      const peer = `${request.socket.remoteAddress ?? "?"}:${request.socket.remotePort ?? "?"}`;
      log?.(`${peer} connected`);
      const served = serveConnection(socket, open)
        .then((problem) => log?.(`${peer} ${problem === undefined ? "left" : `failed: ${problem}`}`))
        .finally(() => running.delete(served));
      running.add(served);
    });
    await new Promise<void>((resolve, reject) => {
      http.once("error", (cause) =>
        reject(inputError(`cannot listen on ${host}:${port}`, { got: messageOf(cause), cause })),
      );
      http.listen(port, host, resolve);
    });
    const address = http.address();
    const actual = typeof address === "object" && address !== null ? address.port : port;
    return new SocketServer(`ws://${host.includes(":") ? `[${host}]` : host}:${actual}`, async () => {
      for (const socket of sockets.clients) socket.terminate();
      await Promise.all(running);
      await new Promise((resolve) => sockets.close(resolve));
      await new Promise((resolve) => http.close(resolve));
    });
  }

  /** Ends all connections and what they opened. */
  close(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }
}

/** @returns what went wrong, if it was not the client that left */
async function serveConnection(
  socket: WebSocket,
  open: SocketServerOptions["open"],
): Promise<string | undefined> {
  const gone = new AbortController();
  let problem: string | undefined;
  let connection: Connection | undefined;
  /** Messages are answered one after the other, however fast they come. */
  let turn: Promise<void> = Promise.resolve();
  const fail = (thrown: unknown): void => {
    if (gone.signal.aborted) return;
    problem ??= messageOf(thrown);
    socket.send(
      thrown instanceof SimgateError ? thrown.message : `a bug in the server: ${messageOf(thrown)}`,
    );
    socket.close(1011, "the text before this says why");
  };
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => {
      gone.abort();
      resolve();
    });
  });
  socket.on("error", (error) => (problem ??= messageOf(error)));
  socket.on("message", (data, isBinary) => {
    turn = turn.then(async () => {
      if (gone.signal.aborted || problem !== undefined || connection === undefined) return;
      try {
        if (!isBinary) throw inputError("text was sent where a message in msgpack belongs");
        const answer = await connection.answer(data as Buffer, gone.signal);
        if (!gone.signal.aborted) socket.send(answer, { binary: typeof answer !== "string" });
      } catch (thrown) {
        fail(thrown);
      }
    });
  });
  turn = open((message) => socket.send(message, { binary: true })).then((opened) => {
    connection = opened;
  }, fail);
  await closed;
  await turn;
  await connection?.close();
  return problem;
}

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
