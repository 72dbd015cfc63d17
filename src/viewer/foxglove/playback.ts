import { scanMcap } from "../../record/scan-mcap.ts";
import type { Hub, PlaybackControl } from "./hub.ts";
import type { PlaybackRequest, PlaybackState } from "./protocol.ts";

const TICK_MS = 16;
/** Longest stretch of a recording that is sent at once: after a pause of the process, say. */
const MOST_STEP_NS = 1_000_000_000;

interface Played {
  readonly channel: number;
  readonly timeNs: bigint;
  readonly data: Uint8Array;
}

/**
 * Plays a recording to whoever listens, in a loop, until somebody takes control of it: then it does what it is told, as
 * Foxglove's own scrub bar does.
 */
export class Playback implements PlaybackControl {
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly #hub: Hub;
  readonly #messages: readonly Played[];
  readonly #timer: NodeJS.Timeout;
  #next = 0;
  #timeNs: bigint;
  #speed = 1;
  #status: PlaybackState["status"] = "playing";
  #loop = true;
  #tickedMs = performance.now();

  private constructor(hub: Hub, messages: readonly Played[]) {
    this.#hub = hub;
    this.#messages = messages;
    this.startNs = messages[0]?.timeNs ?? 0n;
    this.endNs = messages.at(-1)?.timeNs ?? 0n;
    this.#timeNs = this.startNs;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  /** Announces the topics of the file and begins. @throws SimgateError `input` if it is not MCAP */
  static async open(hub: Hub, file: string): Promise<Playback> {
    const ids = new Map<number, number>();
    const messages: Played[] = [];
    await scanMcap(file, {
      channel: ({ id, topic, messageEncoding }, schema) => {
        const channel = hub.advertise({
          topic,
          encoding: messageEncoding,
          schemaName: schema?.name ?? "",
          schema: schema?.text ?? "",
          schemaEncoding: schema?.encoding ?? "",
        });
        ids.set(id, channel);
      },
      message: ({ channelId, logTime, data }) =>
        messages.push({ channel: ids.get(channelId)!, timeNs: logTime, data: data.slice() }),
    });
    messages.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
    const playback = new Playback(hub, messages);
    hub.play(playback);
    return playback;
  }

  state(): Omit<PlaybackState, "requestId" | "didSeek"> {
    return { status: this.#status, timeNs: this.#timeNs, speed: this.#speed };
  }

  control({ command, speed, seekNs, requestId }: PlaybackRequest): void {
    this.#loop = false;
    this.#speed = speed;
    if (seekNs !== undefined) this.#seek(seekNs);
    this.#status = command === "pause" ? "paused" : this.#timeNs >= this.endNs ? "ended" : "playing";
    this.#tickedMs = performance.now();
    this.#hub.tellPlayback({ ...this.state(), didSeek: seekNs !== undefined }, requestId);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const nowMs = performance.now();
    const elapsedMs = nowMs - this.#tickedMs;
    this.#tickedMs = nowMs;
    if (this.#status !== "playing" || !this.#hub.hasListeners) return;
    this.#timeNs += BigInt(
      Math.round(Math.min(elapsedMs * 1e6 * this.#speed, MOST_STEP_NS * Math.max(1, this.#speed))),
    );
    if (this.#timeNs > this.endNs) this.#timeNs = this.endNs;
    for (; this.#next < this.#messages.length; this.#next++) {
      const { channel, timeNs, data } = this.#messages[this.#next]!;
      if (timeNs > this.#timeNs) break;
      this.#hub.publish(channel, timeNs, data);
    }
    this.#hub.time(this.#timeNs);
    if (this.#timeNs < this.endNs) return;
    if (this.#loop) {
      this.#timeNs = this.startNs;
      this.#next = 0;
    } else {
      this.#status = "ended";
      this.#hub.tellPlayback({ ...this.state(), didSeek: false });
    }
  }

  /** Goes there, and sends the latest message of every topic until then: what stands at that moment. */
  #seek(timeNs: bigint): void {
    const to = timeNs < this.startNs ? this.startNs : timeNs > this.endNs ? this.endNs : timeNs;
    this.#timeNs = to;
    let low = 0;
    let high = this.#messages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#messages[middle]!.timeNs <= to) low = middle + 1;
      else high = middle;
    }
    this.#next = low;
    const latest = new Map<number, Played>();
    const channels = new Set(this.#messages.map(({ channel }) => channel));
    for (let i = low - 1; i >= 0 && latest.size < channels.size; i--) {
      const message = this.#messages[i]!;
      if (!latest.has(message.channel)) latest.set(message.channel, message);
    }
    for (const { channel, timeNs: at, data } of latest.values()) this.#hub.publish(channel, at, data);
    this.#hub.time(to);
  }
}
