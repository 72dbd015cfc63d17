import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  cohenKappa,
  confusion,
  EMPTY_CONFUSION,
  matthews,
  type OutcomePair,
  youden,
} from "../../src/metrics/confusion.ts";
import { isDefined } from "../../src/metrics/estimate.ts";
import { successRates } from "../../src/metrics/success-rate.ts";
import { taskValidity } from "../../src/metrics/task-validity.ts";
import { wilson } from "../../src/metrics/wilson.ts";

const { confusion: numpy } = JSON.parse(
  readFileSync(new URL("./fixtures/scipy.json", import.meta.url), "utf8"),
) as {
  confusion: Record<
    "truePass" | "falsePass" | "falseFail" | "trueFail" | "matthews" | "kappa" | "youden",
    number
  >[];
};

const OUTCOME = { s: "success", f: "failure", x: "fault" } as const;
/** One pair per two letters, truth first: s success, f failure, x fault. */
function pairs(text: string, policy = "pd"): OutcomePair[] {
  return text.split(" ").map((pair, start) => ({
    policy,
    start,
    truth: OUTCOME[pair[0] as "s"],
    candidate: OUTCOME[pair[1] as "s"],
  }));
}
const repeat = (pair: string, times: number): string => Array.from({ length: times }, () => pair).join(" ");
const options = { seed: 1n, resamples: 2000 };

describe("confusion of outcomes", () => {
  it.each(numpy)(
    "gives the coefficients that numpy gives: %o",
    ({ matthews: mcc, kappa, youden: j, ...counts }) => {
      const table = { ...EMPTY_CONFUSION, ...counts };
      expect(matthews(table)).toBeCloseTo(mcc, 12);
      expect(cohenKappa(table)).toBeCloseTo(kappa, 12);
      expect(youden(table)).toBeCloseTo(j, 12);
    },
  );

  it("counts faults apart, by what truth did", () => {
    expect(confusion(pairs("ss sf fs ff sx fx xs xx"))).toEqual({
      truePass: 1,
      falseFail: 1,
      falsePass: 1,
      trueFail: 1,
      faultOnPass: 1,
      faultOnFail: 1,
      truthFault: 2,
    });
  });
});

describe("task validity", () => {
  it("is 1 for a candidate that always ends as truth does, with an interval that admits doubt", () => {
    const {
      youden: j,
      agreement,
      falsePass,
    } = taskValidity(pairs(`${repeat("ss", 20)} ${repeat("ff", 20)}`), options);
    expect(j).toMatchObject({ value: 1, n: 40, method: "bootstrap-bca+newcombe" });
    if (!isDefined(j)) throw new Error("undefined");
    expect(j.interval![0]).toBeGreaterThan(0.7);
    expect(j.interval![0]).toBeLessThan(0.9);
    expect(agreement).toMatchObject({ value: 1, interval: wilson(40, 40) });
    expect(falsePass).toMatchObject({ value: 0, n: 20, interval: wilson(0, 20) });
  });

  it("is 0 for a world in which shots always go in, and its false passes show why", () => {
    const result = taskValidity(pairs(`${repeat("ss", 15)} ${repeat("fs", 10)}`), options);
    expect(result.youden).toMatchObject({ value: 0 });
    expect(result.falsePass).toMatchObject({ value: 1, n: 10 });
    expect(result.falseDiscovery).toMatchObject({ value: 0.4, n: 25 });
    expect(result.falseFail).toMatchObject({ value: 0, n: 15 });
    expect(result.matthews).toMatchObject({ undefined: expect.stringContaining("single outcome") as string });
    expect(result.kappa).toMatchObject({ value: 0 });
  });

  it("never goes below 0, not even for a candidate that is always wrong", () => {
    const { youden: j, matthews: mcc } = taskValidity(
      pairs(`${repeat("sf", 8)} ${repeat("fs", 8)}`),
      options,
    );
    expect(j).toMatchObject({ value: 0 });
    if (isDefined(j)) expect(j.interval![0]).toBe(0);
    expect(mcc).toMatchObject({ value: -1 });
  });

  it("is undefined where truth has one outcome only, with the advice to widen the panel", () => {
    const { youden: j, agreement } = taskValidity(pairs("ss ss sf ss"), options);
    expect(j).toMatchObject({
      undefined: expect.stringMatching(/succeeded in all 4 .* widen the box of starts/) as string,
    });
    expect(agreement).toMatchObject({ value: 0.75 });
    expect(taskValidity(pairs("fs ff"), options).youden).toMatchObject({
      undefined: expect.stringContaining("until truth sometimes succeeds") as string,
    });
    expect(taskValidity([], options).youden).toMatchObject({ undefined: "truth gave no outcome at all" });
  });

  it("counts a candidate fault as a wrong answer, whatever truth did", () => {
    const result = taskValidity(pairs(`${repeat("ss", 8)} sx sx ${repeat("ff", 9)} fx xs`), options);
    // TPR 8/10, TNR 9/10.
    if (!isDefined(result.youden)) throw new Error("undefined");
    expect(result.youden.value).toBeCloseTo(0.7, 12);
    expect(result.youden.n).toBe(20);
    // Rates of judged pairs leave faults out.
    expect(result.falseFail).toMatchObject({ value: 0, n: 8 });
  });

  it("has an interval as wide as the starts allow, however many policies share them", () => {
    const base = `${repeat("ss", 9)} ${repeat("sf", 3)} ${repeat("ff", 9)} ${repeat("fs", 3)}`;
    const once = taskValidity(pairs(base), { seed: 1n });
    const five = taskValidity(
      ["a", "b", "c", "d", "e"].flatMap((policy) => pairs(base, policy)),
      { seed: 1n },
    );
    if (!isDefined(once.youden) || !isDefined(five.youden)) throw new Error("undefined");
    expect(five.youden.value).toBeCloseTo(once.youden.value, 12);
    const width = (j: typeof once.youden): number => (isDefined(j) ? j.interval![1] - j.interval![0] : NaN);
    expect(Math.abs(width(five.youden) / width(once.youden) - 1)).toBeLessThan(0.1);
  });

  it("tells each policy's own table", () => {
    const { policies } = taskValidity([...pairs("ss ff fs", "good"), ...pairs("ff ff ff", "bad")], options);
    expect(
      policies.map(({ policy, confusion: { falsePass, trueFail } }) => [policy, falsePass, trueFail]),
    ).toEqual([
      ["good", 1, 1],
      ["bad", 0, 3],
    ]);
  });
});

describe("success rates", () => {
  it("count each world's own trials and compare start by start", () => {
    const [result] = successRates(pairs("ss sf fs fs ff xs sx"));
    expect(result).toMatchObject({
      policy: "pd",
      truth: { successes: 3, trials: 6, faults: 1, rate: { value: 0.5, interval: wilson(3, 6) } },
      candidate: { successes: 4, trials: 6, faults: 1 },
      difference: { value: 0.2, n: 5, method: "newcombe-paired" },
    });
  });

  it("are undefined where every rollout faulted", () => {
    const [result] = successRates(pairs("sx fx"));
    expect(result!.candidate.rate).toEqual({ undefined: "all 2 rollouts faulted", n: 0 });
    expect(result!.difference).toMatchObject({ undefined: "no start was judged in both worlds" });
  });
});
