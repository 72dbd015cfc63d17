import type { BagRecorder } from "./bag-recorder.ts";
import type { RosNode, RosTopics } from "./node.ts";

/** A node whose messages, sent and heard, are recorded as they pass: the same bytes. */
export function recordedNode(node: RosNode, recorder: BagRecorder): RosNode {
  const { topics } = node;
  const recorded: RosTopics = {
    advertise: (topic, type, qos) => {
      const publisher = topics.advertise(topic, type, qos);
      const name = topics.nameOf(topic);
      return {
        publish: (bytes) => {
          publisher.publish(bytes);
          recorder.write(name, type, bytes);
        },
        close: () => publisher.close(),
      };
    },
    subscribe: (topic, type, qos, listener) => {
      const name = topics.nameOf(topic);
      return topics.subscribe(topic, type, qos, (bytes) => {
        try {
          listener(bytes);
        } finally {
          // Afterwards, when it is known what time the message brought.
          recorder.write(name, type, bytes);
        }
      });
    },
    nameOf: (topic) => topics.nameOf(topic),
    publishersOf: (topic) => topics.publishersOf(topic),
    subscriptionsOf: (topic) => topics.subscriptionsOf(topic),
  };
  return {
    name: node.name,
    topics: recorded,
    services: node.services,
    parameters: node.parameters,
    close: () => node.close(),
  };
}
