import { afterEach, describe, expect, it } from "vitest";
import { messageDecoder } from "../../src/ros/messages.ts";
import { BEST_EFFORT, LATCHED, RELIABLE } from "../../src/ros/node.ts";
import { until } from "../contracts/ros-node-contract.ts";
import { host, type Hosted, type HostOptions, type InMemoryHosted } from "./hosted.ts";

let open: InMemoryHosted[] = [];
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});
async function hosted(options?: HostOptions): Promise<InMemoryHosted> {
  const one = await host(options);
  open.push(one);
  return one;
}

const OK = 1;
const setState = async ({ call }: Hosted, state: number): Promise<number> =>
  resultOf(await call("set_simulation_state", "SetSimulationState", { state: { state } }));
const resultOf = (answer: Readonly<Record<string, unknown>>): number =>
  (answer["result"] as { result: number }).result;
const [PLAYING, PAUSED] = [1, 2];

describe("bridge in lockstep", () => {
  it("takes one step for each command that answers its observation, and no other", async () => {
    const one = await hosted({ policy: (position) => (position < 2 ? 0.5 : -0.25) });
    await until(() => one.heard.length === 1);
    expect(await setState(one, PLAYING)).toBe(OK);
    await until(() => one.bridge.simulator.state === "paused");
    await until(() => one.heard.length === 6);
    // 0 → 0.5 … 2 → 1.75: what the same policy gives in a loop of its own
    expect(one.heard).toEqual([
      [0, 0],
      [1, 0.5],
      [2, 1],
      [3, 1.5],
      [4, 2],
      [5, 1.75],
    ]);
    expect(one.log).toEqual(["info: paused: the horizon of 5 steps was reached"]);
  });

  it("waits for the command: nothing moves while nobody answers", async () => {
    const one = await hosted({ config: { sync: { mode: "lockstep", deadlineMs: 60_000 } } });
    await setState(one, PLAYING);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(one.heard).toEqual([[0, 0]]);
    one.command(1, 0);
    await until(() => one.heard.length === 2);
    one.command(1, 0.5); // answers no observation since
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(one.heard).toEqual([
      [0, 0],
      [1, 1],
    ]);
    one.command(1, 1);
    await until(() => one.heard.length === 3);
  });

  it.each([
    ["hold", [0, 1, 2, 3, 4, 5]],
    ["zero", [0, 1, 1, 1, 1, 1]],
    ["abort", [0, 1]],
  ])("on a late command: %s", async (onDeadline, positions) => {
    const one = await hosted({
      config: { sync: { mode: "lockstep", deadlineMs: 20, onDeadline } },
      policy: (_position, timeSec) => (timeSec === 0 ? 1 : undefined),
    });
    await until(() => one.heard.length === 1);
    await setState(one, PLAYING);
    await until(() => one.bridge.simulator.state === "paused" && one.heard.length === positions.length);
    expect(one.heard.map(([, position]) => position)).toEqual(positions);
    if (onDeadline === "abort") expect(one.log[0]).toMatch(/warn: paused: no command answered .* step 1/);
  });

  it("goes on in real time before the first command if it is to freewheel", async () => {
    const one = await hosted({
      config: { play: true, sync: { mode: "lockstep", freewheel: true, deadlineMs: 20_000 } },
    });
    expect(one.heard).toEqual([]);
    await until(() => one.heard.length === 2); // one second a step
    expect(one.heard[1]).toEqual([1, 0]);
    one.command(1, 1);
    await until(() => one.heard.length === 3);
    expect(one.heard[2]).toEqual([2, 1]);
  }, 10_000);

  it("tells of each step who decided it", async () => {
    const ticks: number[][] = [];
    const one = await hosted({ policy: () => 1 });
    const decode = messageDecoder<{ data: Float64Array }>("std_msgs/msg/Float64MultiArray");
    one.client.topics.subscribe("/simgate/tick", "std_msgs/msg/Float64MultiArray", RELIABLE, (bytes) =>
      ticks.push([...decode(bytes).data]),
    );
    await until(() => one.heard.length === 1);
    await one.call("step_simulation", "StepSimulation", { steps: 1n });
    await setState(one, PLAYING);
    await until(() => ticks.length === 5);
    expect(ticks.map(([step, , command]) => [step, command])).toEqual([
      [1, 5],
      [2, 0],
      [3, 0],
      [4, 0],
      [5, 0],
    ]);
  });
});

describe("bridge free-running", () => {
  it("keeps to the wall clock whatever is commanded", async () => {
    const one = await hosted({
      config: { play: true, sync: { mode: "free-running", realTimeFactor: 20 } },
      policy: (_position, timeSec) => (timeSec === 1 ? 1 : undefined),
    });
    const began = performance.now();
    await until(() => one.heard.length === 6);
    expect(performance.now() - began).toBeGreaterThan(150); // 5 steps of 50 ms, one of which may have begun
    expect(one.heard.map(([, position]) => position)).toEqual([0, 0, 1, 2, 3, 4]);
  });
});

