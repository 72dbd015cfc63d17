import { FoxgloveClient, type Channel, type IWebSocket } from "@foxglove/ws-protocol";
import { RecordingBuilder, type BuilderOptions } from "../../recording-builder.ts";
import type { Recording } from "../../recording.ts";
import {
  LIVE_PARAMETERS,
  LIVE_TOPICS,
  SUBPROTOCOLS,
  type LiveInfo,
  type ProgressMessage,
  type TrustMessage,
} from "../../live-messages.ts";
import { Emitter } from "../shell/emitter.ts";

/** How the connection fares, for the operator. */
export interface Health {
  readonly state: "connecting" | "open" | "lost";
  /** Round trip of a question, its wait in the server's queue included, ms. */
  readonly latencyMs: number | null;
  /** Messages the server left out for this client, because it was too slow. */
  readonly dropped: number;
  /** When the last message came, by `performance.now()`, ms. */
  readonly heardMs: number | null;
  /** Simulated seconds a second. */
  readonly speed: number | null;
  readonly reconnects: number;
}

export interface LiveUpdate {
  readonly recording: Recording;
  /** The first of a rollout. */
  readonly begins: boolean;
  /** The rollout has ended: nothing more is to be expected. */
  readonly ended: boolean;
}

/** Between two pictures made of what came in, ms. */
const REFRESH_MS = 100;
const ASK_EVERY_MS = 1000;
/** Further back than this is no message out of order, ns. */
const BACK_NS = 1_000_000_000n;
const RETRY_MS = [500, 1000, 2000, 4000, 5000];
const decoder = new TextDecoder();

