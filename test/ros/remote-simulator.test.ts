import { describe, expect, it } from "vitest";
import { InMemoryNetwork } from "../../src/ros/in-memory.ts";
import { RemoteSimulator, type RemoteSimulatorOptions } from "../../src/ros/remote-simulator.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { RosWorld } from "../../src/world/ros.ts";
import { startsAt } from "../rollout/counting-world.ts";
import { ForeignSimulator, type ForeignOptions } from "./foreign-simulator.ts";
import { host, scenario as cart, type HostOptions } from "./hosted.ts";
import { INTERFACES } from "./interfaces.ts";

const scenario: Scenario = {
  ...cart,
  dimensions: [
    {
      key: "position",
      unit: "m",
      range: [0, 9],
      target: { kind: "channel", channel: "position", component: 0 },
    },
  ],
};
const onProblem = (where: string, thrown: unknown): never => {
  throw new Error(`${where}: ${String(thrown)}`);
};
const speed = (value: number, step: number) => ({
  lanes: 1,
  step,
  columns: { speed: Float64Array.of(value) },
});

async function drive(
  network: InMemoryNetwork,
  options: Partial<RemoteSimulatorOptions> & Pick<RemoteSimulatorOptions, "namespace">,
): Promise<RosWorld> {
  const node = network.open({ name: "exam", onProblem });
  const given = { node, scenario, steps: 1, settleSteps: 0, deadlineMs: 500, ...options };
  return new RosWorld({ name: "far", scenario, simulators: [await RemoteSimulator.open(given)] });
}

/** A simulator of somebody else, and a world that drives it: four of its steps are a control period. */
async function foreign(options: ForeignOptions = {}, more: Partial<RemoteSimulatorOptions> = {}) {
  const network = new InMemoryNetwork(INTERFACES);
  const simulator = new ForeignSimulator(network.open({ name: "gz", onProblem }), options);
  const recipe = { namespace: "/gz", steps: 4, settleSteps: 1, ...more };
  return { simulator, open: () => drive(network, recipe) };
}

describe("driving somebody else's simulator", () => {
  it("pauses it, begins where the start says, and takes a control period a step", async () => {
    const { simulator, open } = await foreign();
    const world = await open();
    expect(simulator.state).toBe(2);
    const [start] = startsAt(3);
    expect((await world.reset([start!])).columns["position"]![0]).toBe(3);
    const seen: number[] = [];
    for (let step = 0; step < 4; step++) {
      seen.push((await world.step(speed(step < 2 ? 1 : -0.5, step))).observation.columns["position"]![0]!);
    }
    expect(seen).toEqual([4, 5, 4.5, 4]);
    await world.reset([start!]);
    expect(simulator.resets).toEqual([0, 0]); // it does not say that it can reset its state alone
    await world.close();
  });

  it("says what it lacks, and which starts it cannot be told", async () => {
    await expect((await foreign({ features: [11, 20] })).open()).rejects.toThrow(
      /lacks step_simulation \(feature 31\), step_simulation by more than one step \(feature 32\)/,
    );
    await expect((await foreign({ features: [20, 25, 26, 31, 32] })).open()).rejects.toThrow(
      /cannot be told where an episode begins[^]*dimensions position/,
    );
  });

  it("does not take its word for where it begins", async () => {
    const world = await (await foreign({ deaf: true })).open();
    await expect(world.reset(startsAt(3))).rejects.toThrow(
      /does not begin where[^]*position = 3 m[^]*got: +0 m/,
    );
    await world.close();
  });

  it("says how many of its steps a control period is, where the recipe has it wrong", async () => {
    const world = await (await foreign({}, { steps: 1 })).open();
    await world.reset(startsAt(3));
    const { faults } = await world.step(speed(1, 0));
    expect(faults[0]!.reason).toMatch(/control period[^]*0\.25 s in 1 step[^]*steps: 4/);
    await world.close();
  });

  it("breaks a lane when it is set playing by others, and takes it back at the next reset", async () => {
    const { simulator, open } = await foreign();
    const world = await open();
    await world.reset(startsAt(3));
    simulator.state = 1;
    const { faults } = await world.step(speed(1, 0));
    expect(faults[0]).toMatchObject({ lane: 0, step: 0, kind: "threw" });
    expect(faults[0]!.reason).toMatch(/incorrect state[^]*not paused/);
    await world.reset(startsAt(2));
    expect((await world.step(speed(1, 0))).faults).toEqual([]);
    await world.close();
  });

  it("breaks a lane when it hangs, and goes on when it answers again", async () => {
    let hangs = false;
    const { open } = await foreign({ onStep: () => (hangs ? new Promise(() => undefined) : undefined) });
    const world = await open();
    await world.reset(startsAt(3));
    hangs = true;
    const { faults } = await world.step(speed(1, 0));
    expect(faults[0]!.reason).toMatch(/step_simulation gave no answer within 500 ms/);
    await expect(world.reset(startsAt(3))).rejects.toMatchObject({ code: "runtime" });
    hangs = false;
    await world.reset(startsAt(3));
    expect((await world.step(speed(1, 0))).observation.columns["position"]![0]).toBe(4);
    await world.close();
  });

  it("says what is missing where nobody is there, or speaks of other topics", async () => {
    const nobody = new InMemoryNetwork(INTERFACES);
    await expect(drive(nobody, { namespace: "/gz" })).rejects.toThrow(
      /nobody serves \/gz\/get_simulator_features/,
    );
    const speed = { ...cart.action[0]!, ros: { ...cart.action[0]!.ros!, topic: "/throttle" } };
    const elsewhere = await foreign({}, { scenario: { ...scenario, action: [speed] } });
    await expect(elsewhere.open()).rejects.toThrow(/nobody listens to \/throttle/);
  });
});

describe("driving simgate's own bridge", () => {
  const ours = async (options: HostOptions = {}) =>
    host({ about: { simgate: "1", scenario: "cart" }, config: { atEnd: "continue" }, ...options });

  it("tells it whole starts, and goes beyond the horizon", async () => {
    const bridge = await ours();
    const world = await drive(bridge.network, { namespace: "/simgate" });
    await world.reset(startsAt(0.1 + 0.2));
    for (let step = 0; step < 8; step++) await world.step(speed(0.25, step));
    const { observation } = await world.step(speed(0.25, 8));
    expect(observation.columns["position"]![0]).toBe(0.1 + 0.2 + 9 * 0.25);
    expect(world.spec).toMatchObject({
      lanes: 1,
      stochastic: false,
      peer: { simgate: "1", world: "counting" },
    });
    await world.close();
    await bridge.close();
  });

  it("asks for one of the same scenario that does not stop by itself", async () => {
    const other = await ours({ about: { simgate: "1", scenario: "crane" } });
    await expect(drive(other.network, { namespace: "/simgate" })).rejects.toThrow(
      /another scenario[^]*crane/,
    );
    const stopping = await ours({ config: { atEnd: "pause" } });
    await expect(drive(stopping.network, { namespace: "/simgate" })).rejects.toThrow(/atEnd: continue/);
    await Promise.all([other.close(), stopping.close()]);
  });
});
