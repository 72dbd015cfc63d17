import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Alternative, barnard } from "../../src/metrics/barnard.ts";
import { barnardCritical, waldZ } from "../../src/metrics/barnard-critical.ts";

interface Reference {
  barnard: { a: [number, number]; b: [number, number]; exact: Record<Alternative, number> }[];
}
const { barnard: reference } = JSON.parse(
  readFileSync(new URL("./fixtures/scipy-transfer.json", import.meta.url), "utf8"),
) as Reference;
const table = (a: readonly [number, number], b: readonly [number, number]) => ({
  a: { successes: a[0], trials: a[1] },
  b: { successes: b[0], trials: b[1] },
});

describe("Barnard's exact test", () => {
  it.each(reference)("agrees with tables ordered in exact arithmetic: $a against $b", ({ a, b, exact }) => {
    for (const [alternative, p] of Object.entries(exact) as [Alternative, number][]) {
      expect(Math.abs(barnard(table(a, b), alternative) - p)).toBeLessThan(1e-9);
    }
  });

  it("does not care which arm is which, two-sided, nor which outcome is called success", () => {
    const p = barnard(table([3, 20], [11, 24]));
    expect(barnard(table([11, 24], [3, 20]))).toBeCloseTo(p, 12);
    expect(barnard(table([17, 20], [13, 24]))).toBeCloseTo(p, 12);
  });

  it("finds nothing in equal rates", () => {
    expect(barnard(table([0, 7], [0, 9]))).toBe(1);
    expect(barnard(table([7, 7], [9, 9]))).toBe(1);
  });

  it("refuses what is no count", () => {
    expect(() => barnard(table([3, 2], [1, 2]))).toThrow(/3 of 2/);
    expect(() => barnard(table([0.5, 2], [1, 2]))).toThrow(/whole numbers/);
    expect(() => barnard(table([0, 0], [1, 2]))).toThrow(/0 of 0/);
  });

  it("decides exactly the tables whose statistic reaches its critical value", () => {
    for (const [n, m] of [
      [12, 12],
      [9, 14],
    ] as const) {
      const critical = barnardCritical(n, m, 0.05);
      for (let x = 0; x <= n; x++) {
        for (let y = 0; y <= m; y++) {
          const decided = barnard(table([x, n], [y, m])) <= 0.05;
          expect(Math.abs(waldZ(x / n, n, y / m, m)) >= critical).toBe(decided);
        }
      }
    }
  });

  it("has no critical value where no table is extreme enough", () => {
    expect(barnardCritical(2, 2, 0.05)).toBe(Infinity);
  });
});
