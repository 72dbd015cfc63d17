import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import type { Outcome } from "../../src/core/trace.ts";
import { policyTransfer } from "../../src/exam/axes/policy-transfer.ts";
import type { ExamRun } from "../../src/exam/axis.ts";
import type { Pair } from "../../src/exam/pairs.ts";
import { transferSchema } from "../../src/report/transfer-schema.ts";

type Kind = Outcome["kind"];

/** An exam in which each policy succeeds from the easiest starts in truth, and as `candidate` says in the candidate. */
function runOf(
  rates: readonly number[],
  starts: number,
  candidate: (truth: Kind, start: number, policy: number, difficulty: number) => Kind,
): ExamRun {
  const draw = new RandomStream(11n, "policy transfer test");
  const policies = rates.map((_, p) => ({ name: `p${p}`, config: { kind: "scripted" as const } }));
  const pairs = rates.flatMap((rate, p) =>
    Array.from({ length: starts }, (_, start) => {
      const difficulty = draw.uniform(start);
      const truth: Kind = difficulty < rate ? "success" : "failure";
      return {
        policy: `p${p}`,
        start,
        truthOutcome: { kind: truth, margin: 0 },
        candidateOutcome: { kind: candidate(truth, start, p, difficulty), margin: 0 },
      } as Pair;
    }),
  );
  return {
    contract: {
      scenario: { thresholds: { policyTransfer: 0.8, confidence: 0.95 } },
      policies,
      panel: Array.from({ length: starts }, (_, index) => ({ index })),
      seed: 1n,
    },
    pairs,
  } as unknown as ExamRun;
}

describe("the check of policy transfer", () => {
  it("passes truth against itself with 48 starts and 3 policies", async () => {
    const { axis, details } = await policyTransfer.measure(runOf([0.9, 0.5, 0.2], 48, (truth) => truth));
    expect(axis).toMatchObject({ status: "pass", score: 1, n: 144 });
    expect(transferSchema.parse(details)).toMatchObject({ mmrv: 0, pearson: 1, meanAbsoluteError: 0 });
  });

  it("does not pass a candidate that ranks well but flatters every policy by 20 points", async () => {
    const flattering = runOf([0.7, 0.45, 0.2], 256, (_truth, _start, p, difficulty) =>
      difficulty < [0.7, 0.45, 0.2][p]! + 0.2 ? "success" : "failure",
    );
    const { axis, details } = await policyTransfer.measure(flattering);
    expect(details).toMatchObject({ mmrv: 0, kendallTauB: 1, pairwiseAgreement: 1 });
    expect(axis.status).toBe("fail");
    expect(axis.reason).toMatch(/^success rates are off by (19|20|21)\.\d points in the mean, most for p/);
  });

  it("fails a candidate that turns the order round", async () => {
    const { axis } = await policyTransfer.measure(
      runOf([0.9, 0.5, 0.1], 128, (truth) => (truth === "success" ? "failure" : "success")),
    );
    expect(axis.status).toBe("fail");
    expect(axis.score).toBe(0);
    expect(axis.reason).toMatch(/points|0 of the 3 pairs/);
  });

  it("is insufficient where a dozen starts leave it open", async () => {
    const { axis } = await policyTransfer.measure(runOf([0.9, 0.1], 12, (truth) => truth));
    expect(axis.status).toBe("insufficient");
  });

  it("is undefined with one policy, with one that was judged, and where truth separates none", async () => {
    const one = await policyTransfer.measure(runOf([0.5], 48, (truth) => truth));
    expect(one.axis).toMatchObject({
      status: "undefined",
      reason: "one policy has no order: name two or more",
    });
    const judged = await policyTransfer.measure(
      runOf([0.5, 0.9], 48, (truth, _start, p) => (p === 0 ? "fault" : truth)),
    );
    expect(judged.axis.reason).toMatch(/^only 1 of the 2 policies were judged/);
    const alike = await policyTransfer.measure(runOf([0.5, 0.52, 0.51], 48, (truth) => truth));
    expect(alike.axis).toMatchObject({ status: "undefined", score: null });
    expect(alike.axis.reason).toMatch(/^truth separates no two of the 3 policies/);
  });

  it("shows how far a quarter of truth's trials goes with the candidate's help", async () => {
    const noisy = new RandomStream(2n, "flips");
    const { details } = await policyTransfer.measure(
      runOf([0.9, 0.5, 0], 256, (truth, start, p) =>
        p < 2 && noisy.uniform(start, p) < 0.05 ? (truth === "success" ? "failure" : "success") : truth,
      ),
    );
    const { predictionPowered } = transferSchema.parse(details);
    if ("undefined" in predictionPowered) throw new Error(predictionPowered.undefined);
    expect(predictionPowered).toMatchObject({ n: 64, further: 192 });
    const [, half, never] = predictionPowered.policies;
    if (half === undefined || "undefined" in half) throw new Error("no value");
    expect(half.shorter).toBeGreaterThan(0.2);
    expect(half.ppiPlusPlus.interval[0]).toBeLessThan(half.truthRate);
    expect(half.ppiPlusPlus.interval[1]).toBeGreaterThan(half.truthRate);
    if (never === undefined || "undefined" in never) throw new Error("no value");
    expect(never.truthRate).toBe(0);
    expect(never.ppiPlusPlus.interval[0]).toBe(0);
    expect(never.ppiPlusPlus.interval[1]).toBeGreaterThan(0.02);
  });

  it("does not show it where a quarter of the panel is too little for normal theory", async () => {
    const { details } = await policyTransfer.measure(runOf([0.9, 0.1], 64, (truth) => truth));
    expect(transferSchema.parse(details).predictionPowered).toEqual({
      undefined: "64 starts are too few: a quarter of them must be 32 or more",
    });
  });
});
