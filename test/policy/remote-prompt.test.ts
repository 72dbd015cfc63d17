import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openWorld } from "../../src/api/open.ts";
import { openPolicy } from "../../src/compose.ts";
import { emptyBatch } from "../../src/core/channels.ts";
import { wordingOf } from "../../src/core/prompt-drift.ts";
import type { Trace } from "../../src/core/trace.ts";
import type { Policy } from "../../src/policy/policy.ts";
import { closedLoop } from "../../src/rollout/closed-loop.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import { policySchema, type StressorConfig } from "../../src/scenario/schema.ts";
import { startPython, whyNoPython } from "../wire/python.ts";
import { serveTold, type Told } from "./told-server.ts";

const scenario = await loadScenario("cartpole");
const starts = drawPanel(scenario, { count: 3 });
const WORDINGS = ["keep it upright", "hold the stick vertical", "do not drop it"];

const drift = (more: { of?: "world"; fromSec?: number; wordings?: string[] } = {}): StressorConfig => ({
  kind: "prompt-drift",
  of: "policy",
  wordings: WORDINGS,
  fromSec: 0,
  ...more,
});

async function openAt(
  url: string,
  stressor?: StressorConfig,
  more: Record<string, unknown> = { constants: { prompt: "balance" } },
): Promise<Policy> {
  const config = policySchema.parse({ kind: "remote", url, connectWithinSec: 3, ...more });
  return openPolicy(scenario, { name: "told", config }, stressor);
}

describe("a policy that is told its goal in words", () => {
  let server: Awaited<ReturnType<typeof serveTold>>;
  beforeAll(async () => {
    server = await serveTold();
  });
  afterAll(() => server.close());

  /** What each of these lanes is told at each of six steps; lanes are known by where their cart is. */
  async function said(policy: Policy, seeds: readonly bigint[]): Promise<unknown[][]> {
    server.told.length = 0;
    await policy.reset(seeds.length, seeds);
    const observation = emptyBatch(policy.spec.observation, seeds.length);
    observation.columns["cart_position"]!.set(Array.from(seeds.keys()));
    for (let step = 0; step < 6; step++) await policy.act({ ...observation, step });
    await policy.close();
    return seeds.map((_, lane) =>
      server.told.filter(({ position }: Told) => position === lane).map(({ prompt }) => prompt),
    );
  }

  it("is told the one of the constants, and nothing if there is none", async () => {
    expect(await said(await openAt(server.url), [1n])).toEqual([Array(6).fill("balance")]);
    expect(await said(await openAt(server.url, drift(), {}), [1n])).toEqual([Array(6).fill(undefined)]);
  });

  it("is told one of the wordings under the stressor, drawn by the lane's seed alone", async () => {
    const seeds = Array.from({ length: 24 }, (_, i) => BigInt(i));
    const found = await said(await openAt(server.url, drift()), seeds);
    expect(new Set(found.flat())).toEqual(new Set(WORDINGS));
    found.forEach((lane, i) => expect(lane).toEqual(Array(6).fill(wordingOf(WORDINGS, seeds[i]!))));
    const [alone] = await said(await openAt(server.url, drift()), [seeds[17]!]);
    expect(alone).toEqual(found[17]);
  });

  it("is told it from the time on that is given, to the control step", async () => {
    // 0.06 s are three steps of 0.02 s.
    const [lane] = await said(await openAt(server.url, drift({ fromSec: 0.06, wordings: ["rest"] })), [1n]);
    expect(lane).toEqual(["balance", "balance", "balance", "rest", "rest", "rest"]);
  });

  it("hears it when it is next asked, if it is executing a chunk", async () => {
    const policy = await openAt(server.url, drift({ fromSec: 0.02, wordings: ["rest"] }), {
      constants: { prompt: "balance" },
      horizon: 2,
      chunk: { length: 2 },
    });
    expect(await said(policy, [1n])).toEqual([["balance", "rest", "rest"]]);
  });

  it("hears nothing of what worlds are told, and not what other constants say", async () => {
    expect(await said(await openAt(server.url, drift({ of: "world" })), [1n])).toEqual([
      Array(6).fill("balance"),
    ]);
    const constants = { prompt: "balance", task: "be quick" };
    const other = await openAt(server.url, drift(), { constants, promptKey: "task" });
    expect(await said(other, [1n])).toEqual([Array(6).fill("balance")]);
  });
});

const noPython = whyNoPython("msgpack", "websockets", "numpy");
const noZmq = noPython ?? whyNoPython("zmq");
const DIALECTS = join(import.meta.dirname, "fixtures/dialects.py");

async function roll(policy: Policy): Promise<readonly Trace[]> {
  const world = await openWorld(scenario, "mujoco");
  const { tape } = await closedLoop(world, policy, starts, { horizonSteps: 20 });
  await Promise.all([world.close(), policy.close()]);
  return tape.traces();
}

describe("in every protocol, a server in Python is told", () => {
  const state = ["cart_position", "pole_angle", "cart_velocity", "pole_velocity"];
  const plain = { observation: { state }, action: { select: [1] } };
  const goal = "language.annotation.human.task_description";
  const dialects: readonly (readonly [string, Record<string, unknown>, string, string | undefined])[] = [
    ["openpi", plain, "prompt", noPython],
    ["roboarena", plain, "prompt", noPython],
    ["vla-eval", plain, "task_description", noPython],
    ["groot", { observation: { "state.cart": state }, action: { key: "force" } }, goal, noZmq],
  ];
  for (const [dialect, more, promptKey, reason] of dialects) {
    it(`${dialect}: and does from 0.2 s on what the other words say`, async (context) => {
      if (reason !== undefined) return context.skip(reason);
      const { address, stop } = await startPython(DIALECTS, [dialect]);
      onTestFinished(stop);
      const config = { ...more, promptKey, constants: { [promptKey]: "balance" } };
      const own = await roll(await openAt(address, undefined, config));
      const other = await roll(await openAt(address, drift({ fromSec: 0.2, wordings: ["rest"] }), config));
      for (const [lane, { requestedAction }] of other.entries()) {
        const force = requestedAction["force"]!;
        expect(force.subarray(0, 10)).toEqual(own[lane]!.requestedAction["force"]!.subarray(0, 10));
        expect(force.subarray(0, 10).every((value) => value !== 0)).toBe(true);
        expect([...force.subarray(10)]).toEqual(Array(10).fill(0));
      }
    });
  }
});
