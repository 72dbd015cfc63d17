import { createHash } from "node:crypto";
import { runtimeError, type SimgateError } from "../../core/errors.ts";
import type { RemoteWorldConfig } from "../../scenario/schema.ts";
import { apiKeyFrom } from "../../wire/api-key.ts";
import { decodeMap } from "../../wire/decode.ts";
import { encode } from "../../wire/encode.ts";
import { fromServer } from "../../wire/from-server.ts";
import { type ConnectOptions, expectBytes, WireSocket } from "../../wire/socket.ts";
import type { WireMap } from "../../wire/value.ts";
import {
  parseMessage,
  type ServedWorld,
  type WorldAnswer,
  worldAnswerSchema,
  worldSpecSchema,
} from "../../wire/world-protocol.ts";

export interface SessionOptions extends ConnectOptions {
  /** Longest wait for one answer. */
  readonly answerDeadlineMs: number;
}

/** One connection to a world server: its own lanes, snapshots and fate. */
export class WorldSession {
  readonly served: ServedWorld;
  readonly #socket: WireSocket;
  readonly #answerDeadlineMs: number;

  private constructor(served: ServedWorld, socket: WireSocket, answerDeadlineMs: number) {
    this.served = served;
    this.#socket = socket;
    this.#answerDeadlineMs = answerDeadlineMs;
  }

  /** @throws SimgateError `runtime` if there is no such server, or its first frame is no world's. */
  static async open({ answerDeadlineMs, ...connect }: SessionOptions): Promise<WorldSession> {
    const socket = await WireSocket.connect(connect);
    try {
      const frame = await socket.receive({ deadlineMs: answerDeadlineMs, signal: connect.signal });
      const served = fromServer(connect.url, () =>
        parseMessage(worldSpecSchema, decodeMap(expectBytes(connect.url, frame)).value, "its first frame"),
      );
      return new WorldSession(served, socket, answerDeadlineMs);
    } catch (thrown) {
      await socket.close();
      throw thrown;
    }
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  /** @throws SimgateError `runtime` whatever is wrong with the answer. */
  async ask(request: WireMap & { readonly op: string }, signal?: AbortSignal): Promise<WorldAnswer> {
    const { url } = this.#socket;
    const message = await this.#socket.ask(encode(request, { arrays: "bin" }), {
      deadlineMs: this.#answerDeadlineMs,
      signal,
    });
    return fromServer(url, () =>
      parseMessage(
        worldAnswerSchema,
        decodeMap(expectBytes(url, message)).value,
        `its answer to ${request.op}`,
      ),
    );
  }

  close(): Promise<void> {
    return this.#socket.close();
  }
}

export function openSession(config: RemoteWorldConfig, signal?: AbortSignal): Promise<WorldSession> {
  return WorldSession.open({
    url: config.url,
    apiKey: apiKeyFrom(config.apiKeyVariable),
    connectDeadlineMs: config.connectWithinSec * 1000,
    answerDeadlineMs: config.answerWithinSec * 1000,
    signal,
  });
}

/** Which server it is: what it says of itself. */
export function digest(served: ServedWorld): string {
  return createHash("sha256").update(JSON.stringify(served)).digest("hex");
}

export function otherServer(url: string): SimgateError {
  return runtimeError(`${url} says other things of itself than it did at the beginning`, {
    hint: "was it started again with another model? Then begin again",
  });
}
