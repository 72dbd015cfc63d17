import { describe, expect, it } from "vitest";
import type { ExamRun } from "../../src/exam/axis.ts";
import { measureAxes } from "../../src/exam/measure-axes.ts";
import { rollOutPairs } from "../../src/exam/pairs.ts";
import type { RolloutRequest, Rollouts } from "../../src/exam/rollouts.ts";
import { measureStressors } from "../../src/exam/stressors.ts";
import type { Stressors } from "../../src/report/result.ts";
import { createJudge } from "../../src/scenario/judge.ts";
import { type PolicyConfig, policySchema, type StressorConfig } from "../../src/scenario/schema.ts";
import type { Scenario } from "../../src/scenario/scenario.ts";
import { cart, fakeExam, type FakeExamOptions, fakeScenario, type Lane } from "./fake-exam.ts";

/** Truth's cart, whose mass is a parameter of the start. */
const massive: Lane = (first, start) => cart({ gain: 1 / start.parameters["mass"]! })(first, start);
/** Knows what 1 kg does and takes every cart for one. */
const ignorant: Lane = cart();

const BASE = fakeScenario();

function scenarioWith(stressors: Record<string, StressorConfig>): Scenario {
  return {
    ...BASE,
    stressors,
    derived: [],
    objects: [],
    parameters: [{ name: "mass", unit: "kg", nominal: 1, mujoco: [] }],
    // Some starts meet it and some do not.
    success: { formula: "always[0,8] abs(x) < 0.33 m" },
    thresholds: { ...BASE.thresholds, taskValidity: 0.8, resetReproducibility: 0.9 },
  };
}

/** An exam over 96 starts, with every request that is made of it. */
async function examOf(
  stressors: Record<string, StressorConfig>,
  options: Partial<FakeExamOptions> = {},
): Promise<{ run: ExamRun; asked: RolloutRequest[] }> {
  const fake = await fakeExam({
    candidate: ignorant,
    truth: massive,
    ...options,
    scenario: scenarioWith(stressors),
  });
  const panel = Array.from({ length: 96 }, (_, index) => ({
    index,
    initial: { x: [((index * 7) % 96) / 96 - 0.5], v: [((index * 29) % 96) / 96 - 0.5] },
    parameters: { mass: 1 },
    seed: BigInt(index),
  }));
  const contract = { ...fake.contract, panel };
  const judge = createJudge(contract.scenario);
  const asked: RolloutRequest[] = [];
  const rollouts: Rollouts = {
    run: (requests) => {
      asked.push(...requests);
      return fake.rollouts.run(requests);
    },
  };
  const pairs = await rollOutPairs(contract, rollouts, judge);
  return { run: { contract, judge, pairs, rollouts }, asked };
}

async function measured(run: ExamRun): Promise<Stressors> {
  const found = await measureStressors(run, (await measureAxes(run)).axes);
  if ("undefined" in found) throw new Error(found.undefined);
  return found;
}

