import type { RawData, WebSocket } from "ws";
import { messageOf } from "../../core/errors.ts";
import type { SocketHost } from "../server.ts";
import { LIVE_PARAMETERS } from "../live-messages.ts";
import { Client } from "./client.ts";
import {
  type AdvertisedChannel,
  CAPABILITIES,
  type Parameter,
  parseClientMessage,
  parsePlaybackRequest,
  PLAYBACK_CAPABILITY,
  playbackFrame,
  type PlaybackRequest,
  type PlaybackState,
  STATUS_LEVEL,
  timeFrame,
} from "./protocol.ts";

/** A recording that is played back for whoever listens. */
export interface PlaybackControl {
  readonly startNs: bigint;
  readonly endNs: bigint;
  state(): Omit<PlaybackState, "requestId" | "didSeek">;
  control(request: PlaybackRequest): void;
}

export interface HubOptions {
  readonly name: string;
  /** Named in `serverInfo`, for whoever wants to know what is behind it. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Changes when what is served becomes something else. */
  readonly sessionId: string;
}

/** How often clients that fell behind are looked after, and parameters are told. */
const CARE_EVERY_MS = 50;
const PARAMETERS_EVERY_MS = 1000;

/**
 * Topics, and the clients that subscribe to them. Publishing is a loop over the clients that have subscribed and keep
 * up; nothing in it waits.
 */
