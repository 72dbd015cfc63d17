import { FoxgloveClient } from "@foxglove/ws-protocol";
import { WebSocket } from "ws";

/** What a client of the Foxglove protocol, the protocol's own, hears of every topic. */
export interface Listener {
  /** JSON messages of a topic, in the order they came. */
  said<T>(topic: string): readonly T[];
  /** Messages of a topic that are not JSON: their number. */
  count(topic: string): number;
  /** Of each `serverInfo`. */
  readonly sessionIds: readonly (string | undefined)[];
  readonly closed: Promise<void>;
  close(): void;
}

export function listen(port: number): Listener {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, ["foxglove.sdk.v1"]);
  const client = new FoxgloveClient({ ws: socket as never });
  const channels = new Map<number, { readonly topic: string; readonly encoding: string }>();
  const json = new Map<string, unknown[]>();
  const counts = new Map<string, number>();
  const sessionIds: (string | undefined)[] = [];
  client.on("error", () => undefined);
  client.on("serverInfo", ({ sessionId }) => sessionIds.push(sessionId));
  client.on("advertise", (advertised) => {
    for (const channel of advertised) channels.set(client.subscribe(channel.id), channel);
  });
  client.on("message", ({ subscriptionId, data }) => {
    const { topic, encoding } = channels.get(subscriptionId)!;
    counts.set(topic, (counts.get(topic) ?? 0) + 1);
    if (encoding !== "json") return;
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("utf8");
    json.set(topic, [...(json.get(topic) ?? []), JSON.parse(text)]);
  });
  return {
    said: <T>(topic: string) => (json.get(topic) ?? []) as T[],
    count: (topic) => counts.get(topic) ?? 0,
    sessionIds,
    closed: new Promise((resolve) => client.on("close", () => resolve())),
    close: () => client.close(),
  };
}
