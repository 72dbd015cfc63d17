import { afterEach, describe, expect, it } from "vitest";
import type { Batch } from "../../src/core/channels.ts";
import type { ActionChunk, Policy } from "../../src/policy/policy.ts";
import { ScriptedPolicy } from "../../src/policy/scripted.ts";
import { withChunks } from "../../src/policy/with-chunks.ts";
import { withLatency } from "../../src/policy/with-latency.ts";
import { bridgeConfigSchema } from "../../src/ros/bridge-config.ts";
import { encodeMessage, messageDecoder } from "../../src/ros/messages.ts";
import { BEST_EFFORT, LATCHED, RELIABLE, type Qos } from "../../src/ros/node.ts";
import type { PolicyConfig } from "../../src/ros/policy-config.ts";
import { PolicyHost } from "../../src/ros/policy-host.ts";
import { InMemoryNetwork } from "../../src/ros/in-memory.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { CountingWorld, startsAt, SteadyPolicy } from "../rollout/counting-world.ts";
import { until } from "../contracts/ros-node-contract.ts";
import { host, scenario } from "./hosted.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const scripted = (action: string): Promise<Policy> =>
  ScriptedPolicy.open({ name: "scripted", scenario, config: { action: { speed: action } } });

function policyHost(network: InMemoryNetwork, policy: Policy, config: object = {}) {
  const log: string[] = [];
  const onProblem = (where: string, thrown: unknown): unknown => log.push(`${where}: ${String(thrown)}`);
  const node = network.open({ name: "policy", onProblem });
  const about = { schema: "simgate/bridge@1", mode: "policy", scenario: "cart", policy: "p", ...config };
  const one = new PolicyHost({
    node,
    scenario,
    policy,
    config: bridgeConfigSchema.parse(about) as PolicyConfig,
    onProblem,
    problems: () => [],
    log: (level, text) => log.push(`${level}: ${text}`),
  });
  closing.push(() => one.close());
  return { host: one, log };
}

/** A robot that a test moves by hand, and the commands it hears: [stamp, speed]. */
function robot(network: InMemoryNetwork, qos: Qos = RELIABLE) {
  const node = network.open({ name: "robot", onProblem: () => undefined });
  const publisher = node.topics.advertise("/joint_states", "sensor_msgs/msg/JointState", qos);
  const type = "geometry_msgs/msg/TwistStamped";
  const decode = messageDecoder<{
    header: { stamp: { sec: number; nanosec: number } };
    twist: { linear: { x: number } };
  }>(type);
  const commands: [number, number][] = [];
  node.topics.subscribe("/cmd", type, { ...RELIABLE, depth: 100 }, (bytes) => {
    const { header, twist } = decode(bytes);
    commands.push([header.stamp.sec + header.stamp.nanosec / 1e9, twist.linear.x]);
  });
  const show = (sec: number, position: number): void =>
    publisher.publish(
      encodeMessage("sensor_msgs/msg/JointState", {
        header: { stamp: { sec, nanosec: 0 } },
        name: ["wheel", "cart"],
        position: [99, position],
      }),
    );
  return { node, commands, show };
}

/** Answers with its own step number; fails where it is told to. */
class Counting extends SteadyPolicy {
  readonly resets: bigint[] = [];
  readonly #breaks: (step: number) => number | undefined;
  constructor(breaks: (step: number) => number | undefined = () => undefined) {
    super(0);
    this.#breaks = breaks;
  }
  override reset(_lanes?: number, seeds: readonly bigint[] = []): Promise<void> {
    this.resets.push(...seeds);
    return Promise.resolve();
  }
  override act({ lanes, step }: Batch): Promise<ActionChunk> {
    const speed = this.#breaks(step) ?? step / 10;
    if (speed === Infinity) return Promise.reject(new Error("out of memory"));
    return Promise.resolve({ actions: [{ lanes, step, columns: { speed: Float64Array.of(speed) } }] });
  }
}

