import { runtimeError } from "../../core/errors.ts";
import { decode, isMap, kindOf } from "../../wire/decode.ts";
import { encode } from "../../wire/encode.ts";
import { fromServer } from "../../wire/from-server.ts";
import { NdArray } from "../../wire/ndarray.ts";
import type { WireMap, WireValue } from "../../wire/value.ts";
import { ZmqReq } from "../../wire/zmq-req.ts";
import type { PolicyPeer } from "./peer.ts";

export interface GrootOptions {
  /** `tcp://host:port` */
  readonly url: string;
  readonly apiKey: string | undefined;
  readonly connectDeadlineMs: number;
  readonly answerDeadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * GR00T N1.6: an observation with a batch and a time axis before each state, an action dictionary with a batch axis in
 * return. Keys with dots (`state.arm`) become the nested maps it wants.
 */
export class GrootPeer implements PolicyPeer {
  readonly about: Readonly<Record<string, string>>;
  readonly #socket: ZmqReq;
  readonly #options: GrootOptions;

  private constructor(socket: ZmqReq, options: GrootOptions) {
    this.#socket = socket;
    this.#options = options;
    this.about = { protocol: "groot", title: `GR00T at ${options.url}` };
  }

  static async connect(options: GrootOptions): Promise<GrootPeer> {
    const socket = await ZmqReq.connect(options.url, {
      deadlineMs: options.connectDeadlineMs,
      signal: options.signal,
    });
    const peer = new GrootPeer(socket, options);
    await peer.#call({ endpoint: "ping" }, options.signal);
    return peer;
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  async begin(_lane: number, signal?: AbortSignal): Promise<void> {
    await this.#call({ endpoint: "reset", data: { options: null } }, signal);
  }

  async infer(observation: WireMap, _lane: number, signal?: AbortSignal): Promise<WireMap> {
    const answer = await this.#call(
      { endpoint: "get_action", data: { observation: nested(observation), options: null } },
      signal,
    );
    const action = Array.isArray(answer) ? (answer as readonly WireValue[])[0] : answer;
    if (!isMap(action))
      throw runtimeError(`${this.#options.url} gives no action`, {
        expected: "[action, info]",
        got: kindOf(answer),
      });
    return Object.fromEntries(Object.entries(action).map(([key, value]) => [key, withoutBatch(value)]));
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  async #call(request: WireMap, signal: AbortSignal | undefined): Promise<WireValue> {
    const { url, apiKey, answerDeadlineMs } = this.#options;
    const message = encode(
      { ...request, ...(apiKey === undefined ? {} : { api_token: apiKey }) },
      { arrays: "npy" },
    );
    const answer = await this.#socket.ask(message, { deadlineMs: answerDeadlineMs, signal });
    const { value } = fromServer(url, () => decode(answer));
    if (isMap(value) && "error" in value)
      throw runtimeError(`${url} answered with an error`, {
        got: kindOf(value["error"]),
      });
    return value;
  }
}

/** `state.arm: […]` → `state: { arm: [[[…]]] }`: arrays get a batch and a time axis, text a list around it. */
function nested(observation: WireMap): WireMap {
  const root: Record<string, WireValue> = {};
  for (const [key, value] of Object.entries(observation)) {
    const [first, ...rest] = key.split(".");
    const leaf =
      value instanceof NdArray
        ? new NdArray(value.dtype.name, [1, 1, ...value.shape], value.data)
        : [[value]];
    if (rest.length === 0) root[first!] = leaf;
    else root[first!] = { ...(root[first!] as WireMap | undefined), [rest.join(".")]: leaf };
  }
  return root;
}

/** `[1, steps, values]` → `[steps, values]`. */
function withoutBatch(value: WireValue): WireValue {
  if (!(value instanceof NdArray) || value.shape.length !== 3 || value.shape[0] !== 1) return value;
  return new NdArray(value.dtype.name, value.shape.slice(1), value.data);
}
