import type { Start } from "../../src/core/trace.ts";
import type { BagMessage } from "../../src/record/bag-messages.ts";
import type { BagRecorder } from "../../src/ros/bag-recorder.ts";
import { Beside, type BesideWatch } from "../../src/ros/beside.ts";
import { besideConfigSchema } from "../../src/ros/beside-config.ts";
import { InMemoryNetwork } from "../../src/ros/in-memory.ts";
import { encodeMessage, messageDecoder } from "../../src/ros/messages.ts";
import { RELIABLE, type Qos, type RosNode, type RosPublisher } from "../../src/ros/node.ts";
import { Problems } from "../../src/ros/problems.ts";
import { recordedNode } from "../../src/ros/recorded-node.ts";
import type { World } from "../../src/world/world.ts";
import { until } from "../contracts/ros-node-contract.ts";
import { CountingWorld } from "../rollout/counting-world.ts";
import { scenario, type OpenNode } from "./hosted.ts";

export interface Status {
  readonly level: number;
  readonly name: string;
  readonly message: string;
  readonly values: readonly { readonly key: string; readonly value: string }[];
}

/** A row of `~/divergence`. */
export interface DivergenceRow {
  readonly time: number;
  readonly step: number;
  readonly stepsAlone: number;
  readonly worst: number;
  readonly errors: readonly number[];
}