/** Follows a live stream, and comes back by itself when it breaks off. */
export class LiveConnection {
  readonly updated = new Emitter<LiveUpdate>();
  readonly trusted = new Emitter<TrustMessage>();
  readonly progressed = new Emitter<ProgressMessage>();
  readonly health = new Emitter<Health>();
  /** What is served has become something else, or the server is another than before. */
  readonly replaced = new Emitter<void>();
  readonly #url: URL;
  readonly #options: BuilderOptions;
  #builder: RecordingBuilder;
  #client: FoxgloveClient | undefined;
  #topics = new Map<number, Channel>();
  /** Subscription → channel. */
  #subscribed = new Map<number, Channel>();
  #health: Health = {
    state: "connecting",
    latencyMs: null,
    dropped: 0,
    heardMs: null,
    speed: null,
    reconnects: 0,
  };
  /** Of the rollout that arrives; -1: the server does not count them. */
  #epoch = -1;
  /** What the server calls what it serves; undefined: not heard yet. */
  #sessionId: string | undefined;
  #newestNs = 0n;
  #begins = true;
  #ended = false;
  #dirty = false;
  #tries = 0;
  #asked = new Map<string, number>();
  #timers: ReturnType<typeof setInterval>[] = [];
  #closed = false;

  constructor(url: URL, options: BuilderOptions) {
    this.#url = url;
    this.#options = options;
    this.#builder = new RecordingBuilder(options);
  }

  start(): void {
    this.#timers.push(
      setInterval(() => this.#refresh(), REFRESH_MS),
      setInterval(() => this.#ask(), ASK_EVERY_MS),
    );
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    this.#timers.forEach(clearInterval);
    this.#client?.close();
  }

  #connect(): void {
    this.#set({ state: this.#tries === 0 ? "connecting" : "lost" });
    // Older DOM types let a socket send what the newer ones do not; the client sends views of plain buffers.
    const socket = new WebSocket(this.#url, [...SUBPROTOCOLS]) as unknown as IWebSocket;
    const client = new FoxgloveClient({ ws: socket });
    this.#client = client;
    this.#topics.clear();
    this.#subscribed.clear();
    this.#asked.clear();
    client.on("open", () => {
      this.#set({ state: "open", reconnects: this.#health.reconnects + (this.#tries > 0 ? 1 : 0) });
      this.#tries = 0;
      this.#ask();
    });
    client.on("serverInfo", ({ sessionId }) => this.#meet(sessionId ?? ""));
    client.on("advertise", (channels) => {
      for (const channel of channels) {
        this.#topics.set(channel.id, channel);
        this.#announce(channel);
        this.#subscribed.set(client.subscribe(channel.id), channel);
      }
    });
    client.on("message", ({ subscriptionId, timestamp, data }) => {
      const channel = this.#subscribed.get(subscriptionId);
      if (channel === undefined) return;
      this.#health = { ...this.#health, heardMs: performance.now() };
      this.#take(channel, timestamp, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    });
    client.on("parameterValues", ({ parameters, id }) => this.#answered(parameters, id));
    client.on("error", () => undefined); // a close follows
    client.on("close", () => {
      if (this.#closed || this.#client !== client) return;
      this.#set({ state: "lost", latencyMs: null });
      const wait = RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)]!;
      setTimeout(() => {
        if (!this.#closed) this.#connect();
      }, wait);
    });
  }

  #take(channel: Channel, timeNs: bigint, data: Uint8Array): void {
    switch (channel.topic) {
      case LIVE_TOPICS.info:
      case LIVE_TOPICS.result: {
        const { epoch, entries } = JSON.parse(decoder.decode(data)) as LiveInfo;
        const isInfo = channel.topic === LIVE_TOPICS.info;
        if (isInfo && epoch !== this.#epoch) this.#begin(epoch);
        if (epoch !== this.#epoch) return;
        if (!isInfo) this.#ended = true;
        this.#builder.metadata(isInfo ? "simgate" : "simgate/result", new Map(Object.entries(entries)));
        this.#dirty = true;
        return;
      }
      case LIVE_TOPICS.trust:
        this.trusted.emit(JSON.parse(decoder.decode(data)) as TrustMessage);
        return;
      case LIVE_TOPICS.progress:
        this.progressed.emit(JSON.parse(decoder.decode(data)) as ProgressMessage);
        return;
      default:
        // Who does not count rollouts sets back the clock when it begins anew.
        if (this.#epoch < 0 && timeNs < this.#newestNs - BACK_NS) this.#begin(-1);
        this.#newestNs = timeNs;
        this.#builder.message(channel.id, timeNs, timeNs, data);
        this.#dirty = true;
    }
  }

  #meet(sessionId: string): void {
    const before = this.#sessionId;
    this.#sessionId = sessionId;
    if (before === undefined || (before === sessionId && sessionId !== "")) return;
    this.#begin(-1);
    if (sessionId !== "") this.replaced.emit();
  }

  /** Another rollout: a picture of its own. */
  #begin(epoch: number): void {
    this.#epoch = epoch;
    this.#builder = new RecordingBuilder(this.#options);
    for (const channel of this.#topics.values()) this.#announce(channel);
    this.#begins = true;
    this.#ended = false;
  }

  #announce({ id, topic, encoding, schemaName, schema, schemaEncoding }: Channel): void {
    if (topic.startsWith("/simgate/")) return;
    this.#builder.topic(id, {
      topic,
      encoding,
      schemaName,
      schemaEncoding: schemaEncoding ?? "ros2msg",
      schema,
    });
  }

  #refresh(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    const recording = this.#builder.build();
    if (recording.worlds.length === 0 && recording.undecoded.length === 0) return;
    this.updated.emit({ recording, begins: this.#begins, ended: this.#ended });
    this.#begins = false;
  }

  #ask(): void {
    if (this.#health.state === "open") {
      const id = `ask-${performance.now().toFixed(1)}`;
      this.#asked.set(id, performance.now());
      this.#client?.getParameters([LIVE_PARAMETERS.now, LIVE_PARAMETERS.dropped, LIVE_PARAMETERS.speed], id);
    }
    this.health.emit(this.#health);
  }

  #answered(parameters: readonly { readonly name: string; readonly value: unknown }[], id?: string): void {
    const asked = this.#asked.get(id ?? "");
    this.#asked.delete(id ?? "");
    const value = (name: string): number | undefined => {
      const found = parameters.find((one) => one.name === name)?.value;
      return typeof found === "number" ? found : undefined;
    };
    this.#set({
      ...(asked === undefined ? {} : { latencyMs: performance.now() - asked }),
      dropped: value(LIVE_PARAMETERS.dropped) ?? this.#health.dropped,
      speed: value(LIVE_PARAMETERS.speed) ?? this.#health.speed,
    });
  }

  #set(change: Partial<Health>): void {
    this.#health = { ...this.#health, ...change };
    this.health.emit(this.#health);
  }
}
