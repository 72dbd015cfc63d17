import type { Hub } from "../viewer/foxglove/hub.ts";
import { LIVE_TOPICS, type ProgressMessage } from "../viewer/live-messages.ts";

/** Told at most this often, ms. */
const EVERY_MS = 250;

/** Tells whoever listens how far an exam or a replay is: the newest state, at most a few times a second. */
export class ProgressFeed {
  readonly #hub: Hub;
  readonly #channel: number;
  readonly #state: () => ProgressMessage;
  #timer: NodeJS.Timeout | undefined;

  constructor(hub: Hub, state: () => ProgressMessage) {
    this.#hub = hub;
    this.#state = state;
    this.#channel = hub.advertise(
      {
        topic: LIVE_TOPICS.progress,
        encoding: "json",
        schemaName: "simgate.Progress",
        schema: `{"type":"object"}`,
        schemaEncoding: "jsonschema",
      },
      { latched: true },
    );
    this.#tell();
  }

  /** Something was finished. */
  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, EVERY_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#hub.unadvertise([this.#channel]);
  }

  #tell(): void {
    this.#hub.publish(this.#channel, 0n, new TextEncoder().encode(JSON.stringify(this.#state())));
  }
}
