import {
  resolveName,
  type Endpoint,
  type OnProblem,
  type Qos,
  type RosHandle,
  type RosPublisher,
  type RosTopics,
} from "../node.ts";
import {
  endpoints,
  enqueue,
  matches,
  type Keep,
  type Publication,
  type Subscription,
  type Wiring,
} from "./wiring.ts";

export class InMemoryTopics implements RosTopics {
  readonly #network: Wiring;
  readonly #node: string;
  readonly #keep: Keep;
  readonly #onProblem: OnProblem;

  constructor(network: Wiring, node: string, keep: Keep, onProblem: OnProblem) {
    this.#network = network;
    this.#node = node;
    this.#keep = keep;
    this.#onProblem = onProblem;
  }

  advertise(topic: string, type: string, qos: Qos): RosPublisher {
    const own: Publication = { topic: this.nameOf(topic), type, qos, node: this.#node, kept: [] };
    this.#network.publications.add(own);
    return this.#keep({
      publish: (bytes) => {
        if (!this.#network.publications.has(own)) return;
        const copy = bytes.slice();
        if (qos.durability === "transient-local") {
          own.kept.push(copy);
          if (own.kept.length > qos.depth) own.kept.shift();
        }
        this.#network.connect(own, copy);
      },
      close: () => void this.#network.publications.delete(own),
    });
  }

  subscribe(topic: string, type: string, qos: Qos, listener: (bytes: Uint8Array) => void): RosHandle {
    const resolved = this.nameOf(topic);
    const deliver = (bytes: Uint8Array): void => {
      if (!this.#network.subscriptions.has(own)) return;
      try {
        listener(bytes);
      } catch (thrown) {
        this.#onProblem(`topic ${resolved}`, thrown);
      }
    };
    const own: Subscription = { topic: resolved, type, qos, node: this.#node, queue: [], deliver };
    this.#network.subscriptions.add(own);
    for (const from of this.#network.publications) {
      const latched = from.qos.durability === "transient-local" && qos.durability === "transient-local";
      if (latched && matches(from, own)) for (const bytes of from.kept) enqueue(own, bytes);
    }
    return this.#keep({ close: () => void this.#network.subscriptions.delete(own) });
  }

  nameOf(topic: string): string {
    return resolveName(topic, this.#node);
  }

  publishersOf(topic: string): readonly Endpoint[] {
    return endpoints(this.#network.publications, this.nameOf(topic));
  }

  subscriptionsOf(topic: string): readonly Endpoint[] {
    return endpoints(this.#network.subscriptions, this.nameOf(topic));
  }
}
