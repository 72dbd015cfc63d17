import { describe, expect, it } from "vitest";
import { RandomStream } from "../../src/core/random.ts";
import type { Outcome, Trace } from "../../src/core/trace.ts";
import type { Contract } from "../../src/exam/contract.ts";
import type { Rollouts } from "../../src/exam/rollouts.ts";
import { untilDecided } from "../../src/exam/until-decided.ts";
import { stoppingSchema } from "../../src/report/transfer-schema.ts";
import type { Judge } from "../../src/scenario/judge.ts";

type Kind = Outcome["kind"];

/** Policies that succeed at fixed rates, from a panel of 256 starts; what was asked for is kept. */
function exam(rates: Readonly<Record<string, number>>, fault?: (policy: string, start: number) => boolean) {
  const draw = new RandomStream(21n, "until decided");
  const asked: number[][] = [];
  const rollouts: Rollouts = {
    run: (requests) =>
      Promise.resolve(
        requests.map(({ drive, starts }) => {
          asked.push(starts.map(({ index }) => index));
          const policy = drive.kind === "policy" ? drive.policy.name : "";
          return starts.map(({ index }) => {
            const hit = draw.uniform(index, Object.keys(rates).indexOf(policy)) < rates[policy]!;
            return {
              kind: fault?.(policy, index) ? "fault" : hit ? "success" : "failure",
            } as unknown as Trace;
          });
        }),
      ),
  };
  const contract = {
    scenario: { thresholds: { confidence: 0.95 }, horizonSteps: 1 },
    truth: { name: "truth" },
    policies: Object.keys(rates).map((name) => ({ name, config: { kind: "scripted" } })),
    panel: Array.from({ length: 256 }, (_, index) => ({ index })),
  } as unknown as Contract;
  const judge = {
    outcome: (trace: Trace) => ({ kind: (trace as unknown as { kind: Kind }).kind, margin: 0 }),
  } as unknown as Judge;
  return { run: () => untilDecided(contract, rollouts, judge), asked };
}

describe("an exam until truth is decided", () => {
  it("stops after the part in which the last pair is decided, and asks for no start twice", async () => {
    const { run, asked } = exam({ good: 0.95, fair: 0.5, bad: 0.05 });
    const { contract, stopping } = await run();
    stoppingSchema.parse(stopping);
    expect(stopping).toMatchObject({ decided: true, of: 256, required: 60 });
    expect(stopping.starts).toBe(64);
    expect(contract.panel.map(({ index }) => index)).toEqual(
      Array.from({ length: stopping.starts }, (_, i) => i),
    );
    const good = asked.filter((_, i) => i % 3 === 0).flat();
    expect(new Set(good).size).toBe(good.length);
    for (const { first, better, eValue, decidedAt } of stopping.pairs) {
      expect(better).toBe(first);
      expect(eValue).toBeGreaterThanOrEqual(60);
      expect(decidedAt).toBeLessThanOrEqual(stopping.starts);
    }
  });

  it("takes the whole panel where two policies are alike, and says which", async () => {
    const { stopping, contract } = await exam({ a: 0.5, b: 0.5, c: 0.02 }).run();
    expect(stopping).toMatchObject({ starts: 256, decided: false });
    expect(contract.panel).toHaveLength(256);
    expect(stopping.pairs.map(({ better }) => better)).toEqual([null, "a", "b"]);
  });

  it("learns nothing from starts on which a policy broke", async () => {
    const { stopping } = await exam({ a: 0.95, b: 0.05 }, (policy) => policy === "a").run();
    expect(stopping.pairs).toEqual([{ first: "a", second: "b", eValue: 1, better: null, decidedAt: null }]);
  });

  it("refuses a single policy: there is nothing to decide", async () => {
    await expect(exam({ a: 0.5 }).run()).rejects.toThrow(/policies to decide between/);
  });

  it("takes further parts, each as long as all before it, while a pair is open", async () => {
    const { run, asked } = exam({ a: 0.6, b: 0.42 });
    const { stopping } = await run();
    expect(asked.filter((_, i) => i % 2 === 0).map(({ length }) => length)).toEqual(
      [64, 64, 128].slice(0, Math.log2(stopping.starts / 64) + 1),
    );
    expect(stopping.starts).toBeGreaterThan(64);
  });
});
