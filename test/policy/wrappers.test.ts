import { describe, expect, it } from "vitest";
import type { Batch } from "../../src/core/channels.ts";
import type { ActionChunk, Policy } from "../../src/policy/policy.ts";
import { ScriptedPolicy } from "../../src/policy/scripted.ts";
import { withActionScale } from "../../src/policy/with-action-scale.ts";
import { withChunks } from "../../src/policy/with-chunks.ts";
import { withLatency } from "../../src/policy/with-latency.ts";
import { describePolicyContract } from "../contracts/policy-contract.ts";
import { cart } from "./cart.ts";

const noisy = (): Promise<Policy> =>
  ScriptedPolicy.open({
    name: "pd",
    scenario: cart,
    config: { action: { force: "angle + t" }, noise: { force: 0.1 } },
  });

describePolicyContract("latency of a scripted policy", async () => withLatency(await noisy(), { steps: 2 }), {
  usesSeed: true,
});
describePolicyContract("chunks of a scripted policy", async () => withChunks(await noisy(), { length: 3 }), {
  usesSeed: true,
});
describePolicyContract(
  "latency of chunks",
  async () => withLatency(withChunks(await noisy(), { length: 4, execute: 2 }), { steps: 1 }),
  { usesSeed: true },
);

/** Answers with the step it was asked at: step × 10 + position in the chunk. Counts its calls. */
class Echo implements Policy {
  readonly spec: Policy["spec"];
  calls: number[] = [];

  constructor(chunkLength: number) {
    this.spec = {
      name: "echo",
      observation: [],
      action: cart.action,
      controlPeriodSec: 0.02,
      chunkLength,
      stateful: false,
      deterministic: true,
    };
  }
  async reset(): Promise<void> {
    this.calls = [];
  }
  async act({ lanes, step }: Batch): Promise<ActionChunk> {
    this.calls.push(step);
    return {
      actions: Array.from({ length: this.spec.chunkLength }, (_, k) => ({
        lanes,
        step: step + k,
        columns: { force: new Float64Array(lanes).fill(10 * step + k) },
      })),
    };
  }
  async close(): Promise<void> {}
}

async function forces(policy: Policy, steps: number): Promise<number[]> {
  await policy.reset(1, [0n]);
  const found: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { actions } = await policy.act({ lanes: 1, step, columns: {} });
    expect(actions).toHaveLength(1);
    expect(actions[0]!.step).toBe(step);
    found.push(actions[0]!.columns.force![0]!);
  }
  return found;
}

describe("latency", () => {
  it("lets an action take effect the given number of steps after its observation, 0 before", async () => {
    expect(await forces(withLatency(new Echo(1), { steps: 2 }), 5)).toEqual([0, 0, 0, 10, 20]);
  });

  it("refuses chunks and odd step counts", () => {
    expect(() => withLatency(new Echo(3), { steps: 1 })).toThrow(/withLatency\(withChunks/);
    expect(() => withLatency(new Echo(1), { steps: 0 })).toThrow(/whole number of control steps/);
  });
});

describe("chunks", () => {
  it("executes a chunk to its end before asking again", async () => {
    const echo = new Echo(3);
    expect(await forces(withChunks(echo, { length: 3 }), 7)).toEqual([0, 1, 2, 30, 31, 32, 60]);
    expect(echo.calls).toEqual([0, 3, 6]);
  });

  it("asks again after `execute` of them", async () => {
    const echo = new Echo(4);
    expect(await forces(withChunks(echo, { length: 3, execute: 2 }), 5)).toEqual([0, 1, 20, 21, 40]);
  });

  it("holds the action of a policy that gives one a call", async () => {
    expect(await forces(withChunks(new Echo(1), { length: 3 }), 5)).toEqual([0, 0, 0, 30, 30]);
  });

  it("asks afresh after a reset, even in the middle of a chunk", async () => {
    const policy = withChunks(new Echo(3), { length: 3 });
    await forces(policy, 2);
    expect(await forces(policy, 2)).toEqual([0, 1]);
  });

  it("comes before latency", async () => {
    const policy = withLatency(withChunks(new Echo(2), { length: 2 }), { steps: 1 });
    expect(await forces(policy, 5)).toEqual([0, 0, 1, 20, 21]);
  });

  it("refuses more than the policy gives, and executing more than is asked", () => {
    expect(() => withChunks(new Echo(3), { length: 4 })).toThrow(/chunk.length[^]*1 to 3/);
    expect(() => withChunks(new Echo(3), { length: 2, execute: 3 })).toThrow(/chunk.execute[^]*1 to 2/);
  });
});

describePolicyContract("scaled actions", async () => withActionScale(await noisy(), { scale: 1.5 }), {
  usesSeed: true,
});

describe("withActionScale", () => {
  it("multiplies every action and leaves the policy's own buffers alone", async () => {
    const echo = new Echo(2);
    const policy = withActionScale(echo, { scale: 0.5 });
    await policy.reset(1, [0n]);
    const { actions } = await policy.act({ lanes: 1, step: 3, columns: {} });
    expect(actions.map(({ columns }) => columns["force"]![0])).toEqual([15, 15.5]);
  });

  it("refuses a scale that would freeze or reverse the policy", () => {
    expect(() => withActionScale(new Echo(1), { scale: 0 })).toThrow(/positive/);
  });
});