/** A candidate beside a truth that the test plays: a cart that says where it is, and what it was told. */
export interface Alongside {
  readonly beside: Beside;
  /** Shows where truth is, and hears what the bridge says. */
  readonly robot: RosNode;
  /** Another node of the same network. */
  readonly join: (name: string) => Promise<RosNode>;
  readonly log: string[];
  readonly rows: DivergenceRow[];
  /** `~/candidate/joint_states` as [time, position]. */
  readonly ghosts: [timeSec: number, position: number][];
  readonly statuses: Status[];
  readonly clock: RosPublisher;
  readonly show: (position: number, timeSec: number) => void;
  readonly command: (speed: number, timeSec: number) => void;
  /** The newest row of `/diagnostics` about `what`. */
  readonly status: (what: string) => Status | undefined;
  readonly valueOf: (what: string, key: string) => string | undefined;
  readonly resync: () => Promise<unknown>;
  /** The policy ends, commands and all. */
  readonly policyDies: () => Promise<void>;
  readonly policyReturns: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface AlongsideOptions {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly candidate?: World;
  readonly usableHorizon?: { readonly sec: number; readonly source: string };
  readonly recording?: readonly BagMessage[];
  readonly truthQos?: Qos;
  readonly open?: OpenNode;
  readonly recorder?: BagRecorder;
  readonly watch?: BesideWatch;
}

export const JOINTS = "sensor_msgs/msg/JointState";
export const TWIST = "geometry_msgs/msg/TwistStamped";

export function jointState(position: number, timeSec: number): Uint8Array {
  return encodeMessage(JOINTS, { header: { stamp: stampOf(timeSec) }, name: ["cart"], position: [position] });
}

export function twist(speed: number, timeSec: number): Uint8Array {
  return encodeMessage(TWIST, { header: { stamp: stampOf(timeSec) }, twist: { linear: { x: speed } } });
}

export function stampOf(timeSec: number): { sec: number; nanosec: number } {
  return { sec: Math.floor(timeSec), nanosec: Math.round((timeSec % 1) * 1e9) };
}

export async function alongside(options: AlongsideOptions = {}): Promise<Alongside> {
  const network = new InMemoryNetwork();
  const { open = (about) => Promise.resolve(network.open(about)) } = options;
  const log: string[] = [];
  const problems = new Problems(({ where, text }) => log.push(`${where}: ${text}`));
  const robot = await open({ name: "robot", onProblem: problems.report });
  const qos = options.truthQos ?? { ...RELIABLE, depth: 100 };
  const states = robot.topics.advertise("/joint_states", JOINTS, qos);
  const policyOn = async (): Promise<{ node: RosNode; commands: RosPublisher }> => {
    const own = await open({ name: "policy", onProblem: problems.report });
    return { node: own, commands: own.topics.advertise("/cmd", TWIST, { ...RELIABLE, depth: 100 }) };
  };
  let policy = await policyOn();
  const clock = robot.topics.advertise("/clock", "rosgraph_msgs/msg/Clock", {
    ...RELIABLE,
    reliability: "best-effort",
  });
  const node = await open({ name: "simgate", onProblem: problems.report });
  const start: Start = { index: 0, initial: {}, parameters: {}, seed: 1n };
  const beside = new Beside({
    node: options.recorder === undefined ? node : recordedNode(node, options.recorder),
    scenario,
    candidate: options.candidate ?? new CountingWorld(),
    config: besideConfigSchema.parse({
      schema: "simgate/bridge@1",
      mode: "beside",
      scenario: "cart",
      world: "counting",
      ...options.config,
    }),
    start,
    usableHorizon: options.usableHorizon,
    recording: options.recording,
    recorder: options.recorder,
    watch: options.watch,
    onProblem: problems.report,
    problems: () => problems.all,
    log: (level, text) => log.push(`${level}: ${text}`),
  });
  const rows: DivergenceRow[] = [];
  const ghosts: [number, number][] = [];
  const statuses: Status[] = [];
  const all = { ...RELIABLE, depth: 1000 };
  const decodeRow = messageDecoder<{ data: Float64Array }>("std_msgs/msg/Float64MultiArray");
  robot.topics.subscribe("/simgate/divergence", "std_msgs/msg/Float64MultiArray", all, (bytes) => {
    const [time = NaN, step = NaN, stepsAlone = NaN, worst = NaN, ...errors] = decodeRow(bytes).data;
    rows.push({ time, step, stepsAlone, worst, errors });
  });
  const decodeJoints = messageDecoder<{
    header: { stamp: { sec: number; nanosec: number } };
    position: Float64Array;
  }>(JOINTS);
  robot.topics.subscribe("/simgate/candidate/joint_states", JOINTS, all, (bytes) => {
    const { header, position } = decodeJoints(bytes);
    ghosts.push([header.stamp.sec + header.stamp.nanosec / 1e9, position[0]!]);
  });
  const decodeStatus = messageDecoder<{ status: Status[] }>("diagnostic_msgs/msg/DiagnosticArray");
  robot.topics.subscribe("/diagnostics", "diagnostic_msgs/msg/DiagnosticArray", all, (bytes) =>
    statuses.push(...decodeStatus(bytes).status),
  );
  await beside.activate();
  const joined: RosNode[] = [];
  // On a real network peers know of each other a little before messages flow.
  const met = async (): Promise<void> => {
    if (options.open === undefined) return;
    await until(() => node.topics.publishersOf("/cmd").length > 0, 10_000);
    await until(() => robot.topics.subscriptionsOf("/joint_states").length > 0, 10_000);
    await until(() => robot.topics.publishersOf("/simgate/divergence").length > 0, 10_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
  };
  await met();
  const status = (what: string): Status | undefined =>
    statuses.findLast(({ name }) => name === `/simgate: ${what}`);
  return {
    beside,
    robot,
    log,
    rows,
    ghosts,
    statuses,
    clock,
    show: (position, timeSec) => states.publish(jointState(position, timeSec)),
    command: (speed, timeSec) => policy.commands.publish(twist(speed, timeSec)),
    join: async (name) => {
      const other = await open({ name, onProblem: problems.report });
      joined.push(other);
      return other;
    },
    policyDies: () => policy.node.close(),
    policyReturns: async () => {
      policy = await policyOn();
      await met();
    },
    status,
    valueOf: (what, key) => status(what)?.values.find((one) => one.key === key)?.value,
    resync: () => robot.services.call("/simgate/resync", "std_srvs/srv/Trigger", {}, { timeoutMs: 2000 }),
    close: async () => {
      await beside.close();
      for (const one of [node, robot, policy.node, ...joined]) await one.close();
    },
  };
}

/** Truth moves at `speed` from `at`; everybody is told `told`. One message a turn: nothing is lost. @returns where it is. */
export async function play(
  one: Alongside,
  steps: number,
  {
    from = 1,
    at = 0,
    speed = 0.5,
    told = speed,
  }: { from?: number; at?: number; speed?: number; told?: number } = {},
): Promise<number> {
  let position = at;
  for (let k = 0; k < steps; k++) {
    one.show(position, from + k);
    one.command(told, from + k);
    await turn();
    position += speed;
  }
  await turn();
  return position;
}

export const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
