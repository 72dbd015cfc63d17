import { describe, expect, it } from "vitest";
import type { LaneHandOver } from "../../src/core/hand-over.ts";
import type { Trace } from "../../src/core/trace.ts";
import type { Contract } from "../../src/exam/contract.ts";
import { handOversOf } from "../../src/exam/hand-overs.ts";
import { madeOf } from "../../src/exam/made-of.ts";
import type { Pair } from "../../src/exam/pairs.ts";

const config = {
  kind: "switched",
  learned: "net",
  physics: "engine",
  when: {},
  hysteresis: 0,
  dwellSteps: 1,
};
const contract = {
  candidate: { name: "hybrid", config, stochastic: false, respondsToActions: true },
  scenario: { controlPeriodSec: 0.1, horizonSteps: 20, thresholds: { confidence: 0.95 } },
} as unknown as Contract;

function at(step: number, cause: string, holds: boolean): LaneHandOver {
  const [from, to] = holds ? ["net", "engine"] : ["engine", "net"];
  return { step, from: from, to: to, cause, holds, value: 1, threshold: 0 };
}

function pair(policy: string, start: number, steps: number, handOvers?: LaneHandOver[]): Pair {
  const candidate = { steps, ...(handOvers === undefined ? {} : { handOvers }) } as unknown as Trace;
  return { policy, start, candidate } as unknown as Pair;
}

const pairs = [
  // Physics: steps 2 … 5 for contact, 10 … 19 for doubt.
  pair("bold", 0, 20, [at(2, "contact", true), at(6, "contact", false), at(10, "uncertainty", true)]),
  pair("bold", 1, 20),
  // It ends in physics' hands after 8 steps, 3 of them by physics.
  pair("shy", 0, 8, [at(5, "contact", true)]),
];

describe("who made the steps of a switched world", () => {
  it("is counted over all, by cause, by policy and over time", () => {
    expect(handOversOf(contract, pairs)).toMatchObject({
      ...{ learned: "net", physics: "engine", steps: 48, stepsByPhysics: 17, rollouts: 3, withoutPhysics: 1 },
      physicsShare: { value: 17 / 48, n: 48 },
      handOvers: 4,
      causes: [
        { cause: "uncertainty", times: 1, stepsByPhysics: 10 },
        { cause: "contact", times: 2, stepsByPhysics: 7 },
      ],
      policies: [
        { policy: "bold", steps: 40, stepsByPhysics: 14, handOvers: 3 },
        { policy: "shy", steps: 8, stepsByPhysics: 3, handOvers: 1 },
      ],
    });
  });

  it("is, over time, what it is in all", () => {
    const { overTime } = handOversOf(contract, pairs)!;
    expect(overTime).toHaveLength(10);
    expect(overTime[1]).toEqual({ fromSec: 0.2, toSec: 0.4, steps: 6, stepsByPhysics: 2 });
    expect(overTime[2]).toEqual({ fromSec: 0.4, toSec: 0.6000000000000001, steps: 6, stepsByPhysics: 3 });
    expect(overTime.reduce((sum, { steps }) => sum + steps, 0)).toBe(48);
    expect(overTime.reduce((sum, { stepsByPhysics }) => sum + stepsByPhysics, 0)).toBe(17);
  });

  it("says where", () => {
    expect(handOversOf(contract, pairs)!.list[3]).toEqual({
      ...{ policy: "shy", start: 0, atSec: 0.5 },
      ...at(5, "contact", true),
    });
  });

  it("is nobody's question of a world of one piece", () => {
    const candidate = { ...contract.candidate, config: { kind: "onnx", card: "net.world.yaml" } } as const;
    expect(handOversOf({ ...contract, candidate }, pairs)).toBeUndefined();
  });
});

describe("a verdict on a hybrid", () => {
  const part = { kind: "mujoco", isTruth: false };

  it("says what share of it physics made, and which physics", () => {
    const parts = [
      { ...part, role: "learned", name: "net" },
      { ...part, role: "physics", name: "engine" },
    ] as const;
    const found = handOversOf(contract, pairs);
    expect(madeOf({ name: "hybrid", kind: "switched", parts: [...parts] }, found)).toBe(
      " 35 % of its steps are made by physics, engine.",
    );
    const honest = [parts[0], { ...parts[1], isTruth: true }];
    expect(madeOf({ name: "hybrid", kind: "switched", parts: honest }, found)).toMatch(
      /by physics, engine, which is truth itself: there the verdict says nothing of a model\./,
    );
  });

  it("says of a residual what it is added to; of a world of one piece nothing", () => {
    const parts = [{ ...part, role: "base" as const, name: "ideal" }];
    expect(madeOf({ name: "sum", kind: "residual", parts }, undefined)).toBe(
      " Every step of it is made by ideal and corrected by a learned residual.",
    );
    expect(madeOf({ name: "net", kind: "onnx" }, undefined)).toBe("");
  });
});
