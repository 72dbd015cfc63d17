import type { WebSocket } from "ws";
import { messageFrame } from "./protocol.ts";

/** What may wait for one client; beyond it messages are left out, and counted. */
const MOST_QUEUED_BYTES = 1024 * 1024;
/** Most a client may say: a burst, and so many a second after. */
const BURST_MESSAGES = 1000;
const MESSAGES_PER_SEC = 200;
const MOST_SUBSCRIPTIONS = 2000;

/**
 * One connection. Whoever publishes never waits for it: once {@link MOST_QUEUED_BYTES} are under way it is stalled, and
 * what comes is dropped for it until half of that has gone. A stalled client costs one comparison a message.
 */
export class Client {
  readonly socket: WebSocket;
  /** Channel → the client's own numbers for it. */
  readonly subscriptions = new Map<number, number[]>();
  readonly parameters = new Set<string>();
  /** It has shown that it understands playback states. */
  knowsPlayback: boolean;
  stalled = false;
  dropped = 0;
  #told = 0;
  #allowance = BURST_MESSAGES;
  #refilledMs = performance.now();
  #count = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.knowsPlayback = socket.protocol === "foxglove.sdk.v1";
  }

  get queuedBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** Data: left out if the client is too slow. */
  message(channel: number, timeNs: bigint, payload: Uint8Array): void {
    const ids = this.subscriptions.get(channel);
    if (ids === undefined) return;
    if (this.stalled) {
      this.dropped += ids.length;
      return;
    }
    for (const id of ids) this.socket.send(messageFrame(id, timeNs, payload));
    if (++this.#count % 16 === 0 && this.queuedBytes > MOST_QUEUED_BYTES) this.stalled = true;
  }

  frame(bytes: Uint8Array): void {
    if (!this.stalled) this.socket.send(bytes);
  }

  /** What keeps the connection going: not dropped unless the queue is hopeless. */
  json(value: object): void {
    if (this.queuedBytes <= 2 * MOST_QUEUED_BYTES) this.socket.send(JSON.stringify(value));
  }

  /** To be called now and then. @returns how many messages it missed, when it has just caught up */
  recover(): number | undefined {
    if (this.stalled) {
      if (this.queuedBytes > MOST_QUEUED_BYTES / 2) return undefined;
      this.stalled = false;
    }
    const missed = this.dropped - this.#told;
    this.#told = this.dropped;
    return missed === 0 ? undefined : missed;
  }

  /** False: it has sent too much. */
  mayAsk(): boolean {
    const nowMs = performance.now();
    const refilled = this.#allowance + ((nowMs - this.#refilledMs) / 1000) * MESSAGES_PER_SEC;
    this.#allowance = Math.min(BURST_MESSAGES, refilled) - 1;
    this.#refilledMs = nowMs;
    return this.#allowance >= 0;
  }

  /** False: it has too many subscriptions already. */
  subscribe(id: number, channel: number): boolean {
    let count = 0;
    for (const ids of this.subscriptions.values()) count += ids.length;
    if (count >= MOST_SUBSCRIPTIONS) return false;
    this.subscriptions.set(channel, [...(this.subscriptions.get(channel) ?? []), id]);
    return true;
  }

  unsubscribe(id: number): void {
    for (const [channel, ids] of this.subscriptions) {
      const rest = ids.filter((one) => one !== id);
      if (rest.length === 0) this.subscriptions.delete(channel);
      else this.subscriptions.set(channel, rest);
    }
  }
}
