import { EXACT_SUFFIX, type RecordedChannel } from "./recorded-channel.ts";
import { SeriesBuilder, type Series } from "./series.ts";

/** A channel that is looked for, and where. */
export class WantedChannel {
  readonly channel: RecordedChannel;
  readonly suffix: string;
  /** Most wanted first. */
  readonly topics: readonly string[];
  /** Where simgate records what a message of the mapped type would round; wanted before all others. */
  readonly #exactTopic: string;
  readonly #builders = new Map<string, SeriesBuilder>();
  readonly #file: string;
  readonly #notFinite: "error" | "drop";

  constructor(
    channel: RecordedChannel,
    suffix: string,
    file: string,
    prefix: string,
    notFinite: "error" | "drop",
  ) {
    this.channel = channel;
    this.suffix = suffix;
    this.#file = file;
    this.#notFinite = notFinite;
    this.#exactTopic = `${prefix}/${channel.name}${suffix}${EXACT_SUFFIX}`;
    const mapped = channel.ros === undefined ? [] : [`${prefix}${channel.ros.topic}${suffix}`];
    this.topics = [...mapped, `${prefix}/${channel.name}${suffix}`];
  }

  listensTo(topic: string): boolean {
    return topic === this.#exactTopic || this.topics.includes(topic);
  }

  /** Whether the scenario names this topic, as against our own `/<channel>`. */
  isMapped(topic: string): boolean {
    return this.channel.ros !== undefined && topic === this.topics[0];
  }

  get found(): boolean {
    return this.#builders.size > 0;
  }

  builder(topic: string): SeriesBuilder {
    let builder = this.#builders.get(topic);
    if (builder === undefined) {
      builder = new SeriesBuilder(this.channel, topic, this.#file, this.#notFinite);
      this.#builders.set(topic, builder);
    }
    return builder;
  }

  get best(): SeriesBuilder | undefined {
    return [this.#exactTopic, ...this.topics]
      .map((topic) => this.#builders.get(topic))
      .find((one) => one !== undefined);
  }

  series(originNs: bigint): Series {
    return this.best!.finish(originNs);
  }
}
