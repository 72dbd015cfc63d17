import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openPolicy, openWorld } from "../../src/api/open.ts";
import { checkPolicy, policyRef } from "../../src/compose.ts";
import type { Trace } from "../../src/core/trace.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { RemotePolicy } from "../../src/policy/remote.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { createJudge } from "../../src/scenario/judge.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import { policySchema, type RemotePolicyConfig } from "../../src/scenario/schema.ts";
import { servePolicy } from "../../src/serve/policy-server.ts";
import type { SocketServer } from "../../src/wire/socket-server.ts";
import { describePolicyContract } from "../contracts/policy-contract.ts";
import { EXAMPLES, startPython, whyNoPython } from "../wire/python.ts";

const scenario = await loadScenario("cartpole");
const starts = drawPanel(scenario, { count: 3 });
const HORIZON = 40;

async function openAt(url: string, more: Record<string, unknown> = {}): Promise<Policy> {
  const config = policySchema.parse({
    kind: "remote",
    url,
    connectWithinSec: 3,
    ...more,
  }) as RemotePolicyConfig;
  return RemotePolicy.open({ name: "served", scenario, config });
}

async function roll(policy: Policy): Promise<readonly Trace[]> {
  const world = await openWorld(scenario, "mujoco");
  const { tape } = await closedLoop(world, policy, starts, { horizonSteps: HORIZON });
  await Promise.all([world.close(), policy.close()]);
  return tape.traces();
}

/** The same four gains as the servers in Python have. */
const reference = async (): Promise<readonly Trace[]> => roll(await openPolicy(scenario, "hand-tuned"));

function expectAlike(found: readonly Trace[], expected: readonly Trace[]): void {
  for (const [lane, trace] of found.entries()) {
    expect(trace.fault).toBeUndefined();
    expect(trace.steps).toBe(expected[lane]!.steps);
    // float32 on the wire, both ways.
    trace.observation["pole_angle"]!.forEach((value, i) =>
      expect(value).toBeCloseTo(expected[lane]!.observation["pole_angle"]![i]!, 3),
    );
  }
}

describe("served by simgate in openpi's form", () => {
  let server: SocketServer;
  beforeAll(async () => {
    server = await servePolicy({
      host: "127.0.0.1",
      port: 0,
      apiKey: "secret",
      openPolicy: () => openPolicy(scenario, "hand-tuned"),
    });
    process.env["SIMGATE_TEST_KEY"] = "secret";
  });
  afterAll(() => server.close());
  const open = (): Promise<Policy> => openAt(server.url, { apiKeyVariable: "SIMGATE_TEST_KEY" });
  describePolicyContract("remote", open);

  it("closes the loop as the policy in this process does", async () => {
    expectAlike(await roll(await open()), await reference());
  });

  it("minds no goal in words that it does not go by", async () => {
    const constants = { prompt: "balance the pole" };
    const told = await openAt(server.url, { apiKeyVariable: "SIMGATE_TEST_KEY", constants });
    expectAlike(await roll(told), await reference());
  });

  it("counts as one that cannot be seeded, so that its exam runs truth twice", async () => {
    const config = policySchema.parse({
      kind: "remote",
      url: server.url,
      apiKeyVariable: "SIMGATE_TEST_KEY",
    });
    const ref = await checkPolicy(scenario, { name: "served", config });
    expect(ref).toMatchObject({ deterministic: false, peer: { protocol: "openpi" } });
    expect(await checkPolicy(scenario, policyRef(scenario, "lqr"))).not.toHaveProperty("deterministic");
  });

  it("asks for its key, and says that it is well to anyone", async () => {
    await expect(openAt(server.url)).rejects.toMatchObject({ code: "input" });
    const health = await fetch(`${server.url.replace("ws", "http")}/healthz`);
    expect([health.status, await health.text()]).toEqual([200, "OK\n"]);
  });
});

