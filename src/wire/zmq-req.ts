import { createConnection, type Socket } from "node:net";
import { messageOf, runtimeError, SimgateError, throwIfAborted } from "../core/errors.ts";
import { WireDeadlineError } from "./deadline-error.ts";
import type { WaitOptions } from "./socket.ts";

const MORE = 1;
const LONG = 2;
const COMMAND = 4;
const GREETING_BYTES = 64;
const LARGEST_MESSAGE = 1 << 28;

/**
 * The asking side of ZeroMQ's REQ/REP over TCP: ZMTP 3.0 with the NULL mechanism (rfc.zeromq.org/spec/23), which is all
 * that GR00T's server needs. The ready package brings a compiled library of many megabytes and an install script.
 */
export class ZmqReq {
  readonly url: string;
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #parts: Buffer[] = [];
  #greeted = false;
  #waiting: { resolve: (message: Buffer | undefined) => void; reject: (error: Error) => void } | undefined;
  #ended: string | undefined;

  private constructor(url: string, socket: Socket) {
    this.url = url;
    this.#socket = socket;
    socket.on("data", (data) => this.#take(data));
    socket.on("error", (error) => this.#end(messageOf(error)));
    socket.on("close", () => this.#end("it closed the connection"));
  }

  /** @param url `tcp://host:port` */
  static async connect(url: string, options: WaitOptions): Promise<ZmqReq> {
    const { hostname, port } = new URL(url);
    const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
    const peer = new ZmqReq(url, socket);
    const greeting = Buffer.alloc(GREETING_BYTES);
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
    greeting.write("NULL", 12);
    socket.write(greeting);
    socket.write(
      frame(
        COMMAND,
        Buffer.concat([short("READY"), property("Socket-Type", "REQ"), property("Identity", "")]),
      ),
    );
    try {
      await peer.#next(options);
      return peer;
    } catch (thrown) {
      await peer.close();
      throw thrown;
    }
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  async ask(question: Uint8Array, options: WaitOptions): Promise<Uint8Array> {
    throwIfAborted(options.signal);
    if (!this.isOpen) throw this.#failure();
    this.#socket.write(Buffer.concat([frame(MORE, Buffer.alloc(0)), frame(0, question)]));
    return (await this.#next(options)) ?? new Uint8Array(0);
  }

  close(): Promise<void> {
    this.#ended ??= "the connection is closed";
    this.#socket.destroy();
    return Promise.resolve();
  }

  /** The next message; the first is the other side's READY, and empty. */
  async #next({ deadlineMs, signal }: WaitOptions): Promise<Buffer | undefined> {
    if (!this.isOpen) throw this.#failure();
    let timer: NodeJS.Timeout | undefined;
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject };
        const giveUp = (error: Error): void => {
          reject(error);
          void this.close();
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

  #take(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data]);
    if (!this.#greeted) {
      if (this.#received.length < GREETING_BYTES) return;
      if (this.#received[0] !== 0xff || this.#received[10]! < 3) {
        this.#end("it does not speak ZMTP 3");
        return;
      }
      this.#greeted = true;
      this.#received = this.#received.subarray(GREETING_BYTES);
    }
    for (let read = this.#frame(); read !== undefined; read = this.#frame())
      this.#handle(read.flags, read.body);
  }

  /** Takes one whole frame off what was received. */
  #frame(): { flags: number; body: Buffer } | undefined {
    const bytes = this.#received;
    if (bytes.length < 2) return undefined;
    const isLong = (bytes[0]! & LONG) !== 0;
    const from = isLong ? 9 : 2;
    if (bytes.length < from) return undefined;
    const length = isLong ? Number(bytes.readBigUInt64BE(1)) : bytes[1]!;
    if (length > LARGEST_MESSAGE) {
      this.#end(`it announces a message of ${length} bytes`);
      return undefined;
    }
    if (bytes.length < from + length) return undefined;
    this.#received = bytes.subarray(from + length);
    return { flags: bytes[0]!, body: bytes.subarray(from, from + length) };
  }

  #handle(flags: number, body: Buffer): void {
    if ((flags & COMMAND) !== 0) {
      if (body.subarray(1, 6).toString("latin1") === "READY") this.#waiting?.resolve(undefined);
      else if (body.subarray(1, 6).toString("latin1") === "ERROR")
        this.#end(`it refuses: ${body.subarray(7).toString()}`);
      return;
    }
    this.#parts.push(body);
    if ((flags & MORE) !== 0) return;
    // The first part is empty: it separates the answer from the addresses it came by.
    const answer = Buffer.concat(this.#parts.slice(1));
    this.#parts = [];
    this.#waiting?.resolve(answer);
  }

  #end(why: string): void {
    this.#ended ??= why;
    this.#socket.destroy();
    this.#waiting?.reject(this.#failure());
  }

  #failure(): SimgateError {
    return runtimeError(`${this.url} is gone: ${this.#ended ?? ""}`, {
      hint: "is the server running there?",
    });
  }
}

function frame(flags: number, body: Uint8Array): Buffer {
  if (body.byteLength <= 255) return Buffer.concat([Buffer.from([flags, body.byteLength]), body]);
  const head = Buffer.alloc(9);
  head[0] = flags | LONG;
  head.writeBigUInt64BE(BigInt(body.byteLength), 1);
  return Buffer.concat([head, body]);
}

function short(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, "latin1")]);
}

function property(name: string, value: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([short(name), length, Buffer.from(value, "latin1")]);
}