describe("the stressors of an exam", () => {
  it("show where a stand-in breaks that is right without them, and by how much", async () => {
    const { run } = await examOf({
      longer: { kind: "horizon-extension", factor: 1.5 },
      heavier: { kind: "parameter-shift", parameters: { mass: 5 } },
    });
    const { starts, unstressed, stressors, broken } = await measured(run);
    expect(starts).toBe(64);
    expect(unstressed.controllability.score).toBe(1);
    const [longer, heavier] = stressors;
    // It moves six times as far as truth: 1 − (6 − 1) / (6 + 1).
    expect(heavier!.axes.controllability.score).toBeCloseTo(2 / 7, 12);
    expect(heavier!.difference.controllability).toBeCloseTo(-5 / 7, 12);
    expect(heavier!.axes.controllability.status).toBe("fail");
    expect(heavier!.weakestAxis).toBe("controllability");
    expect(longer!.axes.taskValidity.score).toBe(1);
    expect(longer!.description).toContain("12 s instead of 8 s: always[0,12] abs(x)");
    const rate = ({ truth, candidate }: (typeof longer & object)["policies"][number]): number =>
      truth.successes - candidate.successes;
    expect(longer!.policies.map(rate)).toEqual([0]);
    expect(broken[0]).toEqual({ stressor: "heavier", axis: "controllability" });
    expect(broken.every(({ stressor }) => stressor === "heavier")).toBe(true);
  });

  it("stress truth and candidate alike, and nothing that repeats what was applied", async () => {
    const { run, asked } = await examOf({ late: { kind: "action-delay", steps: 2 } });
    const [late] = (await measured(run)).stressors;
    const stressed = asked.filter(({ world }) => world.stressor !== undefined);
    const worlds = (kind: RolloutRequest["drive"]["kind"]): string[] =>
      stressed.filter(({ drive }) => drive.kind === kind).map(({ world }) => world.name);
    expect(worlds("policy")).toEqual(["truth", "candidate"]);
    // The counterfactual scripts; windows that are taken up half-way run in the bare worlds.
    expect(worlds("actions").sort()).toEqual(["candidate", "candidate", "truth", "truth"]);
    expect(late!.axes.resetReproducibility.status).toBe("not-applicable");
  });

  it("roll nothing out for an axis that they cannot change", async () => {
    const { run, asked } = await examOf({ lost: { kind: "observation-dropout", rate: 0.5 } });
    const [lost] = (await measured(run)).stressors;
    expect(lost!.axes.controllability).toMatchObject({ status: "not-applicable", score: null });
    expect(lost!.axes.controllability.reason).toContain("commanded without a policy");
    expect(lost!.axes.temporalConsistency.score).not.toBeNull();
    const stressed = asked.filter(({ world }) => world.stressor !== undefined);
    expect(stressed.map(({ drive }) => drive.kind)).toEqual(["policy", "policy"]);
  });

  it("that are seen in pictures alone are not put to a world that goes on from numbers, or does not see them", async () => {
    const light = { kind: "lighting", brightness: 0.5 } as const;
    const lights: Record<string, StressorConfig> = {
      lamp: { ...light, slope: [0, 0], colour: [255, 255, 255], from: 1 },
      sunset: { ...light, slope: [0, 0], colour: [255, 255, 255], from: 0 },
    };
    const { run: blind, asked } = await examOf(lights);
    asked.length = 0;
    const { stressors, unstressed } = await measured(blind);
    expect(unstressed.taskValidity.score).not.toBeNull();
    for (const { axes, policies, changed } of stressors) {
      expect(axes.taskValidity).toMatchObject({ status: "not-applicable", score: null });
      expect(axes.taskValidity.reason).toBe("candidate goes on from numbers, not from pictures");
      expect([policies, changed]).toEqual([[], undefined]);
    }
    const policies = blind.contract.policies.map((policy) => ({ ...policy, looks: true as const }));
    const watched = await measured({ ...blind, contract: { ...blind.contract, policies } });
    for (const { axes } of watched.stressors) expect(axes.taskValidity.score).toBe(1);
    const { run } = await examOf(lights, { candidateSays: { sees: "first" } });
    const [lamp, sunset] = (await measured(run)).stressors;
    expect(sunset!.axes.taskValidity.reason).toContain("where it begins and never again");
    expect(lamp!.axes.taskValidity.score).toBe(1);
    expect(lamp!.changed).toMatchObject({ truth: { value: 0, n: 64 }, candidate: { value: 0, n: 64 } });
    expect(lamp!.description).toBe("another light on the scene: 0.5 times as bright");
    expect(sunset!.description).toContain("growing from none at the start to all at the end");
  });

  it("that say something in other words are not put to those that are told nothing, and it is said", async () => {
    const wordings = ["rest", "stay where you are"];
    const { run, asked } = await examOf({
      goal: { kind: "prompt-drift", of: "policy", wordings, fromSec: 0 },
      scene: { kind: "prompt-drift", of: "world", wordings, fromSec: 2 },
    });
    asked.length = 0;
    const { stressors, broken } = await measured(run);
    const [goal, scene] = stressors.map(({ axes }) => axes.taskValidity);
    expect([goal!.status, scene!.status]).toEqual(["not-applicable", "not-applicable"]);
    expect(goal!.reason).toMatch(/^no policy of this exam is told its goal in words/);
    expect(scene!.reason).toMatch(/^neither truth nor candidate is told anything in words/);
    expect(stressors.flatMap(({ policies, wordings: each = [] }) => [policies, each].flat())).toEqual([]);
    expect(broken).toEqual([]);
    expect(asked.filter(({ world }) => world.stressor !== undefined)).toEqual([]);
  });

  it("count by wording, in the policies that are told one, how truth and candidate end", async () => {
    const wordings = ["rest", "stay where you are", "keep still"];
    const { run } = await examOf({
      goal: { kind: "prompt-drift", of: "policy", wordings, fromSec: 1.5 },
    });
    const remote = (constants: Record<string, string>): PolicyConfig =>
      policySchema.parse({ kind: "remote", url: "ws://127.0.0.1:1", constants });
    const policies = [
      { name: "told", config: remote({ prompt: "settle" }) },
      { name: "deaf", config: remote({ robot: "cart" }) },
    ];
    const contract = { ...run.contract, policies };
    const pairs = await rollOutPairs(contract, run.rollouts, run.judge);
    const [goal] = (await measured({ ...run, contract, pairs })).stressors;
    expect(goal!.description).toBe(
      "what policies are told to do is said in one of 3 other ways, drawn for each start, from 1.5 s on; " +
        "deaf, told nothing in words, goes on as ever",
    );
    expect(goal!.axes.controllability.reason).toContain("commanded without a policy");
    expect(goal!.changed).toMatchObject({ truth: { value: 0, n: 64 }, candidate: { value: 0, n: 64 } });
    const [own, ...each] = goal!.wordings!;
    expect(own).toEqual({
      wording: null,
      truth: goal!.policies[0]!.truth,
      candidate: goal!.policies[0]!.candidate,
    });
    expect(each.map(({ wording }) => wording)).toEqual(wordings);
    const sum = (count: (one: (typeof each)[number]) => number): number =>
      each.reduce((total, one) => total + count(one), 0);
    expect(sum(({ truth }) => truth.trials)).toBe(64);
    expect(sum(({ truth }) => truth.successes)).toBe(own!.truth.successes);
    // Drawn evenly: 64 / 3 with a standard deviation of 3.8.
    for (const { candidate } of each) expect(Math.abs(candidate.trials - 64 / 3)).toBeLessThan(4 * 3.8);
  });

  it("say why there are none", async () => {
    const reason = async (run: ExamRun): Promise<unknown> =>
      measureStressors(run, (await measureAxes(run)).axes);
    const { run: calm } = await examOf({});
    expect(await reason(calm)).toEqual({ undefined: "the scenario declares no stressors" });
    const { run } = await examOf({ lost: { kind: "observation-dropout", rate: 0.5 } });
    const without = { ...run, contract: { ...run.contract, without: ["stressors"] as const } };
    expect(await reason(without)).toEqual({ undefined: "left out on request (--without stressors)" });
    const { run: recorded } = await examOf(
      { lost: { kind: "observation-dropout", rate: 0.5 } },
      { truthSays: { respondsToActions: false } },
    );
    expect(await reason(recorded)).toEqual({
      undefined: "truth is a recording: nothing can be made harder in it",
    });
  });
});
