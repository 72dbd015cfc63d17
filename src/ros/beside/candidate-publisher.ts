import type { Batch } from "../../core/channels.ts";
import type { TimeNs } from "../../core/time.ts";
import type { RecordedChannel } from "../../record/recorded-channel.ts";
import { TopicEncoder } from "../../record/topic-encoder.ts";
import { topicLayouts, type TopicLayout } from "../../record/topic-layout.ts";
import { RELIABLE, type RosNode, type RosPublisher } from "../node.ts";

/** Before the frames of what is the candidate's. */
export const GHOST_PREFIX = "candidate/";

/** What the candidate shows, on the scenario's topics under `~/candidate`, in frames of its own. It has no commands. */
export class CandidatePublisher {
  readonly #topics: readonly { readonly encoder: TopicEncoder; readonly publisher: RosPublisher }[];

  constructor(node: RosNode, channels: readonly RecordedChannel[]) {
    const ghosts = channels.map((channel) => ({
      ...channel,
      frame: `${GHOST_PREFIX}${channel.frame ?? "world"}`,
    }));
    const layouts = topicLayouts({ observation: ghosts, action: [] }, `${node.name}/candidate`);
    this.#topics = layouts.map((layout) => ({
      encoder: new TopicEncoder(layout),
      publisher: node.topics.advertise(layout.topic, layout.type.name, RELIABLE),
    }));
  }

  /** The topics it goes out on. */
  get layouts(): readonly TopicLayout[] {
    return this.#topics.map(({ encoder }) => encoder.layout);
  }

  publish({ columns }: Batch, timeNs: TimeNs): void {
    for (const { encoder, publisher } of this.#topics) publisher.publish(encoder.encode(columns, 0, timeNs));
  }

  close(): void {
    for (const { publisher } of this.#topics) publisher.close();
  }
}
