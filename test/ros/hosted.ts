import { startFromText } from "../../src/core/start-text.ts";
import type { Start } from "../../src/core/trace.ts";
import { Bridge } from "../../src/ros/bridge.ts";
import { bridgeConfigSchema, type ReplaceConfig } from "../../src/ros/bridge-config.ts";
import { InMemoryNetwork, type InMemoryNode } from "../../src/ros/in-memory.ts";
import { encodeMessage, messageDecoder } from "../../src/ros/messages.ts";
import {
  RELIABLE,
  type InterfaceFields,
  type ParameterValue,
  type RosMessage,
  type RosNode,
  type RosNodeOptions,
} from "../../src/ros/node.ts";
import { Settings } from "../../src/ros/settings.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { CountingWorld, type CountingWorldOptions } from "../rollout/counting-world.ts";
import { scenario as tiny } from "../world/fixtures/tiny-scenario.ts";
import { INTERFACES } from "./interfaces.ts";

/** A cart that moves as it is told: one position, one speed, one second a step. */
export const scenario: Scenario = {
  ...tiny,
  name: "cart",
  title: "A cart",
  controlPeriodSec: 1,
  horizonSteps: 5,
  observation: [
    {
      name: "position",
      unit: "m",
      kind: "linear",
      shape: [],
      size: 1,
      tolerance: 0.1,
      frame: "world",
      ros: {
        topic: "/joint_states",
        type: "sensor_msgs/msg/JointState",
        field: "position[cart]",
        align: "hold",
        stamp: "header",
      },
    },
  ],
  action: [
    {
      name: "speed",
      unit: "m/s",
      kind: "linear",
      shape: [],
      size: 1,
      tolerance: 1,
      limits: [-1, 1],
      ros: {
        topic: "/cmd",
        type: "geometry_msgs/msg/TwistStamped",
        field: "twist.linear.x",
        align: "hold",
        stamp: "header",
      },
    },
  ],
  objects: [{ name: "crate", position: "position", matchWithin: 1 }],
};

export interface JointState {
  readonly header: { readonly stamp: { readonly sec: number; readonly nanosec: number } };
  readonly name: readonly string[];
  readonly position: Float64Array;
}

/** A bridge, and a client beside it. */
export interface Hosted {
  readonly bridge: Bridge;
  readonly client: RosNode;
  /** `/joint_states` as [time, position]. */
  readonly heard: [timeSec: number, position: number][];
  readonly log: string[];
  readonly call: (service: string, type: string, request?: RosMessage) => Promise<RosMessage>;
  readonly command: (speed: number, stampSec: number) => void;
  readonly close: () => Promise<void>;
}

export interface InMemoryHosted extends Hosted {
  readonly network: InMemoryNetwork;
  /** @returns why it was refused. */
  readonly setParameter: (name: string, value: ParameterValue) => string | undefined;
}

/** Opens the nodes of the bridge and of its client. */
export type OpenNode = (options: RosNodeOptions) => Promise<RosNode>;

export interface HostOptions {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly world?: CountingWorldOptions;
  /** Answers each observation; undefined: says nothing. */
  readonly policy?: (position: number, timeSec: number) => number | undefined;
  readonly ended?: (position: number) => boolean;
  /** What of the scenario is otherwise. */
  readonly scenario?: Partial<Scenario>;
  /** What the bridge says of itself. */
  readonly about?: Readonly<Record<string, string>>;
  /** Default: release 1 of `simulation_interfaces`. */
  readonly interfaces?: Readonly<Record<string, InterfaceFields>>;
}

const decodeState = messageDecoder<JointState>("sensor_msgs/msg/JointState");

export async function host(options: HostOptions = {}): Promise<InMemoryHosted> {
  const network = new InMemoryNetwork(options.interfaces ?? INTERFACES);
  let node: InMemoryNode | undefined;
  const hosted = await hostOn((about) => Promise.resolve((node = network.open(about))), options);
  return { ...hosted, network, setParameter: (name, value) => node!.parameters.set(name, value) };
}

export async function hostOn(open: OpenNode, options: HostOptions = {}): Promise<Hosted> {
  const { config = {}, policy = () => undefined } = options;
  const log: string[] = [];
  const onProblem = (where: string, thrown: unknown): unknown => log.push(`${where}: ${String(thrown)}`);
  const client = await open({ name: "client", onProblem });
  const publisher = client.topics.advertise("/cmd", "geometry_msgs/msg/TwistStamped", RELIABLE);
  const command = (speed: number, stampSec: number): void => {
    const stamp = { sec: Math.floor(stampSec), nanosec: Math.round((stampSec % 1) * 1e9) };
    publisher.publish(
      encodeMessage("geometry_msgs/msg/TwistStamped", {
        header: { stamp },
        twist: { linear: { x: speed } },
      }),
    );
  };
  const heard: [number, number][] = [];
  client.topics.subscribe(
    "/joint_states",
    "sensor_msgs/msg/JointState",
    { ...RELIABLE, depth: 100 },
    (bytes) => {
      const { header, position } = decodeState(bytes);
      const timeSec = header.stamp.sec + header.stamp.nanosec / 1e9;
      heard.push([timeSec, position[0]!]);
      const speed = policy(position[0]!, timeSec);
      if (speed !== undefined) command(speed, timeSec);
    },
  );
  const node = await open({ name: "simgate", onProblem });
  const settings = new Settings(
    node,
    bridgeConfigSchema.parse({
      schema: "simgate/bridge@1",
      mode: "replace",
      scenario: "cart",
      play: false,
      ...config,
    }) as ReplaceConfig,
    {
      inUse: () => true,
      refuse: (path, value) => (path === "start" ? refusedStart(String(value)) : undefined),
    },
  );
  const bridge = await Bridge.open({
    node,
    scenario: { ...scenario, ...options.scenario },
    world: new CountingWorld(options.world),
    worlds: [
      { name: "counting", uri: "counting.xml", description: "counts" },
      { name: "broken", uri: "broken.xml", description: "cannot be opened" },
    ],
    openWorld: ({ name }) =>
      name === "broken" ? Promise.reject(new Error("no such model")) : Promise.resolve(new CountingWorld()),
    config: settings.read(),
    about: () => options.about ?? { claim: "C2" },
    parseStart: startOf,
    panelSize: 3,
    ended: ({ columns }) => options.ended?.(columns["position"]![0]!) ?? false,
    log: (level, text) => log.push(`${level}: ${text}`),
  });
  await bridge.activate();
  return {
    bridge,
    client,
    heard,
    log,
    command,
    call: (service, type, request = {}) =>
      client.services.call(`/simgate/${service}`, `simulation_interfaces/srv/${type}`, request, {
        timeoutMs: 5000,
      }),
    close: async () => {
      await bridge.close();
      await node.close();
      await client.close();
    },
  };
}

function refusedStart(text: string): string | undefined {
  try {
    if (text !== "next") startOf(text);
    return undefined;
  } catch (thrown) {
    return String(thrown);
  }
}

/** `#n` begins at n metres. */
function startOf(text: string): Start {
  if (text.startsWith("{")) return startFromText(text);
  const index = Number(/^#(\d+)$/.exec(text)?.[1] ?? NaN);
  if (!Number.isInteger(index)) throw new Error(`no start ${text}`);
  return { index, initial: { position: [index] }, parameters: {}, seed: 1n };
}