export class Hub implements SocketHost {
  #options: HubOptions;
  readonly #channels = new Map<number, AdvertisedChannel>();
  /** The last message of topics whose last message a newcomer needs. */
  readonly #latched = new Map<number, Map<string, { timeNs: bigint; payload: Uint8Array }>>();
  readonly #clients = new Set<Client>();
  readonly #care: NodeJS.Timeout;
  #playback: PlaybackControl | undefined;
  #nextChannel = 1;
  #newestNs = 0n;
  #speed: number | undefined;
  #dropped = 0;
  #caredMs = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#care = setInterval(() => this.#lookAfter(), CARE_EVERY_MS);
    this.#care.unref();
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Whether anybody listens to anything. */
  get hasListeners(): boolean {
    for (const client of this.#clients) if (client.subscriptions.size > 0) return true;
    return false;
  }

  /** Messages left out so far, for all clients together. */
  get dropped(): number {
    let dropped = this.#dropped;
    for (const client of this.#clients) dropped += client.dropped;
    return dropped;
  }

  set speed(speed: number | undefined) {
    this.#speed = speed;
  }

  /** What is served becomes something else: clients are told by another session's number. */
  become(options: HubOptions): void {
    this.#options = options;
    for (const client of this.#clients) client.json(this.#serverInfo());
  }

  advertise(channel: Omit<AdvertisedChannel, "id">, { latched = false } = {}): number {
    const id = this.#nextChannel++;
    const advertised = { id, ...channel };
    this.#channels.set(id, advertised);
    if (latched) this.#latched.set(id, new Map());
    for (const client of this.#clients) client.json({ op: "advertise", channels: [advertised] });
    return id;
  }

  unadvertise(ids: readonly number[]): void {
    for (const id of ids) {
      this.#channels.delete(id);
      this.#latched.delete(id);
      for (const client of this.#clients) client.subscriptions.delete(id);
    }
    for (const client of this.#clients) client.json({ op: "unadvertise", channelIds: ids });
  }

  /** @param key of a latched topic: the last message of each key is kept */
  publish(channel: number, timeNs: bigint, payload: Uint8Array, key = ""): void {
    this.#latched.get(channel)?.set(key, { timeNs, payload: payload.slice() });
    for (const client of this.#clients) client.message(channel, timeNs, payload);
  }

  /** Whether anybody has subscribed to it: whoever asks first need not encode for nobody. */
  isWanted(channel: number): boolean {
    for (const client of this.#clients) if (client.subscriptions.has(channel)) return true;
    return false;
  }

  /** Forgets what a latched topic keeps. */
  forget(channel: number): void {
    this.#latched.get(channel)?.clear();
  }

  time(timeNs: bigint): void {
    this.#newestNs = timeNs;
    if (this.#clients.size === 0) return;
    const frame = timeFrame(timeNs);
    for (const client of this.#clients) client.frame(frame);
  }

  /** From now on a recording is played: clients are told anew what is served. */
  play(playback: PlaybackControl): void {
    this.#playback = playback;
    for (const client of this.#clients) client.json(this.#serverInfo());
  }

  tellPlayback(state: Omit<PlaybackState, "requestId">, requestId = ""): void {
    const frame = playbackFrame({ ...state, requestId });
    for (const client of this.#clients) if (client.knowsPlayback) client.frame(frame);
  }

  connect(socket: WebSocket): void {
    const client = new Client(socket);
    this.#clients.add(client);
    socket.binaryType = "nodebuffer";
    socket.on("close", () => {
      this.#dropped += client.dropped;
      this.#clients.delete(client);
    });
    // What a broken connection has to say is said by its end.
    socket.on("error", () => socket.terminate());
    socket.on("message", (data: RawData, isBinary: boolean) => {
      if (!client.mayAsk()) {
        socket.close(1008, "too many messages");
        return;
      }
      try {
        this.#receive(client, data as Buffer, isBinary);
      } catch (thrown) {
        this.#status(client, "error", messageOf(thrown));
      }
    });
    client.json(this.#serverInfo());
    client.json({ op: "advertise", channels: [...this.#channels.values()] });
    if (this.#playback !== undefined && client.knowsPlayback) {
      client.frame(playbackFrame({ ...this.#playback.state(), didSeek: false, requestId: "" }));
    }
  }

  close(): void {
    clearInterval(this.#care);
    for (const client of this.#clients) client.socket.close(1001, "the viewer is closing");
    const clients = [...this.#clients];
    setTimeout(() => clients.forEach(({ socket }) => socket.terminate()), 200).unref();
  }

  #serverInfo(): object {
    const playback = this.#playback;
    return {
      op: "serverInfo",
      name: this.#options.name,
      capabilities: playback === undefined ? CAPABILITIES : [...CAPABILITIES, PLAYBACK_CAPABILITY],
      supportedEncodings: ["cdr", "json"],
      metadata: this.#options.metadata ?? {},
      sessionId: this.#options.sessionId,
      ...(playback === undefined
        ? {}
        : { dataStartTime: stamp(playback.startNs), dataEndTime: stamp(playback.endNs) }),
    };
  }

  #receive(client: Client, data: Buffer, isBinary: boolean): void {
    if (isBinary) {
      const request = parsePlaybackRequest(data);
      if (request === undefined || this.#playback === undefined) {
        this.#status(client, "warning", "this server takes no such binary message");
        return;
      }
      client.knowsPlayback = true;
      this.#playback.control(request);
      return;
    }
    const message = parseClientMessage(data.toString("utf8"));
    if ("problem" in message) {
      this.#status(client, "warning", message.problem);
      return;
    }
    switch (message.op) {
      case "subscribe":
        for (const { id, channelId } of message.subscriptions) this.#subscribe(client, id, channelId);
        break;
      case "unsubscribe":
        for (const id of message.subscriptionIds) client.unsubscribe(id);
        break;
      case "getParameters": {
        const { parameterNames, id } = message;
        client.json({
          op: "parameterValues",
          parameters: this.#parameters(client, parameterNames),
          ...(id === undefined ? {} : { id }),
        });
        break;
      }
      case "subscribeParameterUpdates":
        for (const name of message.parameterNames) client.parameters.add(name);
        break;
      case "unsubscribeParameterUpdates":
        for (const name of message.parameterNames) client.parameters.delete(name);
        break;
    }
  }

  #subscribe(client: Client, id: number, channelId: number): void {
    if (!this.#channels.has(channelId)) {
      this.#status(client, "error", `there is no channel ${channelId}`);
      return;
    }
    if (!client.subscribe(id, channelId)) {
      this.#status(client, "error", "too many subscriptions");
      return;
    }
    for (const { timeNs, payload } of this.#latched.get(channelId)?.values() ?? []) {
      client.message(channelId, timeNs, payload);
    }
  }

  /** All of them for an empty list, as the protocol has it. */
  #parameters(client: Client, names: readonly string[]): Parameter[] {
    const all: Parameter[] = [
      { name: LIVE_PARAMETERS.dropped, value: client.dropped },
      { name: LIVE_PARAMETERS.queuedBytes, value: client.queuedBytes },
      { name: LIVE_PARAMETERS.clients, value: this.#clients.size },
      { name: LIVE_PARAMETERS.now, value: Date.now() },
      { name: LIVE_PARAMETERS.simTimeSec, value: Number(this.#newestNs) / 1e9 },
      ...(this.#speed === undefined ? [] : [{ name: LIVE_PARAMETERS.speed, value: this.#speed }]),
    ];
    return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
  }

  #lookAfter(): void {
    const nowMs = performance.now();
    const tell = nowMs - this.#caredMs >= PARAMETERS_EVERY_MS;
    if (tell) this.#caredMs = nowMs;
    for (const client of this.#clients) {
      const missed = client.recover();
      if (missed !== undefined) {
        this.#status(
          client,
          "warning",
          `${missed} messages were left out: this client was too slow for them`,
          "slow",
        );
      }
      if (tell && client.parameters.size > 0) {
        client.json({ op: "parameterValues", parameters: this.#parameters(client, [...client.parameters]) });
      }
    }
  }

  #status(client: Client, level: keyof typeof STATUS_LEVEL, message: string, id?: string): void {
    client.json({ op: "status", level: STATUS_LEVEL[level], message, ...(id === undefined ? {} : { id }) });
  }
}

function stamp(timeNs: bigint): { sec: number; nsec: number } {
  return { sec: Number(timeNs / 1_000_000_000n), nsec: Number(timeNs % 1_000_000_000n) };
}