describe("policy host", () => {
  it("drives a bridge in lockstep to the same numbers as in process, chunks and latency included", async () => {
    const make = async (): Promise<Policy> =>
      withLatency(withChunks(await scripted("0.7 - 0.3 * position + 0.1 * t"), { length: 2 }), { steps: 1 });
    const { tape } = await closedLoop(new CountingWorld(), await make(), startsAt(0), {
      horizonSteps: 5,
      ended: () => Uint8Array.of(0),
    });
    const bridge = await host();
    closing.push(bridge.close);
    const { host: driver, log } = policyHost(bridge.network, await make());
    await driver.activate();
    await bridge.call("set_simulation_state", "SetSimulationState", { state: { state: 1 } });
    await until(() => bridge.bridge.simulator.state === "paused");
    await until(() => bridge.heard.at(-1)?.[0] === 5); // the last one may still be under way
    const told = new Map(bridge.heard);
    expect([...told.values()]).toEqual([...tape.traces()[0]!.observation["position"]!]);
    expect(log).toEqual([]);
  });

  it("answers with the observation's stamp, hears best-effort sensors, and keeps within the limits", async () => {
    const network = new InMemoryNetwork();
    const one = robot(network, BEST_EFFORT);
    const { host: driver } = policyHost(network, await scripted("position"));
    await driver.activate();
    one.show(7, 0.25);
    await until(() => one.commands.length === 1);
    one.show(8, 5);
    await until(() => one.commands.length === 2);
    expect(one.commands).toEqual([
      [7, 0.25],
      [8, 1],
    ]);
  });

  it("commands nothing until it is activated, and zero when it is deactivated", async () => {
    const network = new InMemoryNetwork();
    const one = robot(network);
    const { host: driver } = policyHost(network, await scripted("0.5"));
    one.show(1, 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(one.commands).toEqual([]);
    await driver.activate();
    one.show(2, 0);
    await until(() => one.commands.length === 1);
    await driver.deactivate();
    await until(() => one.commands.length === 2);
    expect(one.commands).toEqual([
      [2, 0.5],
      [2, 0],
    ]);
  });

  it("commands zero when observations stop, says so, and goes on when they are back", async () => {
    const network = new InMemoryNetwork();
    const one = robot(network);
    const { host: driver, log } = policyHost(network, await scripted("0.5"), { silence: { afterMs: 40 } });
    await driver.activate();
    one.show(1, 0);
    await until(() => one.commands.length === 2);
    expect(one.commands).toEqual([
      [1, 0.5],
      [1, 0],
    ]);
    one.show(2, 0);
    await until(() => one.commands.length >= 3);
    expect(one.commands[2]).toEqual([2, 0.5]);
    expect(log.slice(0, 2)).toEqual([
      "warn: no observation for 40 ms: commanding zero",
      "info: observations are back",
    ]);
  });

  it("begins anew when time jumps back, and when the episode's number changes", async () => {
    const network = new InMemoryNetwork();
    const one = robot(network);
    const epochs = one.node.topics.advertise("/simgate/epoch", "std_msgs/msg/UInt64", LATCHED);
    const epoch = (data: bigint): void => epochs.publish(encodeMessage("std_msgs/msg/UInt64", { data }));
    epoch(1n);
    const policy = new Counting();
    const { host: driver, log } = policyHost(network, policy, { epoch: "/simgate/epoch", seed: 5 });
    await driver.activate();
    const show = async (sec: number): Promise<number> => {
      const before = one.commands.length;
      one.show(sec, 0);
      await until(() => one.commands.length > before);
      return one.commands.at(-1)![1];
    };
    expect([await show(3), await show(4), await show(5)]).toEqual([0, 0.1, 0.2]);
    epoch(2n);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([await show(6), await show(7)]).toEqual([0, 0.1]);
    expect([await show(1), await show(2)]).toEqual([0, 0.1]);
    expect(policy.resets).toEqual([5n, 6n, 7n]);
    expect(log).toEqual(["info: time has jumped back: a new episode"]);
  });

  it("reports a policy that fails or commands no number, commands zero, and asks it again", async () => {
    const network = new InMemoryNetwork();
    const one = robot(network);
    const breaks = (step: number): number | undefined => (step === 1 ? Infinity : step === 2 ? NaN : 0.5);
    const { host: driver, log } = policyHost(network, new Counting(breaks));
    await driver.activate();
    for (let sec = 1; sec <= 4; sec++) {
      one.show(sec, 0);
      await until(() => one.commands.length === sec);
    }
    expect(one.commands.map(([, speed]) => speed)).toEqual([0.5, 0, 0, 0.5]);
    expect(log).toEqual([
      "policy steady: Error: out of memory",
      expect.stringMatching(/policy steady: SimgateError: policy steady commands no number/) as string,
    ]);
  });

  it("acts by the wall clock on the latest observation, if it is to", async () => {
    const network = new InMemoryNetwork();
    const one = robot(network);
    const { host: driver } = policyHost(network, new Counting(), {
      trigger: "period",
      silence: { afterMs: 60_000 },
    });
    await driver.activate();
    one.show(3, 0);
    await until(() => one.commands.length === 2); // one second a period
    expect(one.commands).toEqual([
      [3, 0],
      [3, 0.1],
    ]);
  });
});
