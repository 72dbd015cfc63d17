import type { ActionOutcome, Endpoint, InterfaceFields, Qos, RosHandle, RosMessage } from "../node.ts";

export interface Publication extends Endpoint {
  readonly topic: string;
  readonly qos: Qos;
  /** What a late subscription still gets: the last `depth` messages, if transient local. */
  readonly kept: Uint8Array[];
}

export interface Subscription extends Endpoint {
  readonly topic: string;
  readonly qos: Qos;
  readonly queue: Uint8Array[];
  readonly deliver: (bytes: Uint8Array) => void;
}

export interface Server {
  readonly type: string;
  readonly answer: (request: RosMessage) => Promise<RosMessage>;
}

export interface ActionServer {
  readonly type: string;
  readonly start: (goal: RosMessage, onFeedback?: (message: RosMessage) => void) => RunningGoal;
}

export interface RunningGoal {
  readonly outcome: Promise<ActionOutcome>;
  cancel(): void;
}

/** Keeps a handle, to be closed with the node. @throws SimgateError if that is closed. */
export type Keep = <H extends RosHandle>(handle: H) => H;

/** Who publishes, listens and serves on a network in memory. */
export class Wiring {
  readonly publications = new Set<Publication>();
  readonly subscriptions = new Set<Subscription>();
  readonly servers = new Map<string, Server>();
  readonly actions = new Map<string, ActionServer>();
  readonly interfaces: Readonly<Record<string, InterfaceFields>>;

  /** @param interfaces field names of the services that {@link RosServices.fieldsOf} is asked for. */
  constructor(interfaces: Readonly<Record<string, InterfaceFields>> = {}) {
    this.interfaces = interfaces;
  }

  connect(from: Publication, bytes: Uint8Array): void {
    for (const to of this.subscriptions) if (matches(from, to)) enqueue(to, bytes);
  }
}

/** A reliable subscription does not match a best-effort publisher, nor a transient-local one a volatile publisher. */
export function matches(from: Publication, to: Subscription): boolean {
  return (
    from.topic === to.topic &&
    from.type === to.type &&
    (to.qos.reliability === "best-effort" || from.qos.reliability === "reliable") &&
    (to.qos.durability === "volatile" || from.qos.durability === "transient-local")
  );
}

/** One message a turn of the loop; a queue longer than the depth loses its oldest. */
export function enqueue(to: Subscription, bytes: Uint8Array): void {
  to.queue.push(bytes);
  if (to.queue.length > to.qos.depth) to.queue.shift();
  else setImmediate(() => to.queue.length > 0 && to.deliver(to.queue.shift()!));
}

export function endpoints(all: Iterable<Endpoint & { readonly topic: string }>, topic: string): Endpoint[] {
  return [...all]
    .filter((one) => one.topic === topic)
    .map(({ node, type, qos }) => {
      const { reliability, durability } = qos;
      return { node, type, qos: { reliability, durability } };
    });
}
