import { beforeAll, describe, expect, it } from "vitest";
import type { Trace } from "../../src/core/trace.ts";
import { policyRef, worldRef } from "../../src/compose.ts";
import { runJob } from "../../src/fleet/run-job.ts";
import { loadScenario } from "../../src/scenario/load.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import type { StressorConfig } from "../../src/scenario/schema.ts";

describe("a job under a stressor", () => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await loadScenario("cartpole");
  });

  async function traces(world: string, stressor: StressorConfig | undefined): Promise<readonly Trace[]> {
    const ref = await worldRef(scenario, world);
    const { traces } = await runJob({
      scenario,
      world: stressor === undefined ? ref : { ...ref, stressor },
      drive: { kind: "policy", policy: policyRef(scenario, "hand-tuned") },
      starts: drawPanel(scenario, { count: 6 }),
      horizonSteps: 40,
      stepDeadlineMs: 30_000,
    });
    return traces;
  }

  /** What `hand-tuned` answers to the observation of a step (its gains stand in the manifest). */
  const answer = ({ observation }: Trace, step: number): number =>
    1.5 * observation["cart_position"]![step]! +
    2.5 * observation["cart_velocity"]![step]! +
    30 * observation["pole_angle"]![step]! +
    8 * observation["pole_velocity"]![step]!;
  const clipped = (force: number): number => Math.min(25, Math.max(-25, force));

  it("records what the world did, while the policy saw it late", async () => {
    for (const trace of await traces("linear", { kind: "observation-delay", steps: 3 })) {
      for (let k = 0; k < trace.steps; k++) {
        expect(trace.requestedAction["force"]![k]).toBeCloseTo(answer(trace, Math.max(0, k - 3)), 9);
        expect(trace.appliedAction["force"]![k]).toBe(clipped(trace.requestedAction["force"]![k]!));
      }
    }
  });

  it("loses the same observations in truth and candidate", async () => {
    const lost = (trace: Trace): boolean[] =>
      Array.from({ length: trace.steps }, (_, k) => {
        const given = trace.requestedAction["force"]![k]!;
        return Math.abs(given - answer(trace, k)) > 1e-9;
      });
    const stressor = { kind: "observation-dropout", rate: 0.3 } as const;
    const truth = (await traces("mujoco", stressor)).map(lost);
    const candidate = (await traces("linear", stressor)).map(lost);
    expect(truth.flat().filter(Boolean).length).toBeGreaterThan(40);
    truth.forEach((lane, i) => {
      const both = Math.min(lane.length, candidate[i]!.length);
      expect(candidate[i]!.slice(0, both)).toEqual(lane.slice(0, both));
    });
    expect(truth[1]).not.toEqual(truth[0]);
  });

  it("records as requested what the policy asked for, and as applied what arrived late", async () => {
    for (const trace of await traces("linear", { kind: "action-delay", steps: 2 })) {
      const { requestedAction, appliedAction } = trace;
      for (let k = 0; k < trace.steps; k++) {
        expect(requestedAction["force"]![k]).toBeCloseTo(answer(trace, k), 9);
        expect(appliedAction["force"]![k]).toBe(k < 2 ? 0 : clipped(requestedAction["force"]![k - 2]!));
      }
    }
  });

  it("is disturbed alike in truth and candidate", async () => {
    const stressor = { kind: "action-noise", std: { force: 1 } } as const;
    const noise = ({ requestedAction, appliedAction, steps }: Trace): number[] =>
      Array.from({ length: steps }, (_, k) => {
        const applied = appliedAction["force"]![k]!;
        return Math.abs(applied) === 25 ? NaN : applied - clipped(requestedAction["force"]![k]!);
      });
    const truth = (await traces("mujoco", stressor)).map(noise);
    const candidate = (await traces("linear", stressor)).map(noise);
    let compared = 0;
    truth.forEach((lane, i) =>
      lane.forEach((value, k) => {
        const other = candidate[i]![k] ?? NaN;
        if (Number.isNaN(value) || Number.isNaN(other)) return;
        expect(other).toBeCloseTo(value, 9);
        compared++;
      }),
    );
    expect(compared).toBeGreaterThan(100);
  });
});
