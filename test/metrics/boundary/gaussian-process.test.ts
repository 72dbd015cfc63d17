import { describe, expect, it } from "vitest";
import { chooseKernel, fitGaussianProcess } from "../../../src/metrics/boundary/fit-gaussian-process.ts";
import { GaussianProcess, matern52 } from "../../../src/metrics/boundary/gaussian-process.ts";
import { straddle, straddleBatch } from "../../../src/metrics/boundary/straddle.ts";
import reference from "./fixtures/gaussian-process.json" with { type: "json" };

const points = reference.points.map((point) => Float64Array.from(point));
const queries = reference.queries.map((point) => Float64Array.from(point));
const process = new GaussianProcess(points, reference.values, reference.kernel);

describe("the Gaussian process, against numpy and scipy (fixtures/gaussian-process.py)", () => {
  it("has the kernel's closed form", () => {
    expect(matern52(0)).toBe(1);
    expect(matern52(1)).toBeCloseTo((1 + Math.sqrt(5) + 5 / 3) * Math.exp(-Math.sqrt(5)), 15);
  });

  it("has the same marginal likelihood", () => {
    expect(process.logMarginalLikelihood).toBeCloseTo(reference.logMarginalLikelihood, 9);
  });

  it("predicts the same means and standard deviations", () => {
    queries.forEach((query, i) => {
      const { mean, standardDeviation } = process.predict(query);
      expect(mean).toBeCloseTo(reference.means[i]!, 9);
      expect(process.mean(query)).toBe(mean);
      expect(standardDeviation).toBeCloseTo(reference.standardDeviations[i]!, 9);
    });
    const { means, variances } = process.posterior(queries);
    expect(Array.from(means)).toEqual(queries.map((query) => process.mean(query)));
    variances.forEach((variance, i) => {
      expect(Math.sqrt(variance)).toBeCloseTo(reference.standardDeviations[i]!, 9);
    });
  });

  it("predicts each point from all others as if it were fitted without it", () => {
    process
      .leaveOneOut()
      .means.forEach((value, i) => expect(value).toBeCloseTo(reference.leaveOneOut[i]!, 9));
  });

  it("has the slope of finite differences", () => {
    queries.forEach((query, i) => {
      process
        .gradient(query)
        .forEach((slope, d) => expect(slope).toBeCloseTo(reference.gradients[i]![d]!, 6));
    });
  });

  it("chooses hyperparameters about as likely as the best that Nelder–Mead finds", () => {
    const fitted = fitGaussianProcess(points, reference.values);
    expect(fitted.logMarginalLikelihood).toBeGreaterThan(reference.optimum.logMarginalLikelihood - 0.6);
    expect(fitted.logMarginalLikelihood).toBeLessThan(reference.optimum.logMarginalLikelihood + 1e-6);
  });

  it("gives a dimension that does not matter a long lengthscale", () => {
    const values = points.map(([x]) => Math.sin(6 * x!));
    const { lengthscales } = chooseKernel(points, Float64Array.from(values));
    expect(lengthscales[1]! / lengthscales[0]!).toBeGreaterThan(5);
  });

  it("stands equal points and constant values", () => {
    const twice = [...points, ...points];
    expect(fitGaussianProcess(twice, new Array<number>(twice.length).fill(1)).mean(queries[0]!)).toBeCloseTo(
      1,
      6,
    );
  });
});

describe("straddle acquisition", () => {
  it("is large where the sign is open, negative where it is settled", () => {
    expect(straddle(0, 1)).toBe(1.96);
    expect(straddle(-2, 1)).toBeCloseTo(-0.04, 12);
  });

  it("chooses a batch as one by one with the process believing its own mean would", () => {
    const pool = Array.from({ length: 60 }, (_, i) =>
      Float64Array.of(((i * 7) % 60) / 60, ((i * 13) % 60) / 60),
    );
    const { chosen, scores } = straddleBatch(process, pool, 6);
    let believer = process;
    let values = [...reference.values];
    let seen = [...points];
    chosen.forEach((index, k) => {
      const left = pool.filter((_, i) => !chosen.slice(0, k).includes(i));
      const alone = straddleBatch(believer, left, 1);
      expect(alone.scores[0]!).toBeCloseTo(scores[k]!, 8);
      expect(left[alone.chosen[0]!]).toBe(pool[index]);
      seen = [...seen, pool[index]!];
      values = [...values, process.mean(pool[index]!)];
      believer = new GaussianProcess(seen, values, reference.kernel);
    });
  });
});
