import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bootstrapInterval, type BootstrapOptions, clusterIndex } from "../../src/metrics/bootstrap.ts";

interface FromScipy {
  values: number[];
  bca: [number, number];
  percentile: [number, number];
}
const { bootstrap: scipy } = JSON.parse(
  readFileSync(new URL("./fixtures/scipy.json", import.meta.url), "utf8"),
) as { bootstrap: FromScipy };

const meanOf =
  (values: readonly number[]) =>
  (drawn: Uint32Array): number => {
    let sum = 0;
    for (let i = 0; i < drawn.length; i++) sum += values[drawn[i]!]!;
    return sum / drawn.length;
  };
const options: BootstrapOptions = {
  clusters: scipy.values.length,
  statistic: meanOf(scipy.values),
  seed: 7n,
  name: "mean",
};

describe("bootstrap", () => {
  // scipy drew 200 000 resamples; the ends of 40 000 of ours scatter by less than 0.012 around them.
  it.each(["bca", "percentile"] as const)("agrees with scipy.stats.bootstrap: %s", (method) => {
    const [lower, upper] = bootstrapInterval({ ...options, method, resamples: 40_000 })!;
    expect(Math.abs(lower - scipy[method][0])).toBeLessThan(0.012);
    expect(Math.abs(upper - scipy[method][1])).toBeLessThan(0.012);
  });

  it("gives the same interval for the same seed, another for another", () => {
    const again = bootstrapInterval(options);
    expect(bootstrapInterval(options)).toEqual(again);
    expect(bootstrapInterval({ ...options, seed: 8n })).not.toEqual(again);
    expect(bootstrapInterval({ ...options, name: "other" })).not.toEqual(again);
  });

  it("covers the true mean about as often as promised", () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      // Sums of uniforms from a Weyl sequence: mean 3, nearly normal.
      const values = Array.from({ length: 30 }, (_, i) => {
        let sum = 0;
        for (let k = 0; k < 6; k++)
          sum += ((trial * 180 + i * 6 + k + 1) * 0.6180339887498949 * (k + 1.37)) % 1;
        return sum;
      });
      const [lower, upper] = bootstrapInterval({
        clusters: 30,
        statistic: meanOf(values),
        seed: BigInt(trial),
        name: "coverage",
        resamples: 1000,
      })!;
      if (lower <= 3 && upper >= 3) covered++;
    }
    expect(covered).toBeGreaterThan(175);
  });

  it("has no interval for one cluster, or a statistic that is mostly undefined", () => {
    expect(bootstrapInterval({ ...options, clusters: 1 })).toBeUndefined();
    expect(bootstrapInterval({ ...options, statistic: () => NaN })).toBeUndefined();
    const rarely = (drawn: Uint32Array): number => (new Set(drawn).size === drawn.length ? 1 : NaN);
    expect(bootstrapInterval({ ...options, statistic: rarely })).toBeUndefined();
  });

  it("numbers clusters in the order of appearance", () => {
    expect(clusterIndex(["b", "a", "b", "c"])).toEqual({ of: Uint32Array.of(0, 1, 0, 2), count: 3 });
  });
});
