import type { TimeNs } from "../core/time.ts";
import type { RecordedChannel } from "../record/recorded-channel.ts";
import { TopicEncoder } from "../record/topic-encoder.ts";
import { topicLayouts, type TopicLayout } from "../record/topic-layout.ts";
import { RELIABLE, type RosNode, type RosPublisher } from "./node.ts";

/** Commands on the scenario's action topics. */
export class CommandPublisher {
  readonly #action: readonly RecordedChannel[];
  readonly #topics: readonly { readonly encoder: TopicEncoder; readonly publisher: RosPublisher }[];

  constructor(node: RosNode, action: readonly RecordedChannel[]) {
    this.#action = action;
    this.#topics = topicLayouts({ observation: [], action })
      .filter(({ role }) => role === "applied")
      .map((layout) => ({
        encoder: new TopicEncoder(layout),
        publisher: node.topics.advertise(layout.topic, layout.type.name, RELIABLE),
      }));
  }

  get layouts(): readonly TopicLayout[] {
    return this.#topics.map(({ encoder }) => encoder.layout);
  }

  /**
   * Sends one value of each action channel, within its limits.
   * @param stampNs of the observation that the command answers, where there is one
   */
  publish(columns: Readonly<Record<string, ArrayLike<number>>>, stampNs: TimeNs): void {
    const limited: Record<string, Float64Array> = {};
    for (const { name, size, limits = [-Infinity, Infinity] } of this.#action) {
      const values = columns[name];
      limited[name] = Float64Array.from({ length: size }, (_, i) =>
        Math.min(limits[1], Math.max(limits[0], values?.[i] ?? 0)),
      );
    }
    for (const { encoder, publisher } of this.#topics) publisher.publish(encoder.encode(limited, 0, stampNs));
  }

  /** Zero on every channel, or the limit nearest to it. */
  publishZero(stampNs: TimeNs): void {
    this.publish({}, stampNs);
  }

  close(): void {
    for (const { publisher } of this.#topics) publisher.close();
  }
}
