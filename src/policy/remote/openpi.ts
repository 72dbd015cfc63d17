import { decodeMap } from "../../wire/decode.ts";
import { encode } from "../../wire/encode.ts";
import { expectBytes, type WireSocket } from "../../wire/socket.ts";
import type { ArrayForm, WireMap } from "../../wire/value.ts";
import { fromServer } from "../../wire/from-server.ts";
import type { PolicyPeer } from "./peer.ts";

export interface OpenpiOptions {
  readonly socket: WireSocket;
  readonly about: Readonly<Record<string, string>>;
  readonly arrays: ArrayForm;
  readonly answerDeadlineMs: number;
  /** RoboArena's dialect: every message names an endpoint, and episodes can be begun. */
  readonly roboarena: boolean;
}

/** openpi's server answers one observation after the other, and knows no episodes. RoboArena's adds them. */
export class OpenpiPeer implements PolicyPeer {
  readonly about: Readonly<Record<string, string>>;
  readonly #options: OpenpiOptions;
  readonly #sessions: string[] = [];

  constructor(options: OpenpiOptions) {
    this.about = options.about;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#options.socket.isOpen;
  }

  async begin(lane: number, signal?: AbortSignal): Promise<void> {
    if (!this.#options.roboarena) return;
    // A name of its own for every episode, so that a server that keeps a history begins anew.
    const session = crypto.randomUUID();
    this.#sessions[lane] = session;
    const answer = await this.#ask({ endpoint: "reset", session_id: session }, signal);
    if (typeof answer === "string" && !/^reset successful/.test(answer))
      expectBytes(this.#options.socket.url, answer);
  }

  async infer(observation: WireMap, lane: number, signal?: AbortSignal): Promise<WireMap> {
    const { socket, roboarena } = this.#options;
    const more = roboarena ? { endpoint: "infer", session_id: this.#sessions[lane] ?? "" } : {};
    const answer = await this.#ask({ ...observation, ...more }, signal);
    return fromServer(socket.url, () => decodeMap(expectBytes(socket.url, answer)).value);
  }

  close(): Promise<void> {
    return this.#options.socket.close();
  }

  #ask(message: WireMap, signal: AbortSignal | undefined): Promise<Uint8Array | string> {
    const { socket, arrays, answerDeadlineMs } = this.#options;
    return socket.ask(encode(message, { arrays }), { deadlineMs: answerDeadlineMs, signal });
  }
}
