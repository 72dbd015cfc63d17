import { emptyBatch, type Batch } from "../core/channels.ts";
import type { TimeNs } from "../core/time.ts";
import { fieldsOf } from "../record/message-type.ts";
import type { RecordedChannel } from "../record/recorded-channel.ts";
import { topicLayouts, type TopicLayout } from "../record/topic-layout.ts";
import { commandReader, type ReadMessage } from "./command-reader.ts";
import type { RosHandle, RosNode } from "./node.ts";
import { subscribeAsOffered } from "./subscribe-as-offered.ts";

interface Topic {
  readonly layout: TopicLayout;
  latest: ReadMessage | undefined;
  /** Whether it has come since the last complete observation. */
  fresh: boolean;
}

/** An observation from a simulator or a robot is complete when every topic has brought a message since the last one. */
export class ObservationInbox {
  readonly #channels: readonly RecordedChannel[];
  readonly #topics: readonly Topic[];
  readonly #handles: readonly RosHandle[];

  /** @param onComplete told of each complete observation; `stampNs` is the latest of its messages, undefined if none is filled in. */
  constructor(
    node: RosNode,
    channels: readonly RecordedChannel[],
    onComplete: (stampNs: TimeNs | undefined) => void,
  ) {
    this.#channels = channels;
    this.#topics = topicLayouts({ observation: channels, action: [] }).map((layout) => ({
      layout,
      latest: undefined,
      fresh: false,
    }));
    this.#handles = this.#topics.map((topic) => {
      const read = commandReader(topic.layout);
      return subscribeAsOffered(node, topic.layout.topic, topic.layout.type.name, (bytes) => {
        topic.latest = read(bytes);
        topic.fresh = true;
        if (!this.#topics.every(({ fresh }) => fresh)) return;
        for (const one of this.#topics) one.fresh = false;
        onComplete(this.#stampNs());
      });
    });
  }

  get layouts(): readonly TopicLayout[] {
    return this.#topics.map(({ layout }) => layout);
  }

  /** Whether any of the messages says when it was observed. */
  get stamped(): boolean {
    return this.#topics.some(
      ({ layout: { type, channels } }) =>
        fieldsOf(type).some(({ name }) => name === "header") &&
        channels.every(({ channel }) => channel.ros?.stamp !== "receive"),
    );
  }

  /** Topics that have brought nothing yet. */
  get missing(): readonly string[] {
    return this.#topics.filter(({ latest }) => latest === undefined).map(({ layout }) => layout.topic);
  }

  /** The latest values, for one lane. */
  observation(step: number): Batch {
    const batch = emptyBatch(this.#channels, 1, step);
    for (const { latest } of this.#topics) {
      for (const [name, values] of Object.entries(latest?.values ?? {})) batch.columns[name]!.set(values);
    }
    return batch;
  }

  close(): void {
    for (const handle of this.#handles) handle.close();
  }

  #stampNs(): TimeNs | undefined {
    const stamps = this.#topics.flatMap(({ latest }) => latest?.stampNs ?? []);
    return stamps.length === 0 ? undefined : stamps.reduce((a, b) => (a > b ? a : b));
  }
}
