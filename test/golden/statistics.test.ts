import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Alternative, barnard } from "../../src/metrics/barnard.ts";
import { clopperPearson } from "../../src/metrics/clopper-pearson.ts";
import { conformalQuantile, conformalRank } from "../../src/metrics/conformal.ts";
import { twoProportions } from "../../src/metrics/e-process.ts";
import {
  classicalMean,
  predictionPowered,
  predictionPoweredTuned,
} from "../../src/metrics/prediction-powered.ts";
import { wilson } from "../../src/metrics/wilson.ts";

interface MeanInterval {
  mean: number;
  se: number;
  interval: [number, number];
}
interface Golden {
  wilson: { k: number; n: number; interval: [number, number] }[];
  clopperPearson: { k: number; n: number; interval: [number, number] }[];
  barnardOneSided: { a: [number, number]; b: [number, number]; alternative: Alternative; p: number }[];
  eProcess: { zerosVersusOnes: [number, number][] };
  predictionPowered: {
    truth: number[];
    candidatePaired: number[];
    candidateUnpaired: number[];
    ppi: MeanInterval;
    ppiPlusPlus: MeanInterval & { lambda_: number };
    classical: { mean: number; se: number };
  };
  splitConformal: { scores: number[]; alpha: number; rank: number; quantile: number };
}

const golden = JSON.parse(readFileSync(new URL("./statistics.json", import.meta.url), "utf8")) as Golden;

const near = (got: number, expected: number): void => expect(Math.abs(got - expected)).toBeLessThan(1e-9);

describe("golden statistics", () => {
  it.each(golden.wilson)("Wilson, $k of $n", ({ k, n, interval }) => {
    wilson(k, n).forEach((end, i) => near(end, interval[i]!));
  });

  it.each(golden.clopperPearson)("Clopper–Pearson, $k of $n", ({ k, n, interval }) => {
    clopperPearson(k, n).forEach((end, i) => near(end, interval[i]!));
  });

  it.each(golden.barnardOneSided)("Barnard's exact test, $a against $b", ({ a, b, alternative, p }) => {
    near(
      barnard({ a: { successes: a[0], trials: a[1] }, b: { successes: b[0], trials: b[1] } }, alternative),
      p,
    );
  });

  it("the e-process of two proportions, step by step", () => {
    const process = twoProportions();
    for (const [e, p] of golden.eProcess.zerosVersusOnes) {
      near(process.next(false, true), e);
      near(process.p, p);
    }
  });

  it("prediction-powered inference, plain and tuned, and the classical mean", () => {
    const { truth, candidatePaired, candidateUnpaired, ppi, ppiPlusPlus, classical } =
      golden.predictionPowered;
    const input = { truth, paired: candidatePaired, unpaired: candidateUnpaired };
    const plain = predictionPowered(input);
    const tuned = predictionPoweredTuned(input);
    for (const [got, expected] of [
      [plain, ppi],
      [tuned, ppiPlusPlus],
    ] as const) {
      near(got.mean, expected.mean);
      near(got.standardError, expected.se);
      got.interval.forEach((end, i) => near(end, expected.interval[i]!));
    }
    near(tuned.lambda, ppiPlusPlus.lambda_);
    near(classicalMean(truth).mean, classical.mean);
    near(classicalMean(truth).standardError, classical.se);
  });

  it("the split-conformal quantile and its rank", () => {
    const { scores, alpha, rank, quantile } = golden.splitConformal;
    expect(conformalRank(scores.length, alpha)).toBe(rank);
    expect(conformalQuantile(scores, alpha)).toMatchObject({ value: quantile });
  });
});