describe("bridge time", () => {
  it("publishes /clock with each observation; a reset begins a new epoch, one period later", async () => {
    const clock: number[] = [];
    const epochs: bigint[] = [];
    const one = await hosted({ policy: () => 1 });
    const decode = messageDecoder<{ clock: { sec: number } }>("rosgraph_msgs/msg/Clock");
    one.client.topics.subscribe("/clock", "rosgraph_msgs/msg/Clock", BEST_EFFORT, (bytes) =>
      clock.push(decode(bytes).clock.sec),
    );
    const decodeEpoch = messageDecoder<{ data: bigint }>("std_msgs/msg/UInt64");
    one.client.topics.subscribe("/simgate/epoch", "std_msgs/msg/UInt64", LATCHED, (bytes) =>
      epochs.push(decodeEpoch(bytes).data),
    );
    await until(() => one.heard.length === 1);
    await one.call("step_simulation", "StepSimulation", { steps: 2n });
    const reset = (scope: number): Promise<unknown> =>
      one.call("reset_simulation", "ResetSimulation", { scope }).then(resultOf);
    expect(await reset(0)).toBe(OK);
    expect(await reset(255)).toBe(OK);
    expect(await reset(3)).toBe(OK);
    await until(() => one.heard.length === 6);
    expect(one.heard.map(([time]) => time)).toEqual([0, 1, 2, 3, 4, 0]);
    expect(clock).toEqual([1, 2, 3, 4, 0]); // who subscribes late has missed the first
    await until(() => epochs.length === 4);
    expect(epochs).toEqual([1n, 2n, 3n, 4n]);
  });

  it("begins the next episode where the parameter says", async () => {
    const one = await hosted();
    expect(one.setParameter("start", "#no")).toMatch(/no start #no/);
    expect(one.setParameter("start", "#7")).toBeUndefined();
    await one.call("reset_simulation", "ResetSimulation", { scope: 2 });
    await until(() => one.heard.length === 2);
    expect(one.heard[1]![1]).toBe(7);
  });

  it("begins one episode after the other through the panel, if it is to", async () => {
    const one = await hosted({
      config: { play: true, atEnd: "reset", start: "next" },
      policy: () => 1,
      ended: (position) => position >= 3,
    });
    await until(() => one.heard.length >= 12);
    const firsts = one.heard.map(([, p]) => p).slice(0, 12);
    expect(firsts).toEqual([0, 1, 2, 3, 1, 2, 3, 2, 3, 0, 1, 2]);
    expect(one.heard.every(([time], i) => i === 0 || time > one.heard[i - 1]![0])).toBe(true);
  });
});

describe("bridge faults", () => {
  it("pauses when the world breaks, says where, and goes on after a reset", async () => {
    const one = await hosted({
      policy: () => 1,
      world: {
        faults: (step) =>
          step === 1 ? [{ lane: 0, step, kind: "not-finite", reason: "position is NaN" }] : [],
      },
    });
    await until(() => one.heard.length === 1);
    await setState(one, PLAYING);
    await until(() => one.bridge.simulator.state === "paused");
    expect(one.log).toEqual(["warn: paused: the world broke at step 1: position is NaN"]);
    const refused = await one.call("step_simulation", "StepSimulation", { steps: 1n });
    expect(refused["result"]).toMatchObject({
      result: 4,
      error_message: expect.stringMatching(/position is NaN/) as string,
    });
    await one.call("reset_simulation", "ResetSimulation", { scope: 0 });
    expect(one.bridge.simulator.episodes.end).toBeUndefined();
  });

  it("reports a command it cannot read, and waits for the next", async () => {
    const one = await hosted();
    await setState(one, PLAYING);
    const broken = one.client.topics.advertise("/cmd", "geometry_msgs/msg/TwistStamped", RELIABLE);
    broken.publish(Uint8Array.of(0, 1, 0, 0, 9));
    await until(() => one.log.length === 1);
    expect(one.log[0]).toMatch(/^topic \/cmd: /);
    one.command(1, 0);
    await until(() => one.heard.length === 2);
    expect(await setState(one, PAUSED)).toBe(OK);
  });

  it("warns of peers that can never be heard, and of a second clock", async () => {
    const one = await hosted();
    one.client.topics.advertise("/cmd", "geometry_msgs/msg/Twist", RELIABLE);
    one.client.topics.advertise("/clock", "rosgraph_msgs/msg/Clock", RELIABLE);
    one.client.topics.advertise("/cmd", "geometry_msgs/msg/TwistStamped", BEST_EFFORT);
    const statuses: { level: number; name: string; message: string }[] = [];
    const decode = messageDecoder<{ status: typeof statuses }>("diagnostic_msgs/msg/DiagnosticArray");
    one.client.topics.subscribe("/diagnostics", "diagnostic_msgs/msg/DiagnosticArray", RELIABLE, (bytes) =>
      statuses.push(...decode(bytes).status),
    );
    await until(() => statuses.length >= 4);
    expect(statuses[0]).toMatchObject({ level: 0, name: "/simgate: simulation", message: "stopped" });
    const warnings = statuses.slice(1, 4).map(({ message }) => message);
    expect(warnings).toEqual([
      expect.stringMatching(/uses type geometry_msgs\/msg\/Twist;/),
      expect.stringMatching(/best effort/),
      expect.stringMatching(/\/client publishes \/clock too/),
    ]);
    expect(one.log.filter((line) => line.startsWith("warn"))).toHaveLength(3);
  });
});
