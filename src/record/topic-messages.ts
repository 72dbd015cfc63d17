import type { ChannelRecord, MessageRecord, SchemaRecord } from "./mcap-scanner.ts";
import { scanMcap } from "./scan-mcap.ts";

export interface TopicMessage {
  readonly message: MessageRecord;
  readonly channel: ChannelRecord;
  readonly schema: SchemaRecord | undefined;
}

/**
 * The messages of one topic, one at a time. The scan of the file waits until they are used, so that those of one chunk are held
 * at most. @throws SimgateError `input` if the file cannot be read.
 */
export async function* topicMessages(file: string, topic: string): AsyncGenerator<TopicMessage> {
  let held: TopicMessage[] = [];
  let gate: { open(): void; shut(): void } | undefined;
  let arrived = (): void => undefined;
  let ended = false;
  const next = (): Promise<void> => new Promise((resolve) => (arrived = resolve));
  let news = next();
  const scan = scanMcap(file, {
    message(message, channel, schema) {
      if (channel.topic === topic) held.push({ message, channel, schema });
    },
    reached() {
      if (held.length === 0) return undefined;
      return new Promise<void>((resolve, reject) => {
        gate = { open: resolve, shut: () => reject(new Error("nobody reads on")) };
        arrived();
      });
    },
  }).finally(() => {
    ended = true;
    arrived();
  });
  // A failure is thrown where the scan is awaited below; where the reader stops before, nobody waits for it.
  scan.catch(() => undefined);
  try {
    while (!ended) {
      await news;
      yield* held;
      held = [];
      news = next();
      gate?.open();
      gate = undefined;
    }
    await scan;
  } finally {
    gate?.shut();
  }
}
