import { topicLayouts, type TopicLayout } from "../record/topic-layout.ts";
import { TopicEncoder } from "../record/topic-encoder.ts";
import type { RecordedChannels } from "../record/recorded-channel.ts";
import type { TimeNs } from "../core/time.ts";
import type { Batch } from "../core/channels.ts";
import type { Step } from "../core/trace.ts";
import { ClockPublisher } from "./clock.ts";
import type { Entity } from "./entities.ts";
import type { CommandInbox } from "./command-inbox.ts";
import type { EpisodeListener, EpisodeStart } from "./episode.ts";
import { encodeMessage } from "./messages.ts";
import type { Audience } from "./pace.ts";
import { LATCHED, RELIABLE, type RosNode, type RosPublisher } from "./node.ts";
import { TransformPublisher } from "./transforms.ts";

export interface WorldPublisherOptions {
  readonly node: RosNode;
  readonly channels: RecordedChannels;
  /** What is where, for `/tf`. */
  readonly entities: readonly Entity[];
  readonly inbox: CommandInbox;
  /** Shortest time between two messages on `/clock`, in simulated seconds; 0: every tick. */
  readonly clockPeriodSec: number;
}

/**
 * Publishes each observation of the hosted world: first `/clock`, then `/tf` and the scenario's topics, stamped with it; and
 * which episode it is on `~/epoch`, for those who come later too.
 */
export class WorldPublisher implements EpisodeListener, Audience {
  readonly #node: RosNode;
  readonly #clock: ClockPublisher;
  readonly #transforms: TransformPublisher;
  readonly #inbox: CommandInbox;
  readonly #epoch: RosPublisher;
  readonly #topics: readonly { readonly encoder: TopicEncoder; readonly publisher: RosPublisher }[];

  /** The world's own batch: valid until its next step, which is published too. */
  #last: { readonly observation: Batch; readonly timeNs: TimeNs } | undefined;

  constructor({ node, channels, entities, inbox, clockPeriodSec }: WorldPublisherOptions) {
    this.#node = node;
    this.#inbox = inbox;
    this.#clock = new ClockPublisher(node, clockPeriodSec);
    this.#transforms = new TransformPublisher(node, entities);
    this.#epoch = node.topics.advertise("~/epoch", "std_msgs/msg/UInt64", LATCHED);
    this.#topics = topicLayouts({ observation: channels.observation, action: [] }).map((layout) => ({
      encoder: new TopicEncoder(layout),
      publisher: node.topics.advertise(layout.topic, layout.type.name, RELIABLE),
    }));
  }

  /** The topics that observations go out on. */
  get layouts(): readonly TopicLayout[] {
    return this.#topics.map(({ encoder }) => encoder.layout);
  }

  begin({ epoch }: EpisodeStart): void {
    this.#epoch.publish(encodeMessage("std_msgs/msg/UInt64", { data: epoch }));
  }

  step({ observation }: Step, timeNs: TimeNs): void {
    this.show(observation, timeNs);
  }

  /** Also where things were moved by hand: another observation of the same time. */
  show(observation: Batch, timeNs: TimeNs): void {
    this.#last = { observation, timeNs };
    this.#inbox.expect(timeNs);
    this.#send(observation, timeNs);
  }

  /** Subscriptions of the observations, on all topics. */
  size(): number {
    return this.layouts.reduce((sum, { topic }) => sum + this.#node.topics.subscriptionsOf(topic).length, 0);
  }

  repeat(): void {
    if (this.#last !== undefined) this.#send(this.#last.observation, this.#last.timeNs);
  }

  #send(observation: Batch, timeNs: TimeNs): void {
    this.#clock.publish(timeNs);
    this.#transforms.publish(observation, timeNs);
    for (const { encoder, publisher } of this.#topics) {
      publisher.publish(encoder.encode(observation.columns, 0, timeNs));
    }
  }

  end(): void {
    // nothing is published of it: whoever plays says so
  }

  close(): void {
    this.#clock.close();
    this.#transforms.close();
    this.#epoch.close();
    for (const { publisher } of this.#topics) publisher.close();
  }
}
