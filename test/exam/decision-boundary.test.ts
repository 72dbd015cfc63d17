import { describe, expect, it } from "vitest";
import type { Outcome, Start, Trace } from "../../src/core/trace.ts";
import { decisionBoundary, decisionBoundaryScore } from "../../src/exam/axes/decision-boundary.ts";
import type { ExamRun } from "../../src/exam/axis.ts";
import type { Contract, WorldRef } from "../../src/exam/contract.ts";
import { rollOutPairs } from "../../src/exam/pairs.ts";
import type { RolloutRequest, Rollouts } from "../../src/exam/rollouts.ts";
import { boundarySchema, type Boundary } from "../../src/report/boundary-schema.ts";
import type { Judge } from "../../src/scenario/judge.ts";
import { drawPanel } from "../../src/scenario/panel.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";

/** The margin of a start under a policy; null: the rollout breaks. */
type Margin = (at: { x: number; y: number; mass: number }, policy: string) => number | null;

/** Reach of a policy: it succeeds where hypot(x, y) + mass − 1 is smaller. */
const REACH: Readonly<Record<string, number>> = { strong: 0.8, middling: 0.6, weak: 0.45, hopeless: -9 };
const disc =
  (further = 0): Margin =>
  ({ x, y, mass }, policy) =>
    10 * (REACH[policy]! + further - Math.hypot(x, y) - 0.2 * (mass - 1));

function scenario(): Scenario {
  const channel = { unit: "m", kind: "linear", shape: [], size: 1, tolerance: 0.1 } as const;
  const across = (name: string) => ({
    key: name,
    unit: "m",
    range: [-1, 1] as const,
    target: { kind: "channel", channel: name, component: 0 } as const,
  });
  return {
    name: "disc",
    file: "disc/scenario.yaml",
    sha256: "0".repeat(64),
    controlPeriodSec: 0.1,
    horizonSteps: 1,
    observation: [
      { ...channel, name: "x" },
      { ...channel, name: "y" },
    ],
    action: [],
    parameters: [{ name: "mass", unit: "kg", nominal: 1, mujoco: [] }],
    dimensions: [
      across("x"),
      across("y"),
      { key: "mass", unit: "kg", range: [0.5, 1.5], target: { kind: "parameter", parameter: "mass" } },
    ],
    panel: { method: "sobol", count: 48, seed: 1 },
    thresholds: { decisionBoundary: 0.8, bandMargin: 0.5, confidence: 0.95 },
  } as unknown as Scenario;
}

class Recorded implements Rollouts {
  readonly asked: RolloutRequest[] = [];
  readonly #worlds: Readonly<Record<string, Margin>>;

  constructor(worlds: Readonly<Record<string, Margin>>) {
    this.#worlds = worlds;
  }

  run(requests: readonly RolloutRequest[]): Promise<readonly (readonly Trace[])[]> {
    this.asked.push(...requests);
    return Promise.resolve(
      requests.map(({ world, drive, starts }) =>
        starts.map((start): Trace => {
          const policy = drive.kind === "policy" ? drive.policy.name : "";
          const margin = this.#worlds[world.name]!(placeOf(start), policy);
          return {
            start,
            steps: 1,
            controlPeriodSec: 0.1,
            end: "horizon",
            observation: { margin: Float64Array.of(margin ?? NaN) },
            requestedAction: {},
            appliedAction: {},
          };
        }),
      ),
    );
  }
}

function placeOf({ initial, parameters }: Start): { x: number; y: number; mass: number } {
  return { x: initial["x"]![0]!, y: initial["y"]![0]!, mass: parameters["mass"]! };
}

const judge: Judge = {
  outcome(trace): Outcome {
    const margin = trace.observation["margin"]![0]!;
    if (Number.isNaN(margin)) return { kind: "fault", margin: null };
    return { kind: margin > 0 ? "success" : "failure", margin };
  },
  margin: (trace) => trace.observation["margin"]![0]!,
  ended: ({ lanes }) => new Uint8Array(lanes),
};

async function examOf(
  candidate: Margin,
  { policies = ["strong", "middling", "weak"], truth = disc(), starts = 48 } = {},
): Promise<ExamRun & { rollouts: Recorded }> {
  const ref = (name: string): WorldRef => ({
    name,
    config: { kind: "linear", model: "" },
    stochastic: false,
    respondsToActions: true,
  });
  const contract: Contract = {
    scenario: scenario(),
    truth: ref("truth"),
    candidate: ref("candidate"),
    policies: policies.map((name) => ({ name, config: { kind: "scripted" } })),
    panel: drawPanel(scenario(), { count: starts }),
    seed: 1n,
  };
  const rollouts = new Recorded({ truth, candidate });
  return { contract, judge, rollouts, pairs: await rollOutPairs(contract, rollouts, judge) };
}

const measured = async (run: ExamRun) => {
  const { axis, details } = await decisionBoundary.measure(run);
  if ("undefined" in details) throw new Error(details.undefined);
  return { axis, details: boundarySchema.parse(details) };
};
const valueOf = (measure: Boundary["bias"]): number => {
  if ("undefined" in measure) throw new Error(measure.undefined);
  return measure.value;
};

