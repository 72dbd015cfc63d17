import { WebSocket, type RawData } from "ws";
import { messageOf, runtimeError, SimgateError, throwIfAborted } from "../core/errors.ts";
import { isLoopback } from "../core/loopback.ts";
import { WireDeadlineError } from "./deadline-error.ts";

export interface ConnectOptions {
  /** `ws://` or `wss://`. */
  readonly url: string;
  /** Sent as `Authorization: Api-Key …`. */
  readonly apiKey?: string | undefined;
  /** How long to go on trying while nobody listens; a server that restarts, or loads a model, takes a while. */
  readonly connectDeadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface WaitOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a peer sent: bytes, or the text that these protocols use for errors. */
export type Message = Uint8Array | string;

const LARGEST_MESSAGE = 1 << 28;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;
const CLOSE_GRACE_MS = 250;
/**
 * A mask keeps what a client sends from being taken for HTTP by a proxy (RFC 6455, 10.3). On loopback there is none, and masking
 * a picture is a tenth of its round trip; an empty mask is left out of the work.
 */
const UNMASKED = (mask: Buffer): void => void mask.fill(0);

/**
 * A WebSocket of which one question is asked after the other. Every wait has an end: a question that is not answered in
 * time, or not wanted any more, closes the socket, since its late answer would be taken for that of the next.
 */
export class WireSocket {
  readonly url: string;
  readonly #socket: WebSocket;
  readonly #inbox: Message[] = [];
  #waiting:
    { readonly resolve: (message: Message) => void; readonly reject: (error: Error) => void } | undefined;
  /** Why nothing will come any more. */
  #ended: string | undefined;
  #closing: Promise<void> | undefined;

  private constructor(url: string, socket: WebSocket) {
    this.url = url;
    this.#socket = socket;
    socket.on("message", (data, isBinary) => this.#deliver(isBinary ? bytesOf(data) : textOf(data)));
    socket.on("error", (error) => this.#end(messageOf(error)));
    socket.on("close", (code, reason) => {
      const why = reason.length === 0 ? "" : `: ${reason.toString()}`;
      this.#end(`it closed the connection (code ${code}${why})`);
    });
  }

  /** @throws SimgateError `runtime` if nobody answers there, `input` if it is no WebSocket or the key is refused. */
  static async connect({ url, apiKey, connectDeadlineMs, signal }: ConnectOptions): Promise<WireSocket> {
    const giveUpAt = performance.now() + connectDeadlineMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      throwIfAborted(signal);
      const leftMs = Math.max(giveUpAt - performance.now(), 1);
      try {
        return await WireSocket.#tryOnce(url, apiKey, leftMs, signal);
      } catch (thrown) {
        if (thrown instanceof SimgateError) throw thrown;
        if (performance.now() + pauseMs >= giveUpAt) throw unreachable(url, connectDeadlineMs, thrown);
      }
      await pause(pauseMs, signal);
    }
  }

  static async #tryOnce(
    url: string,
    apiKey: string | undefined,
    leftMs: number,
    signal: AbortSignal | undefined,
  ): Promise<WireSocket> {
    const socket = new WebSocket(url, {
      headers: apiKey === undefined ? {} : { authorization: `Api-Key ${apiKey}` },
      perMessageDeflate: false,
      maxPayload: LARGEST_MESSAGE,
      handshakeTimeout: leftMs,
      ...(isLoopback(new URL(url).hostname) ? { generateMask: UNMASKED } : {}),
    });
    // Before it is open: the first message may come in the same packet.
    const wire = new WireSocket(url, socket);
    const onAbort = (): void => socket.terminate();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once("open", resolve);
        socket.once("error", reject);
        socket.once("unexpected-response", (_request, response) => {
          reject(refused(url, response.statusCode ?? 0));
          socket.terminate();
        });
      });
      return wire;
    } catch (thrown) {
      throwIfAborted(signal);
      throw thrown;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  get isOpen(): boolean {
    return this.#ended === undefined && this.#closing === undefined;
  }

  send(message: Uint8Array): void {
    if (!this.isOpen) throw this.#failure();
    this.#socket.send(message, { binary: true });
  }

  /** Sends a question and waits for the answer. */
  async ask(question: Uint8Array, options: WaitOptions): Promise<Message> {
    throwIfAborted(options.signal);
    this.send(question);
    return this.receive(options);
  }

  /** The next message. @throws SimgateError `runtime` (a {@link WireDeadlineError} where time is up), or `aborted`. */
  async receive({ deadlineMs, signal }: WaitOptions): Promise<Message> {
    throwIfAborted(signal);
    const early = this.#inbox.shift();
    if (early !== undefined) return early;
    if (!this.isOpen) throw this.#failure();
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise<Message>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        const giveUp = (error: Error): void => {
          reject(error);
          this.#end("an answer was given up");
          this.#socket.terminate();
        };
        timer = setTimeout(() => giveUp(new WireDeadlineError(this.url, deadlineMs)), deadlineMs);
        onAbort = () => giveUp(new SimgateError("aborted", "stopped on request", { cause: signal?.reason }));
        signal?.addEventListener("abort", onAbort, { once: true });
      });
    } finally {
      clearTimeout(timer);
      if (onAbort !== undefined) signal?.removeEventListener("abort", onAbort);
      this.#waiting = undefined;
    }
  }

  /** Says good-bye, and does not wait long for the other side's. */
  close(): Promise<void> {
    this.#closing ??= new Promise<void>((resolve) => {
      if (this.#socket.readyState === WebSocket.CLOSED) {
        resolve();
        return;
      }
      const timer = setTimeout(() => this.#socket.terminate(), CLOSE_GRACE_MS);
      this.#socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
      this.#socket.close(1000);
    });
    return this.#closing;
  }

  #deliver(message: Message): void {
    if (this.#waiting === undefined) this.#inbox.push(message);
    else this.#waiting.resolve(message);
  }

  #end(why: string): void {
    this.#ended ??= why;
    this.#waiting?.reject(this.#failure());
  }

  #failure(): SimgateError {
    return runtimeError(`${this.url} is gone: ${this.#ended ?? "the connection is closed"}`);
  }
}

/** An answer that must be bytes: text is an error of the server, told with the end of its traceback. */
export function expectBytes(url: string, message: Message): Uint8Array {
  if (typeof message !== "string") return message;
  const text = message.trim();
  throw runtimeError(`${url} answered with an error: ${text.split("\n").at(-1)!.slice(0, 300)}`, {
    got: text.length > 2000 ? `… ${text.slice(-2000)}` : text,
  });
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function textOf(data: RawData): string {
  return Buffer.from(bytesOf(data)).toString("utf8");
}

function refused(url: string, status: number): SimgateError {
  const unauthorised = status === 401 || status === 403;
  return new SimgateError("input", `${url} refuses the connection`, {
    got: `HTTP status ${status}`,
    hint: unauthorised
      ? "name the environment variable that holds the key with apiKeyVariable:"
      : "is this a WebSocket server of the kind meant?",
  });
}

function unreachable(url: string, deadlineMs: number, cause: unknown): SimgateError {
  return runtimeError(`nobody answers at ${url}`, {
    got: `${messageOf(cause) || "no connection"}, for ${deadlineMs / 1000} s`,
    hint: "start the server, or correct the url",
    cause,
  });
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
