import { describe, expect, it } from "vitest";
import type { Batch } from "../../../src/core/channels.ts";
import type { ActionChunk, Policy } from "../../../src/policy/policy.ts";
import { ScriptedPolicy } from "../../../src/policy/scripted.ts";
import { withObservationDelay } from "../../../src/policy/stressors/with-observation-delay.ts";
import { withObservationDropout } from "../../../src/policy/stressors/with-observation-dropout.ts";
import { withStressor } from "../../../src/policy/stressors/with-stressor.ts";
import { describePolicyContract } from "../../contracts/policy-contract.ts";
import { cart } from "../cart.ts";

const scripted = (): Promise<Policy> =>
  ScriptedPolicy.open({ name: "pd", scenario: cart, config: { action: { force: "angle + t" } } });

describePolicyContract("a policy with slow sensors", async () =>
  withObservationDelay(await scripted(), { steps: 2 }),
);
describePolicyContract(
  "a policy that loses observations",
  async () => withObservationDropout(await scripted(), { rate: 0.5 }),
  { usesSeed: true },
);

/** Answers with the position it is shown; its chunk counts on from there. Remembers the steps it was told. */
class Mirror implements Policy {
  readonly spec: Policy["spec"];
  steps: number[] = [];

  constructor(chunkLength = 1) {
    this.spec = {
      name: "mirror",
      observation: [],
      action: cart.action,
      controlPeriodSec: 0.02,
      chunkLength,
      stateful: false,
      deterministic: true,
    };
  }
  async reset(): Promise<void> {
    this.steps = [];
  }
  async act({ lanes, step, columns }: Batch): Promise<ActionChunk> {
    this.steps.push(step);
    return {
      actions: Array.from({ length: this.spec.chunkLength }, (_, k) => ({
        lanes,
        step: step + k,
        columns: { force: columns["position"]!.map((position) => position + k / 10) },
      })),
    };
  }
  async close(): Promise<void> {}
}

/** What the policy answers lane by lane to positions of 100 × lane + step. */
async function answers(policy: Policy, steps: number, seeds: readonly bigint[] = [1n]): Promise<number[][]> {
  await policy.reset(seeds.length, seeds);
  const found: number[][] = seeds.map(() => []);
  const position = new Float64Array(seeds.length);
  for (let step = 0; step < steps; step++) {
    // The world's buffer is one and the same: what is kept of it must be copied.
    seeds.forEach((_, lane) => (position[lane] = 100 * lane + step));
    const { actions } = await policy.act({ lanes: seeds.length, step, columns: { position } });
    found.forEach((lane, i) => lane.push(actions[0]!.columns["force"]![i]!));
  }
  return found;
}

describe("slow sensors", () => {
  it("show what was there the given number of steps ago, at first the beginning", async () => {
    const mirror = new Mirror();
    expect(await answers(withObservationDelay(mirror, { steps: 2 }), 6)).toEqual([[0, 0, 0, 1, 2, 3]]);
    expect(mirror.steps).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("count control steps also for a policy that answers with chunks", async () => {
    const chunked = withObservationDelay(new Mirror(3), { steps: 1 });
    expect(chunked.spec.chunkLength).toBe(1);
    expect(await answers(chunked, 7)).toEqual([[0, 0.1, 0.2, 2, 2.1, 2.2, 5]]);
  });

  it("refuse a delay that is no whole number of steps", () => {
    expect(() => withObservationDelay(new Mirror(), { steps: 1.5 })).toThrow(/whole number of control steps/);
  });
});

describe("lost observations", () => {
  it("leave the last one that arrived, and the first always arrives", async () => {
    const [seen] = await answers(withObservationDropout(new Mirror(), { rate: 0.4 }), 200);
    expect(seen![0]).toBe(0);
    const lost = seen!.map((value, step) => value !== step);
    seen!.forEach((value, step) => expect(value).toBe(lost[step] === true ? seen![step - 1]! : step));
    // Binomial, 199 × 0.4 = 80 with a standard deviation of 7.
    expect(lost.filter(Boolean).length).toBeGreaterThan(52);
    expect(lost.filter(Boolean).length).toBeLessThan(108);
  });

  it("are the same for the same seed, whatever is seen and in whatever lane", async () => {
    const policy = withObservationDropout(new Mirror(), { rate: 0.4 });
    const lostOf = (lane: readonly number[], base: number): number[] =>
      lane.flatMap((value, step) => (value === base + step ? [] : [step]));
    const [first, second, third] = await answers(policy, 60, [7n, 8n, 7n]);
    expect(lostOf(third!, 200)).toEqual(lostOf(first!, 0));
    expect(lostOf(second!, 100)).not.toEqual(lostOf(first!, 0));
    const [alone] = await answers(withObservationDropout(new Mirror(), { rate: 0.4 }), 60, [8n]);
    expect(lostOf(alone!, 0)).toEqual(lostOf(second!, 100));
  });

  it("are none at rate 0, and all but the first at rate 1", async () => {
    expect(await answers(withObservationDropout(new Mirror(), { rate: 0 }), 4)).toEqual([[0, 1, 2, 3]]);
    expect(await answers(withObservationDropout(new Mirror(), { rate: 1 }), 4)).toEqual([[0, 0, 0, 0]]);
    expect(() => withObservationDropout(new Mirror(), { rate: 2 })).toThrow(/probability/);
  });
});

describe("a stressor on the policy's side", () => {
  it("leaves the policy alone where it is about its commands, or about the contract", () => {
    const policy = new Mirror();
    expect(withStressor(policy, { kind: "action-delay", steps: 1 })).toBe(policy);
    expect(withStressor(policy, { kind: "parameter-shift", parameters: {} })).toBe(policy);
    expect(withStressor(policy, { kind: "observation-delay", steps: 1 })).not.toBe(policy);
    expect(withStressor(policy, { kind: "observation-dropout", rate: 0.1 })).not.toBe(policy);
  });
});
