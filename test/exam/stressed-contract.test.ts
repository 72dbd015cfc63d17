import { describe, expect, it } from "vitest";
import type { Contract } from "../../src/exam/contract.ts";
import { describeStressor, stressedContract } from "../../src/exam/stressed-contract.ts";
import type { StressorConfig } from "../../src/scenario/schema.ts";
import { cart, fakeExam, fakeScenario } from "./fake-exam.ts";

const scenario = {
  ...fakeScenario(),
  success: { formula: "always[6,8] abs(x) < 0.1 m", ends: "abs(x) > 2 m" },
  parameters: [{ name: "mass", unit: "kg", nominal: 1, mujoco: [] }],
};

async function contractOf(): Promise<Contract> {
  const { contract } = await fakeExam({ candidate: cart(), scenario });
  return {
    ...contract,
    panel: contract.panel.map((start, i) => ({ ...start, parameters: { mass: 1 + i / 10 } })),
  };
}

describe("a stressed contract", () => {
  it.each<StressorConfig>([
    { kind: "action-delay", steps: 2 },
    { kind: "action-noise", std: { force: 0.1 } },
    { kind: "observation-delay", steps: 1 },
    { kind: "observation-dropout", rate: 0.2 },
    { kind: "lighting", brightness: 0.5, slope: [0, 0], colour: [255, 255, 255], from: 1 },
    { kind: "prompt-drift", of: "policy", wordings: ["rest"], fromSec: 0 },
  ])("puts $kind between policy and world, the same in truth and candidate", async (stressor) => {
    const contract = await contractOf();
    const harder = stressedContract(contract, stressor, 10);
    expect(harder.truth).toEqual({ ...contract.truth, stressor });
    expect(harder.candidate).toEqual({ ...contract.candidate, stressor });
    expect(harder.panel).toEqual(contract.panel.slice(0, 10));
    expect(harder.scenario).toBe(contract.scenario);
  });

  it("adds a parameter shift to the value of each start", async () => {
    const contract = await contractOf();
    const harder = stressedContract(contract, { kind: "parameter-shift", parameters: { mass: -0.5 } }, 3);
    expect(harder.panel.map(({ parameters }) => parameters["mass"])).toEqual([0.5, 1.1 - 0.5, 1.2 - 0.5]);
    expect(harder.panel.map(({ seed }) => seed)).toEqual([0n, 1n, 2n]);
    expect(harder.truth).toEqual(contract.truth);
    expect(contract.panel[0]!.parameters["mass"]).toBe(1);
  });

  it("lengthens the horizon and the times of the success formula by the same factor", async () => {
    const contract = await contractOf();
    const harder = stressedContract(contract, { kind: "horizon-extension", factor: 1.1 }, 3);
    expect(harder.scenario.horizonSteps).toBe(88);
    expect(harder.scenario.success).toEqual({
      formula: "always[6.6,8.8] abs(x) < 0.1 m",
      ends: "abs(x) > 2 m",
    });
  });

  it("is told in words with numbers and units", () => {
    const say = (stressor: StressorConfig): string => describeStressor(stressor, scenario);
    expect(say({ kind: "action-delay", steps: 3 })).toBe("commands take effect 3 control steps (0.3 s) late");
    expect(say({ kind: "observation-delay", steps: 1 })).toBe(
      "the policy sees everything 1 control step (0.1 s) late",
    );
    expect(say({ kind: "action-noise", std: { force: 0.5 } })).toContain("0.5 N force");
    expect(say({ kind: "observation-dropout", rate: 0.07 })).toContain("7 %");
    expect(say({ kind: "parameter-shift", parameters: { mass: -0.5 } })).toContain("−0.5 kg mass");
    const warm = { kind: "lighting", brightness: 0.6 } as const;
    expect(say({ ...warm, slope: [-0.4, 0], colour: [255, 217, 168], from: 0.5 })).toBe(
      "another light on the scene: 0.6 times as bright, 40 % more from the left, coloured #ffd9a8, growing from 50 % of it at the start",
    );
    expect(say({ kind: "context-drift", noise: 0.08, contrast: 0.4, from: 0 })).toContain(
      "noise of 8 % of full brightness, 40 % of the contrast left, growing from none",
    );
    expect(say({ kind: "prompt-drift", of: "world", wordings: ["a dark hall"], fromSec: 2.5 })).toBe(
      "what worlds are told in words is said in another way, from 2.5 s on",
    );
    expect(say({ kind: "horizon-extension", factor: 2 })).toContain("16 s instead of 8 s: always[12,16]");
  });
});
