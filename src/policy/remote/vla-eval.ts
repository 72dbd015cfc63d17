import { runtimeError } from "../../core/errors.ts";
import { decodeMap, isMap, kindOf } from "../../wire/decode.ts";
import { encode } from "../../wire/encode.ts";
import { fromServer } from "../../wire/from-server.ts";
import { expectBytes, type WireSocket } from "../../wire/socket.ts";
import type { WireMap } from "../../wire/value.ts";
import type { PolicyPeer } from "./peer.ts";

const PROTOCOL_VERSION = 1;

/** vla-eval: messages with type, payload, seq and timestamp; the client says hello; one episode a connection. */
export class VlaEvalPeer implements PolicyPeer {
  readonly about: Readonly<Record<string, string>>;
  readonly #socket: WireSocket;
  readonly #deadlineMs: number;
  #seq = 0;

  private constructor(socket: WireSocket, deadlineMs: number, about: Readonly<Record<string, string>>) {
    this.#socket = socket;
    this.#deadlineMs = deadlineMs;
    this.about = about;
  }

  /** Says hello. @throws SimgateError `runtime` unless the server says hello, too. */
  static async greet(socket: WireSocket, deadlineMs: number, signal?: AbortSignal): Promise<VlaEvalPeer> {
    const peer = new VlaEvalPeer(socket, deadlineMs, {});
    const hello = await peer.#ask(
      "hello",
      { harness_version: "simgate", protocol_version: PROTOCOL_VERSION },
      signal,
    );
    const server = hello["model_server"];
    const model = typeof server === "string" ? server : "a model server";
    return new VlaEvalPeer(socket, deadlineMs, { protocol: "vla-eval", title: `${model} at ${socket.url}` });
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  begin(): Promise<void> {
    this.#socket.send(this.#message("episode_start", {}));
    return Promise.resolve();
  }

  infer(observation: WireMap, _lane: number, signal?: AbortSignal): Promise<WireMap> {
    return this.#ask("observation", observation, signal);
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  /** @returns the payload of the answer, which carries the same type (an action, for an observation) and seq */
  async #ask(
    type: "hello" | "observation",
    payload: WireMap,
    signal: AbortSignal | undefined,
  ): Promise<WireMap> {
    const { url } = this.#socket;
    const wanted = type === "hello" ? "hello" : "action";
    const message = this.#message(type, payload);
    const seq = this.#seq;
    const answer = await this.#socket.ask(message, { deadlineMs: this.#deadlineMs, signal });
    const {
      type: got,
      payload: said,
      seq: answered,
    } = fromServer(url, () => decodeMap(expectBytes(url, answer)).value);
    if (got === "error")
      throw runtimeError(`${url} answered with an error`, {
        got: isMap(said) ? JSON.stringify(said) : kindOf(said),
      });
    if (got !== wanted || answered !== seq || !isMap(said)) {
      throw runtimeError(`${url} answers out of turn`, {
        expected: `type ${wanted}, seq ${seq}, a map as payload`,
        got: `type ${kindOf(got)}, seq ${kindOf(answered)}, ${kindOf(said)}`,
      });
    }
    return said;
  }

  #message(type: string, payload: WireMap): Uint8Array {
    return encode({ type, payload, seq: ++this.#seq, timestamp: Date.now() / 1000 }, { arrays: "string" });
  }
}
