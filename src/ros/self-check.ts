import { otherClocks } from "./clock.ts";
import type { TopicLayout } from "../record/topic-layout.ts";
import { type Endpoint, type RosNode } from "./node.ts";

/** Something about the network that will not work, and what to do about it. */
export interface Mismatch {
  readonly topic: string;
  readonly problem: string;
  readonly remedy: string;
}

type Topic = Pick<TopicLayout, "topic" | "type">;

/** What a node has to do with the network. */
export interface OwnTopics {
  /** Published reliably, volatile. */
  readonly sent: readonly Topic[];
  readonly heard: readonly Topic[];
  /** Of those heard, the ones that somebody is to publish, and what is done while nobody does. */
  readonly awaited?: { readonly topics: readonly Topic[]; readonly meanwhile: string };
  /** Whether it asks for the reliability that each publisher offers, and so hears best-effort ones too. */
  readonly hearsAll: boolean;
  /** What decides which types it uses, as an operator would say. */
  readonly typesFrom: string;
  /** Whether it publishes `/clock` itself. */
  readonly isClock: boolean;
}

/** {@link OwnTopics.typesFrom}, of the topics of channels. */
export const FROM_SCENARIO = "the channel's ros.type in the scenario";

/** Peers that can never be heard, or never hear: another type, or a quality of service that does not match; and a second clock. */
export function findMismatches(node: RosNode, own: OwnTopics): readonly Mismatch[] {
  const found: Mismatch[] = [];
  for (const { topic, type } of own.heard) {
    for (const peer of othersOf(node, node.topics.publishersOf(topic))) {
      if (peer.type !== type.name) found.push(typeMismatch(topic, type.name, peer, own));
      else if (!own.hearsAll && peer.qos.reliability === "best-effort") {
        found.push({
          topic,
          problem: `${peer.node} publishes best effort what is asked for reliably, so none of it arrives`,
          remedy: `publish it reliably, as rclcpp and rclpy do by default`,
        });
      }
    }
  }
  for (const { topic } of own.awaited?.topics ?? []) {
    if (othersOf(node, node.topics.publishersOf(topic)).length > 0) continue;
    found.push({
      topic,
      problem: `nobody publishes it: ${own.awaited!.meanwhile}`,
      remedy: "start whoever is to, or remap its topic to this one",
    });
  }
  for (const { topic, type } of own.sent) {
    for (const peer of othersOf(node, node.topics.subscriptionsOf(topic))) {
      if (peer.type !== type.name) found.push(typeMismatch(topic, type.name, peer, own));
      else if (peer.qos.durability === "transient-local") {
        found.push({
          topic,
          problem: `${peer.node} asks for transient-local messages; they are volatile, so it hears none`,
          remedy: "subscribe with volatile durability, the default",
        });
      }
    }
  }
  const clocks = otherClocks(node);
  if (clocks.length > (own.isClock ? 0 : 1)) {
    found.push({
      topic: "/clock",
      problem: `${clocks.join(" and ")} publish${clocks.length === 1 ? "es" : ""} /clock${own.isClock ? " too" : ""}: time jumps between the two`,
      remedy: "let one node publish it: start the other without its clock (`ros2 bag play` without --clock)",
    });
  }
  return found;
}

function typeMismatch(topic: string, type: string, peer: Endpoint, { typesFrom }: OwnTopics): Mismatch {
  return {
    topic,
    problem: `${peer.node} uses type ${peer.type}; here it is ${type}, so neither hears the other`,
    remedy: `use ${type}, or change ${typesFrom}`,
  };
}

function othersOf(node: RosNode, endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return endpoints.filter((one) => one.node !== node.name);
}
