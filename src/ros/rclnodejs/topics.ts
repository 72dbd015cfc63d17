import {
  resolveName,
  type Endpoint,
  type OnProblem,
  type Qos,
  type RosHandle,
  type RosPublisher,
  type RosTopics,
} from "../node.ts";
import { once, withInterface } from "./handle.ts";
import type { RclEndpoint, Rclnodejs, RclNode } from "./module.ts";

export class RclTopics implements RosTopics {
  readonly #rcl: Rclnodejs;
  readonly #node: RclNode;
  readonly #name: string;
  readonly #onProblem: OnProblem;

  constructor(rcl: Rclnodejs, node: RclNode, name: string, onProblem: OnProblem) {
    this.#rcl = rcl;
    this.#node = node;
    this.#name = name;
    this.#onProblem = onProblem;
  }

  advertise(topic: string, type: string, qos: Qos): RosPublisher {
    const publisher = withInterface(type, () =>
      this.#node.createPublisher(type, resolveName(topic, this.#name), { qos: this.#qos(qos) }),
    );
    let open = true;
    const handle = once(() => this.#node.destroyPublisher(publisher));
    return {
      publish: (bytes) => {
        if (open) publisher.publish(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      },
      close: () => {
        open = false;
        handle.close();
      },
    };
  }

  subscribe(topic: string, type: string, qos: Qos, listener: (bytes: Uint8Array) => void): RosHandle {
    const resolved = resolveName(topic, this.#name);
    const callback = (bytes: Buffer): void => {
      try {
        listener(bytes);
      } catch (thrown) {
        this.#onProblem(`topic ${resolved}`, thrown);
      }
    };
    const options = { qos: this.#qos(qos), isRaw: true };
    const subscription = withInterface(type, () =>
      this.#node.createSubscription(type, resolved, options, callback),
    );
    return once(() => this.#node.destroySubscription(subscription));
  }

  nameOf(topic: string): string {
    return this.#node.resolveTopicName(resolveName(topic, this.#name));
  }

  // Advertising and subscribing remap by themselves; asking who is there does not.
  publishersOf(topic: string): readonly Endpoint[] {
    return this.#node.getPublishersInfoByTopic(this.nameOf(topic)).map(endpointOf);
  }

  subscriptionsOf(topic: string): readonly Endpoint[] {
    return this.#node.getSubscriptionsInfoByTopic(this.nameOf(topic)).map(endpointOf);
  }

  #qos({ depth, reliability, durability }: Qos): unknown {
    const KEEP_LAST = 1;
    return new this.#rcl.QoS(
      KEEP_LAST,
      depth,
      reliability === "reliable" ? 1 : 2,
      durability === "transient-local" ? 1 : 2,
    );
  }
}

function endpointOf({ node_namespace, node_name, topic_type, qos_profile }: RclEndpoint): Endpoint {
  return {
    node: `${node_namespace === "/" ? "" : node_namespace}/${node_name}`,
    type: topic_type,
    qos: {
      reliability: qos_profile.reliability === 1 ? "reliable" : "best-effort",
      durability: qos_profile.durability === 1 ? "transient-local" : "volatile",
    },
  };
}