describe("an address that no client should talk to", () => {
  it("is refused where pickles are exchanged, with the reason", async () => {
    await expect(openAt("grpc://127.0.0.1:8080")).rejects.toThrow(/pickles, which run whatever code/);
  });

  it("is refused where nobody listens, in the time given", async () => {
    const opening = openAt("ws://127.0.0.1:9", { connectWithinSec: 0.3 });
    await expect(opening).rejects.toMatchObject({ code: "runtime" });
    await expect(opening).rejects.toThrow(/nobody answers at/);
  });
});

const noPython = whyNoPython("msgpack", "websockets", "numpy");
const noZmq = noPython ?? whyNoPython("zmq");
const state = { state: ["cart_position", "pole_angle", "cart_velocity", "pole_velocity"] };
/** N1.6 takes its language as a map of lists: see GrootPeer. */
const GROOT_GOAL = "language.annotation.human.task_description";
const DIALECTS = join(import.meta.dirname, "fixtures/dialects.py");

describe("served by Python", () => {
  it("openpi's form closes the loop on cartpole to its end, chunk by chunk", async (context) => {
    if (noPython !== undefined) return context.skip(noPython);
    const { address, stop } = await startPython(join(EXAMPLES, "policy_server.py"), ["--port", "0"]);
    onTestFinished(stop);
    expectAlike(await roll(await openAt(address)), await reference());
    const world = await openWorld(scenario, "mujoco");
    const policy = await openAt(address, { horizon: 2 });
    const { tape } = await closedLoop(world, policy, starts, { horizonSteps: scenario.horizonSteps });
    await Promise.all([world.close(), policy.close()]);
    const judge = createJudge(scenario);
    expect(tape.traces().map((trace) => judge.outcome(trace).kind)).toContain("success");
  });

  const dialects: readonly (readonly [string, Record<string, unknown>, string | undefined])[] = [
    ["roboarena", { observation: state, action: { select: [1] }, horizon: 2 }, noPython],
    [
      "vla-eval",
      { observation: state, action: { select: [1] }, constants: { task_description: "balance" } },
      noPython,
    ],
    [
      "groot",
      {
        observation: { "state.cart": state.state },
        action: { key: "force" },
        constants: { [GROOT_GOAL]: "balance" },
      },
      noZmq,
    ],
  ];
  for (const [dialect, config, reason] of dialects) {
    it(`${dialect} is told by what it says first, and closes the loop`, async (context) => {
      if (reason !== undefined) return context.skip(reason);
      const { address, stop } = await startPython(DIALECTS, [dialect]);
      onTestFinished(stop);
      const policy = await openAt(address, config);
      expect(policy.spec.peer?.["protocol"]).toBe(dialect);
      const traces = await roll(policy);
      // Two actions an answer are executed in RoboArena's: held, so the loop is another.
      if (dialect === "roboarena") for (const trace of traces) expect(trace.fault).toBeUndefined();
      else expectAlike(traces, await reference());
    });
  }

  const faults: readonly (readonly [string, RegExp])[] = [
    ["hangs", /did not answer within 0\.5 s/],
    ["lies", /fewer actions than are asked of it/],
    ["text", /ValueError: no such camera/],
    ["closes", /closed the connection \(code 1001/],
  ];
  for (const [what, why] of faults) {
    it(`that ${what} in mid-episode is a fault of the lanes, and the rollout ends`, async (context) => {
      if (noPython !== undefined) return context.skip(noPython);
      const { address, stop } = await startPython(DIALECTS, [what]);
      onTestFinished(stop);
      const more = { observation: state, action: { select: [1] }, answerWithinSec: 0.5, connections: 1 };
      const traces = await roll(await openAt(address, more));
      for (const trace of traces) {
        expect(trace).toMatchObject({ end: "fault", steps: 1, fault: { step: 1, kind: "policy" } });
        expect(trace.fault!.reason).toMatch(why);
      }
    });
  }
});