describe("the decision boundary", () => {
  it("passes truth against itself with 48 starts and 3 policies, with nothing displaced", async () => {
    const { axis, details } = await measured(await examOf(disc()));
    expect(axis).toMatchObject({ status: "pass", score: 1 });
    expect(axis.interval![0]).toBeGreaterThan(0.8);
    expect(details).toMatchObject({ fp: 0, fn: 0, iou: { value: 1 }, bias: { value: 0, interval: [0, 0] } });
    expect(valueOf(details.meanSymmetric)).toBe(0);
    expect(details.flips.dimensions.map(({ truthOnly, candidateOnly }) => truthOnly + candidateOnly)).toEqual(
      [0, 0, 0],
    );
    expect(details.flips.dimensions[0]!.both).toBeGreaterThan(3);
    expect(details.parameters[0]!.bias).toMatchObject({ value: 0 });
  });

  it("fails a candidate that is optimistic, and says by how much it is displaced, and the worst policy", async () => {
    const { axis, details } = await measured(await examOf(disc(0.2), { starts: 96 }));
    expect(axis.status).toBe("fail");
    expect(axis.reason).toContain("optimistic");
    expect(axis.reason).toMatch(/(strong|middling|weak) agrees least/);
    expect(details.fn).toBe(0);
    expect(details.fp).toBeGreaterThan(0);
    // 0.2 of a box 2 wide: the circle of truth lies 0.1 of the side inside the candidate's; a ray aslant goes further.
    expect(valueOf(details.bias)).toBeGreaterThan(0.09);
    expect(valueOf(details.bias)).toBeLessThan(0.2);
    expect(valueOf(details.meanSymmetric)).toBeGreaterThan(0.07);
    expect(valueOf(details.meanSymmetric)).toBeLessThan(0.13);
    // A kilogram costs 0.2 of reach: the candidate bears 1 kg more than truth, where the range allows it.
    const { bias, crossings } = details.parameters[0]!;
    expect(valueOf(bias)).toBeGreaterThan(0);
    for (const { truth, candidate } of crossings) {
      if (truth !== null && candidate !== null) expect(candidate - truth).toBeCloseTo(1, 1);
    }
  });

  it("tells pessimism from optimism", async () => {
    const { axis, details } = await measured(await examOf(disc(-0.2), { policies: ["middling"] }));
    expect(axis.reason).toContain("pessimistic");
    expect(valueOf(details.bias)).toBeLessThan(-0.05);
    expect(details.fp).toBe(0);
  });

  it("counts a fault as a disagreement near the boundary, and in no rate", async () => {
    const breaks: Margin = (at, policy) => (at.x > 0 ? null : disc()(at, policy));
    const { axis, details } = await measured(await examOf(breaks, { policies: ["middling"] }));
    expect(axis.score).toBeLessThan(0.8);
    expect(details.tp + details.fp + details.fn + details.tn).toBeLessThan(48);
    expect(details.iou).toMatchObject({ value: 1 });
  });

  it("says, and does not score, a policy with one outcome only in truth", async () => {
    const run = await examOf(disc(), { policies: ["strong", "hopeless"] });
    const { axis, details } = await measured(run);
    expect(axis.score).toBe(1);
    expect(axis.reason).toContain("one outcome only: hopeless");
    expect(details.oneSided).toEqual([
      { policy: "hopeless", outcome: "failure", n: 48, candidateDiffers: 0 },
    ]);
    expect(details.policies.map(({ policy }) => policy)).not.toContain("hopeless");
  });

  it("has no score where truth has no boundary at all", async () => {
    const { axis, details } = await decisionBoundary.measure(
      await examOf(disc(), { policies: ["hopeless"] }),
    );
    expect(axis).toMatchObject({ status: "undefined", score: null });
    expect(axis.reason).toContain("hopeless ends in failure from every start");
    expect(details).toHaveProperty("undefined");
  });

  it("widens the band where margins jump, on both sides, and says so", async () => {
    const jump =
      (margin: Margin): Margin =>
      (at, policy) =>
        margin(at, policy)! > 0 ? 2 : -19;
    const passesAll: Margin = () => 2;
    const { axis, details } = await measured(
      await examOf(passesAll, { truth: jump(disc()), policies: ["middling", "weak"] }),
    );
    expect(details.band.widened).toBe(true);
    expect(axis.reason).toContain("the nearest fifth of either");
    // An always-passing candidate agrees on truth's successes alone: not on most of a one-sided band.
    expect(axis.score).toBeLessThan(0.7);
  });

  it("spends its truth rollouts where the sign is open, within the budget, and keeps them out of every rate", async () => {
    const run = await examOf(disc(0.05), { starts: 64 });
    const before = run.rollouts.asked.length;
    const { details } = await measured(run);
    expect(details.sampling.spent).toBeLessThanOrEqual(details.sampling.budget);
    expect(details.sampling.policies.length).toBe(2);
    expect(details.tp + details.fp + details.fn + details.tn).toBe(3 * 64);
    const drawn = run.rollouts.asked
      .slice(before)
      .filter(({ world, starts }) => world.name === "truth" && starts.length === 16)
      .slice(0, 8);
    const distances = drawn.flatMap(({ drive, starts }) =>
      starts.map((start) =>
        Math.abs(disc()(placeOf(start), drive.kind === "policy" ? drive.policy.name : "")!),
      ),
    );
    const panel = run.pairs.map(({ truthOutcome }) => Math.abs(truthOutcome.margin!));
    const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
    expect(middle(distances)).toBeLessThan(middle(panel) / 2);
  });

  it("gives the same details for the same contract", async () => {
    const once = async () =>
      JSON.stringify((await measured(await examOf(disc(0.1), { policies: ["weak"], starts: 32 }))).details);
    expect(await once()).toBe(await once());
  });

  it("has its score from the panel alone where no further rollout can be afforded", async () => {
    const run = await examOf(disc(0.2), { policies: ["middling"] });
    const asked = run.rollouts.asked.length;
    const score = decisionBoundaryScore(run);
    expect(run.rollouts.asked.length).toBe(asked);
    expect(score.score).toBe((await decisionBoundary.measure(run)).axis.score);
  });
});
