/** Quality of service of a topic: what a publisher offers, or what a subscription asks for. */
export interface Qos {
  readonly reliability: "reliable" | "best-effort";
  /** `transient-local`: the last messages reach those who come later. */
  readonly durability: "volatile" | "transient-local";
  /** Messages kept for a reader that is behind. */
  readonly depth: number;
}

/** Nothing lost between peers that keep up: commands, observations, `/clock`. */
export const RELIABLE: Qos = { reliability: "reliable", durability: "volatile", depth: 10 };
/** Heard by everyone who publishes, reliable or not: foreign clocks and sensors. */
export const BEST_EFFORT: Qos = { reliability: "best-effort", durability: "volatile", depth: 10 };
/** What holds until it changes, for those who come later too. */
export const LATCHED: Qos = { reliability: "reliable", durability: "transient-local", depth: 1 };

/** One publisher or subscription of a topic, anywhere on the network. */
export interface Endpoint {
  /** Fully qualified node name. */
  readonly node: string;
  /** `sensor_msgs/msg/JointState` */
  readonly type: string;
  readonly qos: Pick<Qos, "reliability" | "durability">;
}

/** Something that was opened on a node and can be closed before it. Closing again does nothing. */
export interface RosHandle {
  close(): void;
}

export interface RosPublisher extends RosHandle {
  /** Sends one message: little-endian CDR with its 4-byte header. The bytes are read during the call. */
  publish(bytes: Uint8Array): void;
}

/** Names may be relative (`joint_states`), absolute (`/clock`) or private (`~/divergence`). */
export interface RosTopics {
  advertise(topic: string, type: string, qos: Qos): RosPublisher;
  /** `listener` gets the CDR bytes of each message, one at a time, in the order each publisher sent them. */
  subscribe(topic: string, type: string, qos: Qos, listener: (bytes: Uint8Array) => void): RosHandle;
  /** The absolute name that it goes by on the network: remaps of the launch applied. */
  nameOf(topic: string): string;
  publishersOf(topic: string): readonly Endpoint[];
  subscriptionsOf(topic: string): readonly Endpoint[];
}

/**
 * A request, response, goal or result as plain data. 64-bit integers arrive as bigint; fields that are left out when
 * sending are zero, empty or their default.
 */
export type RosMessage = Readonly<Record<string, unknown>>;

export interface ServiceCall {
  /** There is no waiting without end: past it the call fails. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A goal being carried out. */
export interface ActionGoal {
  readonly goal: RosMessage;
  /** Aborts when the client cancels the goal, or the node closes. */
  readonly signal: AbortSignal;
  readonly feedback: (message: RosMessage) => void;
}

export interface ActionOutcome {
  readonly status: "succeeded" | "aborted" | "canceled";
  readonly result: RosMessage;
}

/** Which fields the loaded definition of an interface has: versions of a package differ in them. */
export interface InterfaceFields {
  readonly request: readonly string[];
  readonly response: readonly string[];
}

export interface RosServices {
  /** An answer that fails is reported, and the caller gets a response of defaults: it never waits in vain. */
  serve(name: string, type: string, answer: (request: RosMessage) => Promise<RosMessage>): RosHandle;
  /** Every goal is accepted and carried out at once. One that fails is reported and aborted. */
  serveAction(name: string, type: string, execute: (goal: ActionGoal) => Promise<ActionOutcome>): RosHandle;
  /** @throws SimgateError `runtime` if nobody serves it, or nobody answers, in time. */
  call(name: string, type: string, request: RosMessage, options: ServiceCall): Promise<RosMessage>;
  /** Of a service, by its field names. @throws SimgateError `input` if the interface is not installed. */
  fieldsOf(type: string): InterfaceFields;
}

export type ParameterValue = boolean | number | string;

export interface ParameterSpec<T extends ParameterValue> {
  readonly name: string;
  readonly value: T;
  readonly description: string;
  /** Both ends included; for numbers. */
  readonly range?: readonly [lower: number, upper: number];
  /** True: it can be set at start-up (command line, launch file) but not while running. */
  readonly readOnly?: boolean;
  /** Why a value is refused; undefined takes it. Called before it changes. */
  readonly refuse?: (value: T) => string | undefined;
}

export interface RosParameters {
  /** @returns what gives the present value: the declared one, what the launch overrode it with, or what was set since. */
  declare<T extends ParameterValue>(spec: ParameterSpec<T>): () => T;
}

/**
 * SEAM 5. A node of a ROS 2 network. Timers are Node's own: an adapter's work runs on the same loop.
 *
 * A listener that throws, or an answer that fails, is told to the adapter's `onProblem` and never takes the node down.
 */
export interface RosNode {
  /** Fully qualified: `/simgate`, `/left/simgate`. */
  readonly name: string;
  readonly topics: RosTopics;
  readonly services: RosServices;
  readonly parameters: RosParameters;
  /** Leaves the network. Running goals are aborted first. Closing again does nothing. */
  close(): Promise<void>;
}

/** Told of what went wrong in a callback: where, and what was thrown. */
export type OnProblem = (where: string, thrown: unknown) => void;

export interface RosNodeOptions {
  readonly name: string;
  /** `/` or `/left`. */
  readonly namespace?: string;
  readonly onProblem: OnProblem;
}

/** The absolute name that `name` stands for on a node. */
export function resolveName(name: string, node: string): string {
  if (name.startsWith("/")) return name;
  if (name === "~") return node;
  if (name.startsWith("~/")) return node + name.slice(1);
  return `${node.slice(0, node.lastIndexOf("/") + 1)}${name}`;
}
